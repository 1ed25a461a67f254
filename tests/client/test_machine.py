"""`LogtoMachineClient` and `LogtoMachineSyncClient`: both colours, many tasks and threads, and local Logto."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from logto import (
    ClientAuthenticationError,
    LogtoMachineClient,
    LogtoMachineSyncClient,
    NotAMemberError,
    ResourceNotGrantedError,
    TokenRequestError,
)
from logto.server.seed_file import check
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from logto.transports.canned import AsyncCannedTransport, CannedTransport
from tests.client.machine_seed import APP_ID, ORGANIZATION, RESOURCE, SECRET, SEED
from tests.flows.dialogue import Clock, config
from tests.flows.honest_provider import metadata

MANY = 50
COLOURS = ("blocking", "awaiting")


@pytest.fixture(scope="module")
def server():
    """A local Logto with a machine that has a role, and an organization that it belongs to."""
    with LocalLogto(seed=check(SEED)) as local:
        yield LogtoServer(local)


class Program:
    """A machine client in one of the colours, behind blocking calls."""

    def __init__(self, colour, config, **arguments):
        self.colour = colour
        kind = LogtoMachineClient if colour == "awaiting" else LogtoMachineSyncClient
        self.client = kind(config, **arguments)

    def do(self, operation, *args, **kwargs):
        result = getattr(self.client, operation)(*args, **kwargs)
        return asyncio.run(self._end(result)) if self.colour == "awaiting" else result

    async def _end(self, operation):
        async with self.client:
            return await operation


@pytest.fixture(params=COLOURS)
def program(request, server):
    """A program that local Logto knows."""
    program = Program(request.param, server.config(app_id=APP_ID, app_secret=SECRET))
    yield program
    if request.param == "blocking":
        program.client.close()


def test_a_machine_gets_the_scopes_of_its_role(program):
    """Those that it asks for and has; the others are left out."""
    claims = program.do("get_access_token_claims", RESOURCE, scopes=["read", "delete"])

    assert (claims.aud, claims.sub, claims.client_id, claims.scope) == (RESOURCE, APP_ID, APP_ID, "read")


def test_a_machine_gets_a_token_of_its_organization(program):
    """Its audience is the organization."""
    claims = program.do("get_organization_token_claims", ORGANIZATION, scopes=["org:read"])

    assert (claims.aud, claims.scope) == (f"urn:logto:organization:{ORGANIZATION}", "org:read")


def test_a_machine_gets_a_token_of_a_resource_within_its_organization(program):
    """The audience is the resource, and the organization a claim."""
    claims = program.do("get_access_token_claims", RESOURCE, organization_id=ORGANIZATION, scopes=["read"])

    assert (claims.aud, claims.organization_id) == (RESOURCE, ORGANIZATION)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(
    ("application", "operation", "target", "kind"),
    [
        ({}, "get_access_token", "https://nobody.example", ResourceNotGrantedError),
        ({}, "get_organization_token", "elsewhere", NotAMemberError),
        ({"app_secret": "wrong"}, "get_access_token", RESOURCE, ClientAuthenticationError),
        ({"app_id": "web", "app_secret": "web-secret"}, "get_access_token", RESOURCE, TokenRequestError),
    ],
)
def test_logtos_refusals_are_typed(server, colour, application, operation, target, kind):
    """Each is of its own class, in both colours."""
    settings = server.config(**{"app_id": APP_ID, "app_secret": SECRET, **application})
    with pytest.raises(kind):
        Program(colour, settings).do(operation, target)


@pytest.mark.anyio
async def test_fifty_tasks_make_one_request(server):
    """50 tasks ask for the same at once: one token request, the same token for all."""
    before = server.count("POST", "/oidc/token")
    async with LogtoMachineClient(server.config(app_id=APP_ID, app_secret=SECRET)) as client:
        tokens = await asyncio.gather(*(client.get_access_token(RESOURCE) for _ in range(MANY)))

    assert len(set(tokens)) == 1
    assert server.count("POST", "/oidc/token") == before + 1


def test_fifty_threads_make_one_request(server):
    """The same for 50 threads."""
    before = server.count("POST", "/oidc/token")
    started = threading.Barrier(MANY)

    def ask(_):
        started.wait(10)
        return client.get_access_token(RESOURCE)

    with (
        LogtoMachineSyncClient(server.config(app_id=APP_ID, app_secret=SECRET)) as client,
        ThreadPoolExecutor(MANY) as pool,
    ):
        tokens = set(pool.map(ask, range(MANY)))

    assert len(tokens) == 1
    assert server.count("POST", "/oidc/token") == before + 1


class Gate:
    """Holds back what the token endpoint answers, in either colour."""

    def __init__(self, colour):
        canned = {"blocking": CannedTransport, "awaiting": AsyncCannedTransport}[colour]()
        canned.answer("GET", "/oidc/.well-known/openid-configuration", metadata())
        for number in (1, 2):
            canned.answer(
                "POST", "/oidc/token", {"access_token": f"t{number}", "token_type": "Bearer", "expires_in": 3600}
            )
        self.canned = canned
        self.hold = False
        event = {"blocking": threading.Event, "awaiting": asyncio.Event}[colour]
        self.held, self.opened = event(), event()

    @property
    def count(self):
        return len(self.canned.asked("POST", "/oidc/token"))


class BlockingGate(Gate):
    def send(self, request, timeout):
        if self.hold:
            self.held.set()
            assert self.opened.wait(10)
        return self.canned.send(request, timeout)


class AwaitingGate(Gate):
    async def send(self, request, timeout):
        if self.hold:
            self.held.set()
            await self.opened.wait()
        return await self.canned.send(request, timeout)


def test_threads_go_on_with_the_old_token_while_a_new_one_is_fetched():
    """A minute before its end 50 threads get the old token at once; one request, nobody waits for it."""
    gate, clock = BlockingGate("blocking"), Clock()
    client = LogtoMachineSyncClient(config(), transport=gate, clock=clock)
    assert client.get_access_token(RESOURCE) == "t1"
    clock.now += 3545
    gate.hold = True
    with ThreadPoolExecutor(MANY) as pool:
        tokens = set(pool.map(lambda _: client.get_access_token(RESOURCE), range(MANY)))
    assert tokens == {"t1"}
    assert gate.held.wait(10)
    gate.opened.set()
    clock.now += 50  # the old one is over: whoever asks now waits for the renewal that is under way

    assert client.get_access_token(RESOURCE) == "t2"
    assert gate.count == 2


@pytest.mark.anyio
async def test_tasks_go_on_with_the_old_token_while_a_new_one_is_fetched():
    """The same for 50 tasks."""
    gate, clock = AwaitingGate("awaiting"), Clock()
    client = LogtoMachineClient(config(), transport=gate, clock=clock)
    assert await client.get_access_token(RESOURCE) == "t1"
    clock.now += 3545
    gate.hold = True
    assert set(await asyncio.gather(*(client.get_access_token(RESOURCE) for _ in range(MANY)))) == {"t1"}
    gate.opened.set()
    clock.now += 50

    assert await client.get_access_token(RESOURCE) == "t2"
    assert gate.count == 2


@pytest.mark.anyio
async def test_a_task_that_gives_up_does_not_make_the_others_ask_again():
    """The task that began the request is cancelled: the others get its answer."""
    gate = AwaitingGate("awaiting")
    gate.hold = True
    client = LogtoMachineClient(config(), transport=gate, clock=Clock())
    tasks = [asyncio.create_task(client.get_access_token(RESOURCE)) for _ in range(5)]
    await gate.held.wait()
    tasks[0].cancel()
    gate.opened.set()
    done = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(done[0], asyncio.CancelledError)
    assert set(done[1:]) == {"t1"}
    assert gate.count == 1


def test_nothing_confidential_in_a_repr(program):
    """Neither the secret nor a token, whatever the client holds."""
    token = program.do("get_access_token", RESOURCE)
    shown = repr(program.client) + repr(vars(program.client))

    assert SECRET not in shown
    assert token not in shown
