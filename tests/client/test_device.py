"""`LogtoDevice` and `LogtoSyncDevice` against local Logto, with a person who types the code."""

import asyncio
import time

import pytest

from logto import (
    AuthorizationDeniedError,
    ConfigurationError,
    LogtoClient,
    LogtoDevice,
    LogtoSyncClient,
    LogtoSyncDevice,
    MemoryStorage,
    SignInError,
    TokenRequestError,
    UserInfoScope,
)
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.server.devices import Person

COLOURS = ("blocking", "awaiting")


@pytest.fixture(scope="module")
def server():
    """A local Logto with the sample data."""
    with LocalLogto() as local:
        yield LogtoServer(local)


class Ahead:
    """A clock that runs a few seconds ahead, so that nobody need wait for the next question."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return time.time() + self.seconds


class Terminal:
    """A command-line program in one of the colours, behind blocking calls."""

    def __init__(self, colour, server, **settings):
        self.clock = Ahead()
        self.storage = MemoryStorage()
        given = {
            "app_id": server.local.seeded["deviceAppId"],
            "app_secret": None,
            "resources": server.resources,
            "scopes": ["read", UserInfoScope.organizations, "org:read"],
        }
        client, device = {"blocking": (LogtoSyncClient, LogtoSyncDevice), "awaiting": (LogtoClient, LogtoDevice)}[
            colour
        ]
        self.client = client(server.config(**{**given, **settings}), self.storage, clock=self.clock)
        self.device = device(self.client)

    def do(self, operation, *args):
        result = getattr(self.device, operation, None) or getattr(self.client, operation)
        result = result(*args)
        return asyncio.run(self._end(result)) if asyncio.iscoroutine(result) else result

    async def _end(self, operation):
        async with self.client:
            return await operation

    def begin(self):
        """A code that may be asked about at once."""
        code = self.do("begin")
        self.clock.seconds += 6
        return code


@pytest.fixture(params=COLOURS)
def terminal(request, server):
    """A program at a command line."""
    return Terminal(request.param, server)


def answered(server, code, decision="allow"):
    """A person types the code and decides."""
    with Person(server) as person:
        person.answer(code.user_code, decision)


def test_a_person_lets_a_program_in(terminal, server):
    """The code is typed elsewhere; then the program has a session with tokens for every resource."""
    code = terminal.begin()
    assert code.verification_uri == f"{server.endpoint}/device"
    answered(server, code)
    terminal.do("wait", code)

    assert terminal.client.get_id_token_claims().sub == server.users["alice"].id
    assert terminal.do("get_access_token_claims", server.resources[0]).scope == "read"
    assert terminal.do("get_organization_token_claims", server.organizations["Acme"]).scope == "org:read"


def test_asking_too_early_changes_nothing(terminal, server):
    """Nobody has typed the code yet; later somebody does."""
    code = terminal.begin()
    again = terminal.do("poll", code)
    assert again.device_code == code.device_code
    assert again.ask_at > code.ask_at
    answered(server, code)

    assert terminal.do("poll", again) is None
    assert terminal.client.is_authenticated()


def test_a_person_says_no(terminal, server):
    """The program is told, and nobody is signed in."""
    code = terminal.begin()
    answered(server, code, "deny")
    with pytest.raises(AuthorizationDeniedError):
        terminal.do("wait", code)

    assert not terminal.client.is_authenticated()


def test_a_code_is_good_once(terminal, server):
    """The second program that asks with it is refused."""
    code = terminal.begin()
    answered(server, code)
    terminal.do("poll", code)
    with pytest.raises(SignInError) as caught:
        terminal.do("poll", code)

    assert caught.value.code == "device.refused"


@pytest.mark.parametrize("colour", COLOURS)
def test_another_kind_of_application_is_explained(colour, server):
    """A single-page application cannot ask for codes."""
    terminal = Terminal(colour, server, app_id=server.public_config().app_id)
    with pytest.raises(TokenRequestError) as caught:
        terminal.do("begin")

    assert caught.value.code == "token_request.grant_not_allowed"


@pytest.mark.anyio
async def test_waiting_can_be_cancelled(server):
    """A cancelled task stops asking, and nobody is signed in."""
    terminal = Terminal("awaiting", server)
    code = await terminal.device.begin()
    waiting = asyncio.create_task(terminal.device.wait(code))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert not terminal.client.is_authenticated()
    await terminal.client.close()


def test_the_colours_do_not_mix(server):
    """A device that awaits takes a client that awaits."""
    with pytest.raises(ConfigurationError):
        LogtoDevice(Terminal("blocking", server).client)
    with pytest.raises(ConfigurationError):
        LogtoSyncDevice(Terminal("awaiting", server).client)
