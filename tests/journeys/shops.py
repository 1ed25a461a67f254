"""The shop on every framework: real processes, one local Logto and one API for all of them, and who comes along."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from subprocess import Popen
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext

from examples.application import SHOPPING_API, Application
from logto.server.seed import DEFAULT
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.journeys.person import Person, Places

PATIENCE = 60
"""Seconds that a process may take to answer."""


@dataclass
class Shops:
    """The shop's processes, and what they talk to."""

    logto: LogtoServer
    places: dict[str, str]
    processes: dict[str, tuple[Application, Popen]] = field(repr=False)

    def of(self, framework: str) -> Places:
        """Where the shop on a framework is, once it answers."""
        for name in ("shopping API", framework):
            application, process = self.processes[name]
            until = time.monotonic() + PATIENCE
            while not application.answers():
                assert process.poll() is None, f"{name} ended: {application.log.read_text()[-2000:]}"
                assert time.monotonic() < until, f"{name} does not answer: {application.log.read_text()[-2000:]}"
                time.sleep(0.05)
        url = self.places[framework]
        return Places(f"{self.logto.endpoint}/", url, url)


@contextmanager
def running_shops(frameworks: Sequence[str], ports: list[int]) -> Iterator[Shops]:
    """Starts everything at once, and ends it again.

    Args:
        frameworks: Which shops.
        ports: Local Logto's, the API's, and one for each shop.
    """
    logto_port, api_port, *shop_ports = ports
    with LocalLogto(port=logto_port, seed=seed(shop_ports)) as local, ExitStack() as stack:
        known = local.seeded
        names = ("LOGTO_ENDPOINT", "LOGTO_APP_ID", "LOGTO_APP_SECRET")
        logto = dict(zip(names, (local.endpoint, known["appId"], known["appSecret"]), strict=True))
        api = Application("shopping API", SHOPPING_API, api_port, {"LOGTO_ENDPOINT": local.endpoint})
        shops = [
            Application.shop(framework, port, logto, f"{api.url}orders")
            for framework, port in zip(frameworks, shop_ports, strict=True)
        ]
        processes = {one.name: (one, stack.enter_context(ended(one.start()))) for one in (api, *shops)}
        yield Shops(LogtoServer(local), {shop.name: shop.url for shop in shops}, processes)


@contextmanager
def ended(process: Popen) -> Iterator[Popen]:
    """A process that ends with the block, whatever it does on SIGTERM."""
    with process:
        yield process
        process.terminate()
        try:
            process.wait(timeout=5)
        finally:
            process.kill()


def seed(ports: list[int]) -> dict:
    """The sample data, with the shops' addresses registered."""
    metadata = {
        "redirectUris": [f"http://localhost:{port}/callback" for port in ports],
        "postLogoutRedirectUris": [f"http://localhost:{port}/" for port in ports],
    }
    first, *others = DEFAULT["applications"]
    return {**DEFAULT, "applications": [{**first, "oidcClientMetadata": metadata}, *others]}


@dataclass(frozen=True)
class Visitor(Person):
    """Somebody at a shop; whatever the browser complains of is remembered.

    Attributes:
        complaints: Errors in the console, failures of pages and requests, and requests that left this machine.
    """

    complaints: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, context: BrowserContext, places: Places) -> "Visitor":
        """A new visitor with one page open."""
        visitor = cls(context.new_page(), places)
        context.on("console", lambda message: visitor.hears(message.type, message.text, message.location))
        context.on("weberror", lambda error: visitor.complaints.append(str(error.error)))
        context.on("request", lambda request: visitor.watches(request.url))
        return visitor

    def hears(self, kind: str, text: str, location: dict) -> None:
        """Remembers what the console says, but for the status of a page that was asked for on purpose."""
        if kind in ("error", "warning") and "status of 40" not in text:
            self.complaints.append(f"{text} ({location.get('url')})")

    def watches(self, url: str) -> None:
        """Remembers a request that leaves this machine."""
        if urlsplit(url).hostname not in ("localhost", "127.0.0.1", None):
            self.complaints.append(f"asked {url}")

    def another_tab(self) -> "Visitor":
        """The same person in another tab of the same browser."""
        return Visitor(self.page.context.new_page(), self.places, self.complaints)

    def goes_through_logto(self, path: str = "") -> None:
        """Signs in on Logto's page as alice, and waits to be brought back to a page of the shop."""
        self.fill_in("alice", "alice-pass-123")
        self.page.wait_for_url(self.places.guide + path)

    @property
    def is_too_wide(self) -> bool:
        """Whether the page can be scrolled sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
