"""`make demo`: local Logto, the guide's application or the shop on a framework, and a second one, until Ctrl-C."""

import argparse
import copy
import secrets
import signal
import socket
import subprocess
import sys
import time

from examples.application import SHOPPING_API, SHOPS, Application
from logto.server.seed import DEFAULT
from logto.server.serve import ListenError, LocalLogto

PATIENCE = 60
"""Seconds that an application may take to start."""


class DemoError(Exception):
    """The demonstration cannot go on; the text is for a person."""


class Stopped:
    """Whether Ctrl-C or SIGTERM has asked us to end."""

    def __init__(self) -> None:
        # No threading.Event: its lock may be held by the very code that a signal interrupts.
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self._asked = True

    def wait(self, seconds: float) -> bool:
        """Waits, and says whether to end."""
        time.sleep(seconds)
        return self._asked


def main() -> None:
    """Runs everything; exit code 0 on Ctrl-C and SIGTERM, 1 with one line where it cannot."""
    options = arguments()
    stopped = Stopped()
    try:
        run(options, stopped)
    except (DemoError, ListenError, OSError) as error:
        sys.exit(f"demo: {error}")


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--framework", choices=SHOPS, help="start the shop on it, instead of the guide's application")
    parser.add_argument("--port", type=int, default=3000, help="of the guide's application, or of the shop (3000)")
    parser.add_argument("--second-port", type=int, default=3100, help="of the second application (3100)")
    parser.add_argument("--api-port", type=int, default=3010, help="of the API that the shop calls (3010)")
    parser.add_argument("--logto-port", type=int, default=3001, help="of local Logto (3001)")
    return parser.parse_args()


def run(options: argparse.Namespace, stopped: Stopped) -> None:
    """Starts local Logto and the applications, and ends them again."""
    check_free(f"the {options.framework or 'guide'} application", "--port", options.port)
    check_free("the second application", "--second-port", options.second_port)
    check_free("local Logto", "--logto-port", options.logto_port)
    if options.framework:
        check_free("the shop's API", "--api-port", options.api_port)
    with LocalLogto(port=options.logto_port, seed=seed(options.port, options.second_port)) as logto:
        processes = {}
        try:
            for application in applications(options, logto):
                processes[application] = application.start()
            if not all(wait_until_open(*started, stopped) for started in processes.items()):
                return
            announce(list(processes), logto)
            watch(processes, stopped)
            print("\nAll ended.")
        finally:
            for process in processes.values():
                process.terminate()
            for process in processes.values():
                process.wait()


def applications(options: argparse.Namespace, logto: LocalLogto) -> list[Application]:
    """What is started: the one to open, the second one, and the shop's API."""
    known = logto.seeded
    first = credentials(logto, known["appId"], known["appSecret"])
    second = guide(
        "second", "second_app", options.second_port, credentials(logto, known["app2Id"], known["app2Secret"])
    )
    if options.framework is None:
        settings = {**first, "SECOND_APP_URL": second.url}
        return [guide("guide", "app", options.port, settings), second]
    api = Application("shopping API", SHOPPING_API, options.api_port, {"LOGTO_ENDPOINT": logto.endpoint})
    shop = Application.shop(options.framework, options.port, first, f"{api.url}orders")
    return [shop, second, api]


def credentials(logto: LocalLogto, app_id: str, app_secret: str) -> dict[str, str]:
    """Whom an application talks to, and as whom."""
    return {"LOGTO_ENDPOINT": logto.endpoint, "LOGTO_APP_ID": app_id, "LOGTO_APP_SECRET": app_secret}


def guide(name: str, module: str, port: int, settings: dict[str, str]) -> Application:
    """One of the guide's applications."""
    own = {"APP_URL": f"http://localhost:{port}/", "SECRET_KEY": secrets.token_hex(32)}
    return Application(
        name, f"flask --app examples.guide.{module} run --host localhost --port", port, {**settings, **own}
    )


def seed(port: int, second_port: int) -> dict:
    """The sample data, with the addresses at which the two applications are."""
    data = copy.deepcopy(DEFAULT)
    for application, its_port in zip(data["applications"], (port, second_port), strict=False):
        metadata = application["oidcClientMetadata"]
        for name, path in (("redirectUris", "callback"), ("postLogoutRedirectUris", "")):
            uri = f"http://localhost:{its_port}/{path}"
            if uri not in metadata[name]:
                metadata[name].append(uri)
    return data


def check_free(what: str, option: str, port: int) -> None:
    """Refuses a port on which something listens: on either loopback address, for a browser may take either."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.settimeout(1)
                taken = probe.connect_ex((host, port)) == 0
        except OSError:
            continue  # a machine without IPv6
        if taken:
            raise DemoError(
                f"port {port}, for {what}, is taken. End what listens there, or choose another: "
                f'make demo ARGS="{option} {port + 5}"'
            )


def wait_until_open(application: Application, process: subprocess.Popen, stopped: Stopped) -> bool:
    """Returns when the application answers; False if somebody lost patience before."""
    deadline = time.monotonic() + PATIENCE
    while not stopped.wait(0.05):
        if process.poll() is not None:
            raise DemoError(f"the {application.name} application ended. Its last words are in {application.log}")
        if time.monotonic() > deadline:
            raise DemoError(f"the {application.name} application did not start. See {application.log}")
        if application.answers():
            return True
    return False


def announce(started: list[Application], logto: LocalLogto) -> None:
    """Tells where to go, and as whom."""
    first, second, *apis = started
    what = "the guide's application" if first.name == "guide" else f"the shop of examples/{first.name}"
    print(f"""
  Open this       {first.url:<26} {what}: sign in, or sign up
  Then this       {second.url:<26} a second one: it knows you without asking""")
    for api in apis:
        print(f"  The API         {api.url + 'docs':<26} what the shop's orders come from")
    print(f"""  Local Logto     {logto.endpoint + "/":<26} the identity server: what is configured, ready to paste

  Sample users""")
    for user in logto.seeded["users"]:
        print(f"    {user['username']:<8} {user['password']}")
    print("\n  Everything is in memory, for this machine only. Ctrl-C ends it.", flush=True)


def watch(processes: dict[Application, subprocess.Popen], stopped: Stopped) -> None:
    """Returns on a signal; raises if one of the applications ends by itself."""
    while not stopped.wait(0.1):
        for application, process in processes.items():
            # Ctrl-C in a terminal reaches the applications as well, perhaps before it reaches us.
            if process.poll() is not None and not stopped.wait(0.5):
                raise DemoError(f"the {application.name} application ended. Its last words are in {application.log}")


if __name__ == "__main__":
    main()
