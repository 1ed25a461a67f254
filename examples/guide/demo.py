"""`make demo`: local Logto, the guide's application and a second one, until Ctrl-C."""

import argparse
import copy
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from logto.server.seed import DEFAULT
from logto.server.serve import ListenError, LocalLogto

ROOT = Path(__file__).parents[2]
LOGS = ROOT / "build" / "demo"
PATIENCE = 60
"""Seconds that an application may take to start."""


class DemoError(Exception):
    """The demonstration cannot go on; the text is for a person."""


@dataclass(frozen=True)
class Application:
    """A Flask application in a process of its own."""

    name: str
    module: str
    port: int
    app_id: str
    app_secret: str

    @property
    def url(self) -> str:
        """Where to open it."""
        return f"http://localhost:{self.port}/"

    @property
    def log(self) -> Path:
        """What it writes goes here."""
        return LOGS / f"{self.module}.log"

    def start(self, endpoint: str, second_url: str) -> subprocess.Popen:
        """Starts it, with the environment that a person would set by hand."""
        # What this terminal has set for another Logto must not get in.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("LOGTO_", "FLASK_"))}
        environment |= {
            "LOGTO_ENDPOINT": endpoint,
            "LOGTO_APP_ID": self.app_id,
            "LOGTO_APP_SECRET": self.app_secret,
            "APP_URL": self.url,
            "SECOND_APP_URL": second_url,
            "SECRET_KEY": secrets.token_hex(32),
        }
        command = [sys.executable, "-m", "flask", "--app", f"examples.guide.{self.module}", "run"]
        with self.log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own command
                [*command, "--host", "localhost", "--port", str(self.port)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )


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
    parser.add_argument("--port", type=int, default=3000, help="of the guide's application (3000)")
    parser.add_argument("--second-port", type=int, default=3100, help="of the second application (3100)")
    parser.add_argument("--logto-port", type=int, default=3001, help="of local Logto (3001)")
    return parser.parse_args()


def run(options: argparse.Namespace, stopped: Stopped) -> None:
    """Starts local Logto and both applications, and ends them again."""
    check_free("the guide's application", "--port", options.port)
    check_free("the second application", "--second-port", options.second_port)
    check_free("local Logto", "--logto-port", options.logto_port)
    LOGS.mkdir(parents=True, exist_ok=True)
    with LocalLogto(port=options.logto_port, seed=seed(options.port, options.second_port)) as logto:
        known = logto.seeded
        guide = Application("guide", "app", options.port, known["appId"], known["appSecret"])
        second = Application("second", "second_app", options.second_port, known["app2Id"], known["app2Secret"])
        processes = {}
        try:
            for application in (guide, second):
                processes[application] = application.start(logto.endpoint, second.url)
            if not all(wait_until_open(*started, stopped) for started in processes.items()):
                return
            announce(guide, second, logto)
            watch(processes, stopped)
            print("\nAll ended.")
        finally:
            for process in processes.values():
                process.terminate()
            for process in processes.values():
                process.wait()


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
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if probe.connect_ex(("127.0.0.1", application.port)) == 0:
                return True
    return False


def announce(guide: Application, second: Application, logto: LocalLogto) -> None:
    """Tells where to go, and as whom."""
    print(f"""
  Open this       {guide.url:<26} the guide's application: sign in, or sign up
  Then this       {second.url:<26} a second one: it knows you without asking
  Local Logto     {logto.endpoint + "/":<26} the identity server: what is configured, ready to paste

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
