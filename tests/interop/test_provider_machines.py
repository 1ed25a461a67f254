"""Our programs without a browser, at npm's oidc-provider."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from logto import (
    AuthorizationDeniedError,
    ClientAuthenticationError,
    LogtoClient,
    LogtoConfig,
    LogtoDevice,
    LogtoMachineClient,
    LogtoMachineSyncClient,
    LogtoSyncClient,
    LogtoSyncDevice,
    MemoryStorage,
    ResourceNotGrantedError,
    SignInError,
)
from tests.interop.application import Clock
from tests.interop.browser import Browser
from tests.interop.conftest import SHOPPING, STORE
from tests.interop.either import COLOURS, Either, closed_at_the_end, loop_of
from tests.interop.program import Program

TOKEN_REQUEST = "POST /token"
KINDS = {
    "awaiting": (LogtoMachineClient, LogtoClient, LogtoDevice),
    "blocking": (LogtoMachineSyncClient, LogtoSyncClient, LogtoSyncDevice),
}


class Programs:
    """Programs of one colour, at the provider."""

    def __init__(self, colour: str, provider: Program, open_until_the_end: ExitStack) -> None:
        self._machine, self._client, self._device = KINDS[colour]
        self._issuer = provider.ask("issuer")
        self._open = open_until_the_end
        self._portal = open_until_the_end.enter_context(loop_of(colour))

    def machine(self, secret: str = "the secret of machine: 100% & more", **settings: Any) -> Either:
        """A program that acts in its own name."""
        config = LogtoConfig(endpoint=self._issuer, issuer=self._issuer, app_id="machine", app_secret=secret)
        return self._open.enter_context(closed_at_the_end(self._machine(config, **settings), self._portal))

    def device(self, clock: Callable[[], float]) -> tuple[Either, Either]:
        """A device without a browser, and the client that has its session."""
        names = {"endpoint": self._issuer, "issuer": self._issuer, "app_id": "device"}
        config = LogtoConfig(**names, scopes=["email", "read"], resources=[SHOPPING])
        client = self._client(config, MemoryStorage(), clock=clock)
        return Either(self._device(client), self._portal), self._open.enter_context(
            closed_at_the_end(client, self._portal)
        )


@pytest.fixture(params=COLOURS)
def programs(request: pytest.FixtureRequest, provider: Program) -> Iterator[Programs]:
    """Programs of ours; once of each colour."""
    with ExitStack() as open_until_the_end:
        yield Programs(request.param, provider, open_until_the_end)


class Television:
    """A device of ours, whose clock need not be waited for."""

    def __init__(self, programs: Programs) -> None:
        self.clock = Clock()
        self.device, self.client = programs.device(self.clock)
        self.code = self.device.do("begin")

    def ask(self) -> bool:
        """Ask once whether somebody has signed in."""
        pending = self.device.do("poll", self.code)
        self.code = pending or self.code
        self.clock.ahead = max(self.clock.ahead, self.code.ask_at - time.time())
        return pending is None


@pytest.fixture
def television(programs: Programs) -> Television:
    """A device that shows a code."""
    return Television(programs)


def type_code(browser: Browser, television: Television) -> str:
    """Go to the provider's page for codes, type the one that the device shows, and confirm it; where to go on."""
    page = browser.send(browser.open(television.code.verification_uri), user_code=television.code.user_code)
    return browser.send(page).url


def test_a_machine_s_token(programs, provider):
    """A program gets a token for an API with the scopes that it asks for, and keeps it."""
    machine = programs.machine()
    before = provider.ask("requests").count(TOKEN_REQUEST)

    claims = machine.do("get_access_token_claims", SHOPPING, scopes=["read"])
    token = machine.do("get_access_token", SHOPPING, scopes=["read"])

    assert (claims.sub, claims.client_id, claims.aud, claims.scope) == ("machine", "machine", SHOPPING, "read")
    assert machine.do("get_access_token", SHOPPING, scopes=["read"]) == token
    assert provider.ask("requests").count(TOKEN_REQUEST) == before + 1


def test_a_machine_s_tokens_of_several_apis(programs):
    """Each API, and each choice of scopes, has a token of its own."""
    machine = programs.machine()

    told = [
        machine.do("get_access_token_claims", api, scopes=scopes)
        for api, scopes in [(SHOPPING, ["read"]), (SHOPPING, ["read", "write"]), (STORE, ["write"])]
    ]

    assert [(claims.aud, claims.scope) for claims in told] == [
        (SHOPPING, "read"),
        (SHOPPING, "read write"),
        (STORE, "write"),
    ]


def test_a_machine_s_expired_token(programs):
    """A token that has run out is replaced before it is handed out."""
    clock = Clock()
    machine = programs.machine(clock=clock)
    token = machine.do("get_access_token", SHOPPING, scopes=["read"])
    clock.ahead = 301.0

    assert machine.do("get_access_token", SHOPPING, scopes=["read"]) != token


def test_a_machine_that_is_refused(programs):
    """An API that is not there and a wrong secret are told apart."""
    with pytest.raises(ResourceNotGrantedError):
        programs.machine().do("get_access_token", "https://nobody.your-app.com/api")
    with pytest.raises(ClientAuthenticationError):
        programs.machine(secret="wrong").do("get_access_token", SHOPPING)


def test_a_device(television, browser):
    """Alice types the code at the provider's page and signs in there, and the device has her session and tokens."""
    assert television.ask() is False

    browser.sign_in(type_code(browser, television))

    assert television.ask() is True
    assert television.client.do("get_id_token_claims").sub == "alice"
    assert television.client.do("fetch_user_info").email == "alice@example.com"
    assert television.client.do("get_access_token_claims", SHOPPING).scope == "read"


def test_a_device_s_complete_address(television, browser):
    """The address with the code in it spares the typing."""
    page = browser.send(browser.open(television.code.verification_uri_complete))
    browser.sign_in(browser.send(page).url)

    assert television.ask() is True


def test_a_device_that_is_turned_away(television, browser):
    """Whoever says no at the provider's page is believed."""
    page = browser.send(browser.open(television.code.verification_uri), user_code=television.code.user_code)
    browser.send(page, abort="yes")

    with pytest.raises(AuthorizationDeniedError):
        television.ask()
    assert television.client.do("is_authenticated") is False


def test_a_device_s_code_is_good_once(television, browser):
    """When the tokens have been fetched, the code is over."""
    browser.sign_in(type_code(browser, television))
    assert television.ask() is True

    with pytest.raises(SignInError) as error:
        television.ask()

    assert error.value.code == "device.refused"
