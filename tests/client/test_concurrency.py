"""One client, many users at a time: tasks and threads that share a session, and users who must not mix."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest

from logto import LogtoClient, LogtoSyncClient, Storage
from logto.errors import LogtoException, SessionEndedError, TransportError
from tests.client.either import AsyncWire, Wire
from tests.flows.dialogue import API, DISCOVERY, REDIRECT_URI, TOKEN, Shelf, config
from tests.flows.honest_provider import HonestProvider

TASKS = 50
THREADS = 20


class Gate:
    """Holds back the answers of one URL until it is opened, and tells when one is held."""

    def __init__(self, url):
        self.url = url
        self.held = threading.Event()
        self.opened = threading.Event()


class GatedWire(Wire):
    """A wire with a gate, for threads; the provider sees one request at a time."""

    def __init__(self, provider, gate=None):
        super().__init__(provider)
        self._gate = gate
        self._lock = threading.Lock()

    def send(self, request, timeout):
        with self._lock:
            answer = super().send(request, timeout)
        if self._gate is not None and request.url == self._gate.url:
            self._gate.held.set()
            assert self._gate.opened.wait(10)
        return answer


class GatedAsyncWire(AsyncWire):
    """A wire with a gate, for tasks."""

    def __init__(self, provider, url):
        super().__init__(provider)
        self._url = url
        self.held = asyncio.Event()
        self.opened = asyncio.Event()

    async def send(self, request, timeout):
        answer = await super().send(request, timeout)
        if request.url == self._url:
            self.held.set()
            await self.opened.wait()
        return answer


def blocking(provider, shelf, wire=None, **settings):
    """A blocking client."""
    return LogtoSyncClient(config(**settings), shelf, transport=wire or Wire(provider), clock=provider.clock)


def awaiting(provider, shelf, wire=None, **settings):
    """An awaiting client."""
    return LogtoClient(config(**settings), shelf, transport=wire or AsyncWire(provider), clock=provider.clock)


@pytest.fixture
def provider():
    return HonestProvider()


@pytest.fixture
def shelf(provider):
    """A session that alice is signed in to."""
    shelf = Shelf()
    client = blocking(provider, shelf)
    client.handle_sign_in_callback(provider.authorize(client.sign_in(REDIRECT_URI)))
    provider.asked.clear()
    return shelf


def storages(shelf, count, copies):
    """The session of each request: the very same, or a copy each, as cookies are."""
    return [Shelf(shelf.values) if copies else shelf for _ in range(count)]


@pytest.mark.anyio
@pytest.mark.parametrize("copies", [False, True], ids=["shared", "cookies"])
async def test_fifty_tasks_ask_for_one_token_once(provider, shelf, copies):
    """50 tasks want a token that is not there: one token request, the same token for all."""
    client = awaiting(provider, shelf)
    requests = [client.with_storage(storage) for storage in storages(shelf, TASKS, copies)]

    tokens = await asyncio.gather(*(one.get_access_token(API) for one in requests))

    assert len(set(tokens)) == 1
    assert provider.count(TOKEN) == 1
    assert {one.get_refresh_token() for one in requests} == {"alice-refresh-3"}


@pytest.mark.parametrize("copies", [False, True], ids=["shared", "cookies"])
def test_twenty_threads_ask_for_one_token_once(provider, shelf, copies):
    """20 threads, all of them under way before the one answer comes: one token request, the same token for all."""
    gate = Gate(TOKEN)
    client = blocking(provider, shelf, GatedWire(provider, gate))
    started = threading.Barrier(THREADS + 1)

    def visit(storage):
        started.wait(10)
        return client.with_storage(storage).get_access_token(API)

    with ThreadPoolExecutor(THREADS) as pool:
        visits = [pool.submit(visit, storage) for storage in storages(shelf, THREADS, copies)]
        started.wait(10)
        assert gate.held.wait(10)
        gate.opened.set()
        tokens = {one.result(10) for one in visits}

    assert len(tokens) == 1
    assert provider.count(TOKEN) == 1


def test_threads_that_each_run_an_event_loop_share_one_refresh(provider, shelf):
    """Flask's async views have an event loop each: they take turns across loops as well."""
    client = awaiting(provider, shelf)
    started = threading.Barrier(THREADS)

    def visit(storage):
        started.wait(10)
        return asyncio.run(client.with_storage(storage).getAccessToken(API))

    with ThreadPoolExecutor(THREADS) as pool:
        tokens = set(pool.map(visit, storages(shelf, THREADS, copies=True)))

    assert len(tokens) == 1
    assert provider.count(TOKEN) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("followers", [0, 5])
async def test_a_cancelled_leader_does_not_lose_the_refresh(provider, shelf, followers):
    """The task that began the refresh is cancelled: the answer is stored all the same, and the others are served."""
    wire = GatedAsyncWire(provider, TOKEN)
    client = awaiting(provider, shelf, wire)
    leader = asyncio.create_task(client.get_access_token(API))
    await wire.held.wait()
    others = [asyncio.create_task(client.get_access_token(API)) for _ in range(followers)]
    await asyncio.sleep(0)

    leader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leader
    assert client.get_refresh_token() == "alice-refresh-2"
    wire.opened.set()
    tokens = set(await asyncio.gather(*others))
    tokens.add(await client.get_access_token(API))

    assert client.get_refresh_token() == "alice-refresh-3"
    assert len(tokens) == 1
    assert provider.count(TOKEN) == 1


@pytest.mark.anyio
async def test_a_cancelled_follower_leaves_the_queue(provider, shelf):
    """A waiting task that is cancelled neither keeps its place nor disturbs the others."""
    wire = GatedAsyncWire(provider, TOKEN)
    client = awaiting(provider, shelf, wire)
    leader = asyncio.create_task(client.get_access_token(API))
    await wire.held.wait()
    followers = [asyncio.create_task(client.get_access_token(API)) for _ in range(3)]
    await asyncio.sleep(0)

    followers[1].cancel()
    wire.opened.set()
    done = await asyncio.gather(leader, *followers, return_exceptions=True)

    assert isinstance(done[2], asyncio.CancelledError)
    assert done[0] == done[1] == done[3]
    assert await asyncio.wait_for(client.get_access_token(API), 5) == done[0]


@pytest.mark.anyio
async def test_a_cancelled_callback_still_signs_in(provider):
    """A browser that hangs up during the exchange, and comes back, is signed in."""
    shelf = Shelf()
    wire = GatedAsyncWire(provider, TOKEN)
    client = awaiting(provider, shelf, wire)
    callback = provider.authorize(await client.sign_in(REDIRECT_URI))
    first = asyncio.create_task(client.handle_sign_in_callback(callback))
    await wire.held.wait()

    first.cancel()
    again = asyncio.create_task(client.handle_sign_in_callback(callback))
    await asyncio.sleep(0)
    wire.opened.set()
    await again

    assert client.is_authenticated() is True
    assert provider.count(TOKEN) == 1


@pytest.mark.anyio
async def test_a_sign_out_during_a_refresh_wins(provider, shelf):
    """While the token request is under way, the user signs out: the waiting tasks end, and nobody is signed in."""
    wire = GatedAsyncWire(provider, TOKEN)
    client = awaiting(provider, shelf, wire)
    tasks = [asyncio.create_task(client.get_access_token(API)) for _ in range(3)]
    await wire.held.wait()

    await client.sign_out()
    wire.opened.set()
    done = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(done[0], SessionEndedError)
    assert all(isinstance(one, LogtoException) for one in done)
    assert shelf.values == {}
    assert provider.revoked[-1] == "alice-refresh-3"


@pytest.mark.anyio
async def test_twenty_cold_sign_ins_read_the_metadata_once(provider):
    """20 tasks that all need the metadata: one request."""
    client = awaiting(provider, Shelf())

    urls = await asyncio.gather(*(client.with_storage(Shelf()).sign_in(REDIRECT_URI) for _ in range(20)))

    assert len(set(urls)) == 20
    assert provider.count(DISCOVERY) == 1


def test_twenty_cold_threads_read_the_metadata_once(provider):
    """20 threads that all need the metadata: one request."""
    gate = Gate(DISCOVERY)
    client = blocking(provider, Shelf(), GatedWire(provider, gate))
    with ThreadPoolExecutor(20) as pool:
        urls = [pool.submit(client.with_storage(Shelf()).sign_in, REDIRECT_URI) for _ in range(20)]
        assert gate.held.wait(10)
        gate.opened.set()
        assert len({one.result(10) for one in urls}) == 20

    assert provider.count(DISCOVERY) == 1


@pytest.mark.anyio
async def test_a_failure_is_shared_and_not_kept(provider):
    """20 tasks during an outage share one failed request; the next one asks again, and succeeds."""

    def down(request):
        raise TransportError("down", code="transport.refused")

    provider.faults[DISCOVERY] = down
    client = awaiting(provider, Shelf())
    failed = await asyncio.gather(*(client.sign_in(REDIRECT_URI) for _ in range(20)), return_exceptions=True)
    del provider.faults[DISCOVERY]

    assert {type(error) for error in failed} == {TransportError}
    assert len({id(error) for error in failed}) == 20
    assert provider.count(DISCOVERY) == 1
    assert await client.sign_in(REDIRECT_URI)
    assert provider.count(DISCOVERY) == 2


@pytest.mark.anyio
async def test_a_double_click_signs_in_twice_with_one_exchange(provider):
    """Two requests with the same callback and a copy of the session each: one exchange, both are signed in."""
    shelf = Shelf()
    client = awaiting(provider, shelf)
    callback = provider.authorize(await client.sign_in(REDIRECT_URI, post_redirect_uri="/home"))
    copies = [client.with_storage(Shelf(shelf.values)) for _ in range(2)]

    returned = await asyncio.gather(*(copy.handle_sign_in_callback(callback) for copy in copies))

    assert returned == ["/home", "/home"]
    assert provider.count(TOKEN) == 1
    assert [copy.is_authenticated() for copy in copies] == [True, True]


CURRENT: ContextVar[Shelf] = ContextVar("CURRENT")


class RequestStorage(Storage):
    """The guide's kind of storage: it looks at the current request's session each time."""

    def get(self, key):
        return CURRENT.get().get(key)

    def set(self, key, value):
        CURRENT.get().set(key, value)

    def delete(self, key):
        CURRENT.get().delete(key)


@pytest.mark.anyio
async def test_fifty_users_of_one_client_do_not_mix_in_tasks(provider):
    """50 users sign in, read, refresh and sign out, all at a time, over one client: each meets only themselves."""
    client = awaiting(provider, RequestStorage())

    async def visit(sub):
        CURRENT.set(Shelf())
        await client.handle_sign_in_callback(provider.authorize(await client.sign_in(REDIRECT_URI), sub))
        seen = {client.get_id_token_claims().sub, (await client.fetch_user_info()).sub}
        seen |= {(await client.get_access_token_claims(API)).sub, client.get_refresh_token().partition("-")[0]}
        await client.sign_out()
        return seen, client.is_authenticated()

    subs = [f"user{number}" for number in range(50)]
    visits = await asyncio.gather(*(asyncio.create_task(visit(sub)) for sub in subs))

    assert visits == [({sub}, False) for sub in subs]


def test_fifty_users_of_one_client_do_not_mix_in_threads(provider):
    """The same in threads, 10 at a time."""
    client = blocking(provider, RequestStorage(), GatedWire(provider))

    def visit(sub):
        CURRENT.set(Shelf())
        client.handle_sign_in_callback(provider.authorize(client.sign_in(REDIRECT_URI), sub))
        seen = {client.get_id_token_claims().sub, client.fetch_user_info().sub}
        seen |= {client.get_access_token_claims(API).sub, client.get_refresh_token().partition("-")[0]}
        client.sign_out()
        return seen, client.is_authenticated()

    subs = [f"user{number}" for number in range(50)]
    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(visit, subs)) == [({sub}, False) for sub in subs]
