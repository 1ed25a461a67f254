"""What a `RedisStore` does beyond the rules for all stores: down, full, restarted, in many loops, by many at once."""

import asyncio
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from signal import SIGCONT, SIGSTOP
from threading import Barrier

import pytest
import redis
from redis import asyncio as awaiting_redis

from logto.errors import StorageError
from logto.models.session import Identity
from logto.sessions import CookieSettings, Lifetimes, RedisStore, Stored
from logto.sessions.conformance import MovableClock
from logto.sessions.packing import UnpackError, unpack
from logto.sessions.recent import Recent
from logto.sessions.record_session import Surroundings
from logto.sessions.server_session import ServerSession
from logto.sessions.store import MAX_VALUE, Call

pytestmark = pytest.mark.anyio

SOON = 0.2
"""Seconds for a command of a server that is known to be silent."""


def name():
    """A key, index or owner of a test's own."""
    return secrets.token_hex(32)


def stored(value=b"value", version=1, *, now=None, lives=3600, indexes=()):
    """A session that lives for an hour."""
    return Stored(value, version, (time.time() if now is None else now) + lives, indexes)


def session_key(key):
    """What Redis calls a session."""
    return f"{{logto}}:session:{key}"


async def in_both_colours(store, method, *arguments):
    """The errors of a call that fails, blocking and awaiting."""
    call = Call(store, method, arguments)
    with pytest.raises(StorageError) as blocking:
        await asyncio.to_thread(call.blocking, 1)
    with pytest.raises(StorageError) as awaiting:
        await call.awaiting(1)
    return blocking.value, awaiting.value


@pytest.fixture
def store(valkey):
    """A store as an application makes it."""
    store = RedisStore(valkey.url)
    yield store
    store.close()


@pytest.fixture
def raw(valkey):
    """What the server's owner sees."""
    with valkey.client() as client:
        yield client


async def test_a_server_that_is_gone_is_an_error_and_works_again_when_it_is_back(own_valkey):
    """Every call fails as StorageError while the server is down, and the same store works once it is up again."""
    store = RedisStore(own_valkey.url, timeout=1)
    calls = [
        ("load", "a"),
        ("save", "a", stored()),
        ("delete", "a"),
        ("find", "a"),
        ("acquire", "a", "b", 1),
        ("release", "a", "b"),
    ]
    for method, *arguments in calls:
        await getattr(store, f"a{method}")(*arguments)
    own_valkey.kill()
    for method, *arguments in calls:
        for error in await in_both_colours(store, method, *arguments):
            assert (error.code, f"{method}()" in error.message) == ("storage.failed", True)
    own_valkey.start()

    assert store.save("a", stored()) is True
    assert (await store.aload("a")).value == b"value"
    store.close()
    await store.aclose()


async def test_a_restart_between_two_calls_is_not_noticed(own_valkey):
    """A connection that the server closed while it was idle is opened again, in both colours."""
    store = RedisStore(own_valkey.url)
    assert (store.save("a", stored()), await store.asave("b", stored())) == (True, True)
    own_valkey.kill()
    own_valkey.start()

    assert (store.load("a"), await store.aload("b")) == (None, None)
    assert (store.save("a", stored()), await store.asave("b", stored())) == (True, True)
    store.close()
    await store.aclose()


async def test_a_silent_server_is_given_up_in_time(own_valkey):
    """A server that answers nothing is an error after the store's own time, in both colours."""
    store = RedisStore(own_valkey.url, timeout=SOON)
    assert (store.load("a"), await store.aload("a")) == (None, None)
    own_valkey.signal(SIGSTOP)
    began = time.monotonic()
    await in_both_colours(store, "load", "a")
    took = time.monotonic() - began
    own_valkey.signal(SIGCONT)

    assert SOON < took < 20 * SOON
    store.close()
    await store.aclose()


async def test_an_awaiting_client_without_a_time_out_is_given_up_in_time(own_valkey):
    """The store's own time holds for a user's asyncio client that would wait for ever."""
    client = awaiting_redis.Redis.from_url(own_valkey.url, socket_timeout=None)
    store = RedisStore(client, timeout=SOON)
    assert await store.aload("a") is None
    own_valkey.signal(SIGSTOP)
    with pytest.raises(StorageError, match="TimeoutError"):
        await Call(store, "load", ("a",)).awaiting(1)
    own_valkey.signal(SIGCONT)
    await client.aclose()


def test_a_full_server_is_an_error_and_still_signs_out(own_valkey):
    """With noeviction a full server refuses to save, says so, and still loads, finds and deletes."""
    store = RedisStore(own_valkey.url)
    store.save("a", stored(indexes=("i",)))
    with own_valkey.client() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1")
    with pytest.raises(StorageError, match="OutOfMemory"):
        Call(store, "save", ("b", stored())).blocking(1)
    with pytest.raises(StorageError, match="OutOfMemory"):
        Call(store, "save", ("a", stored(b"new", 2))).blocking(1)

    assert store.load("a").value == b"value"
    assert store.find("i") == ["a"]
    store.delete("a")
    assert (store.load("a"), store.find("i")) == (None, [])
    store.close()


async def test_scripts_that_the_server_forgot_are_sent_again(store, raw):
    """After SCRIPT FLUSH every operation works, in both colours."""
    key, index, owner = name(), name(), name()
    for version in (1, 2):
        raw.script_flush()
        assert store.save(key, stored(version=version, indexes=(index,))) is True
    raw.script_flush()
    assert await store.aacquire(key, owner, 60) is True
    raw.script_flush()
    assert await store.afind(index) == [key]
    raw.script_flush()
    await store.arelease(key, owner)
    assert store.acquire(key, name(), 60) is True
    raw.script_flush()
    await store.adelete(key)

    assert store.load(key) is None


def test_of_25_threads_one_acquires(valkey):
    """Of 25 threads with stores of their own, as processes have, one acquires a key."""
    key, gate = name(), Barrier(25)

    def contend(owner):
        store = RedisStore(valkey.url)
        gate.wait(10)
        acquired = store.acquire(key, owner, 60)
        store.close()
        return acquired

    with ThreadPoolExecutor(25) as pool:
        assert sum(pool.map(contend, [name() for _ in range(25)])) == 1


def test_each_event_loop_has_connections_of_its_own(own_valkey):
    """Loops one after the other and at once use one store, and each leaves no connection behind."""
    store = RedisStore(own_valkey.url)

    async def use(key):
        await asyncio.gather(*(store.asave(f"{key}.{n}", stored()) for n in range(5)))
        return (await store.aload(f"{key}.4")).value

    with own_valkey.client() as client:
        alone = client.info("clients")["connected_clients"]
        assert [asyncio.run(use(name())) for _ in range(3)] == [b"value"] * 3
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda _: asyncio.run(use(name())), range(8))) == [b"value"] * 8
        deadline = time.monotonic() + 10
        while client.info("clients")["connected_clients"] > alone:
            assert time.monotonic() < deadline, "a loop that has ended still has connections"


async def test_connections_are_bounded(own_valkey):
    """So many connections are opened and no more, however many ask at once; the others wait."""
    store = RedisStore(own_valkey.url, connections=3)
    with own_valkey.client() as client:
        client.config_resetstat()
        assert await asyncio.gather(*(store.aload(str(n)) for n in range(50))) == [None] * 50
        with ThreadPoolExecutor(20) as pool:
            assert list(pool.map(store.load, map(str, range(50)))) == [None] * 50
        assert client.info("stats")["total_connections_received"] <= 6
    store.close()
    await store.aclose()


async def test_a_closed_store_opens_new_connections(store):
    """Closing ends the connections, and the next call opens new ones."""
    for _ in range(2):
        store.load("a")
        await store.aload("a")
        store.close()
        await store.aclose()


class SendsTwice(redis.Redis):
    """A client that lost the first answer, and sent its command again."""

    def execute_command(self, *command, **options):
        """Does it twice, and returns what the second time said."""
        super().execute_command(*command, **options)
        return super().execute_command(*command, **options)


def test_a_save_that_is_sent_twice_was_kept_once(valkey):
    """A save whose answer was lost and which the client library repeats is no lost race; a real one is."""
    key, owner = name(), name()
    with SendsTwice.from_url(valkey.url) as client:
        store = RedisStore(client)
        assert [store.save(key, stored(version=version)) for version in (1, 2)] == [True, True]
        assert store.load(key).version == 2
        assert store.save(key, stored(version=2)) is False
        assert store.acquire(key, owner, 60) is True
        store.release(key, owner)
        assert store.acquire(key, name(), 60) is True


def test_the_server_forgets_by_itself(store, raw):
    """Every key ends with the session, the lease, or an hour after the last session of an index; each save renews it."""
    key, index, owner = name(), name(), name()
    store.save(key, stored(lives=60, indexes=(index,)))
    assert 59_000 < raw.pttl(session_key(key)) <= 60_000
    store.save(key, stored(version=2, lives=120, indexes=(index,)))
    store.acquire(key, owner, 5)

    assert 119_000 < raw.pttl(session_key(key)) <= 120_000
    assert raw.pttl(f"{{logto}}:index:{index}") > 3_700_000
    assert 4_000 < raw.pttl(f"{{logto}}:lease:{key}") <= 5_000
    store.save(key, stored(version=3, lives=10, indexes=(index,)))
    assert raw.pttl(session_key(key)) <= 10_000
    store.save(name(), stored(lives=1e12))


def test_an_index_loses_its_dead(valkey, raw):
    """What is found to be gone leaves the index, and what expired an hour ago leaves it with the next save."""
    clock = MovableClock()
    store = RedisStore(valkey.url, clock=clock)
    index, keys = name(), [name() for _ in range(4)]
    for key in keys:
        store.save(key, stored(now=clock(), lives=60, indexes=(index,)))
    raw.delete(session_key(keys[0]))
    assert sorted(store.find(index)) == sorted(keys[1:])
    assert raw.zcard(f"{{logto}}:index:{index}") == 3
    clock.advance(2 * 3600)
    store.save(keys[0], stored(now=clock(), indexes=(index,)))

    assert raw.zrange(f"{{logto}}:index:{index}", 0, -1) == [keys[0].encode()]
    store.close()


def test_a_user_with_many_sessions_is_found_whole(store):
    """More sessions than one script looks at are found in several."""
    index, keys = name(), [name() for _ in range(1100)]
    for key in keys:
        store.save(key, stored(b"", indexes=(index,)))

    assert sorted(store.find(index)) == sorted(keys)


def test_expiry_does_not_depend_on_the_servers_clock(valkey, raw):
    """A machine whose clock is a day off keeps its sessions for as long as it says."""
    store = RedisStore(valkey.url, clock=lambda: time.time() - 86_400)
    key = name()
    store.save(key, stored(now=time.time() - 86_400, lives=60))

    assert store.load(key) is not None
    assert 59_000 < raw.pttl(session_key(key)) <= 60_000
    store.close()


async def test_a_value_that_is_too_large_is_a_clear_error(store, raw):
    """A value that somebody else made too large is an error when it is read."""
    key = name()
    store.save(key, stored())
    raw.hset(session_key(key), "value", bytes(MAX_VALUE + 1))

    assert {error.code for error in await in_both_colours(store, "load", key)} == {"storage.too_large"}
    raw.delete(session_key(key))


@pytest.mark.parametrize("fields", [{"version": "x"}, {"expires": "soon"}, {"indexes": b"\xff"}])
async def test_a_row_that_makes_no_sense_is_an_error(store, raw, fields):
    """What nobody can read is an error, not a session."""
    key = name()
    store.save(key, stored())
    raw.hset(session_key(key), mapping=fields)

    assert {error.code for error in await in_both_colours(store, "load", key)} == {"storage.failed"}


async def test_a_key_of_another_type_is_an_error(store, raw):
    """A name that another application uses for something else is an error."""
    key = name()
    raw.set(session_key(key), "another's")

    assert {error.code for error in await in_both_colours(store, "load", key)} == {"storage.failed"}


def sign_in(store, identity):
    """Signs somebody in, and returns the id in the browser's cookie."""
    cookie = CookieSettings().at("https://app.example")
    around = Surroundings(cookie, Lifetimes(), time.time, secrets.token_bytes, lambda _: ("index",), Recent())
    session = ServerSession(store, None, around)
    flow = session.sign_in(identity)
    answer = None
    try:
        while True:
            answer = flow.send(answer).blocking(1)
    except StopIteration:
        return session._id  # noqa: SLF001 - what the cookie will hold


def test_a_session_is_encrypted_at_rest(own_valkey):
    """With a key, nothing of the tokens can be read in the server, and the cookie's value never; without, the tokens can."""
    identity = Identity("e30.eyJzdWIiOiJhbGljZSJ9.c2ln", "a-refresh-token-that-nobody-may-see")
    secret = "k" * 32
    ids = [sign_in(RedisStore(own_valkey.url, key=key), identity) for key in (secret, None)]
    with own_valkey.client() as client:
        rows = [client.hgetall(key) for key in client.keys("*session*")]
        everything = repr([*rows, client.keys("*")]).encode()
    values = sorted((row[b"value"] for row in rows), key=len)

    for session_id in ids:
        assert session_id.encode() not in everything
    assert unpack(values[0]).identity == identity
    with pytest.raises(UnpackError):
        unpack(values[1])
    assert secret.encode() not in everything


def test_prefixes_keep_stores_apart(valkey):
    """Two applications with prefixes of their own share a server, and no session."""
    ours, theirs = (RedisStore(valkey.url, prefix=f"{name()}:") for _ in range(2))
    ours.save("a", stored(indexes=("i",)))
    ours.acquire("a", "b", 60)

    assert (theirs.load("a"), theirs.find("i"), theirs.acquire("a", "c", 60)) == (None, [], True)
    ours.close()
    theirs.close()
