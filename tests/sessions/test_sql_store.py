"""Sessions in PostgreSQL and SQLite: what every store must do, and what a database adds to it."""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import column, create_engine, func, select, table
from sqlalchemy.ext.asyncio import create_async_engine

from logto import LogtoSyncClient
from logto.client.sessions import LogtoSyncSessions
from logto.server import LocalLogto
from logto.sessions import NoSession, Stored
from logto.sessions.conformance import MovableClock, StoreConformance
from logto.sessions.packing import UnpackError, unpack
from logto.sessions.sql_schema import metadata
from logto.sessions.sql_store import SWEEP_EVERY
from logto.testing import LogtoServer
from tests.sessions.databases import LATER, awaiting_url, blocking_url


class TestPostgreSQL(StoreConformance):
    """psycopg blocking and asyncpg awaiting, over one database."""

    clock = MovableClock()

    @pytest.fixture
    def store(self, postgresql_url, new_store):
        return new_store(postgresql_url, clock=self.clock)


class TestPostgreSQLWithOwnEngines(StoreConformance):
    """Engines that the application made, one of each colour, for one event loop, with another isolation than ours."""

    clock = MovableClock()

    @pytest.fixture
    def store(self, postgresql_url, new_store):
        blocking = create_engine(blocking_url(postgresql_url), isolation_level="SERIALIZABLE")
        awaiting = create_async_engine(awaiting_url(postgresql_url), isolation_level="SERIALIZABLE")
        with asyncio.Runner() as self.runner:
            yield new_store(blocking, awaiting, clock=self.clock)
            self.runner.run(awaiting.dispose())
        blocking.dispose()

    def run(self, coroutine):
        return self.runner.run(coroutine)


class TestSqliteFile(StoreConformance):
    """The standard library blocking and aiosqlite awaiting, over one file."""

    clock = MovableClock()

    @pytest.fixture
    def store(self, tmp_path, new_store):
        return new_store(f"sqlite:///{tmp_path}/sessions.sqlite3", clock=self.clock)


class TestSqliteInMemory(StoreConformance):
    """One connection, of this process alone, for both colours."""

    clock = MovableClock()

    @pytest.fixture
    def store(self, new_store):
        return new_store("sqlite://", clock=self.clock)


def test_two_processes_share_what_they_keep(database_url, new_store):
    """What one process saves, another one loads, and of two that replace one version one succeeds."""
    store = new_store(database_url)
    store.save("key", Stored(b"here", 1, LATER))
    program = (
        "import sys; from logto.sessions import SqlStore, Stored; store = SqlStore(sys.argv[1]);"
        "print(store.load('key').value, store.save('key', Stored(b'there', 2, 4e9)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, database_url], capture_output=True, text=True, check=True
    ).stdout

    assert said.split() == ["b'here'", "True"]
    assert store.save("key", Stored(b"here again", 2, LATER)) is False
    assert store.load("key") == Stored(b"there", 2, LATER)


def test_twenty_five_threads_race(database_url, new_store):
    """Of 25 threads at each step, one saves and one gets the lock, also when they are the first to need the tables."""
    store = new_store(database_url)
    gate = Barrier(25)

    def race(number):
        gate.wait()
        inserted = store.save("key", Stored(b"1", 1, LATER, (f"index {number}",)))
        gate.wait()
        replaced = store.save("key", Stored(b"2", 2, LATER, (f"index {number}",)))
        gate.wait()
        return inserted, replaced, store.acquire("key", f"owner {number}", 60)

    with ThreadPoolExecutor(25) as pool:
        results = list(pool.map(race, range(25)))

    assert [sum(column) for column in zip(*results, strict=True)] == [1, 1, 1]
    winner = next(number for number, result in enumerate(results) if result[1])
    assert store.find(f"index {winner}") == ["key"]
    assert sum(len(store.find(f"index {number}")) for number in range(25)) == 1


@pytest.mark.anyio
async def test_twenty_five_tasks_race(database_url, new_store):
    """Of 25 tasks at each step, one saves and one gets the lock."""
    store = new_store(database_url)
    saved = await asyncio.gather(*(store.asave("key", Stored(bytes(n), 1, LATER)) for n in range(25)))
    locked = await asyncio.gather(*(store.aacquire("key", f"owner {n}", 60) for n in range(25)))
    await store.aclose()

    assert (sum(saved), sum(locked)) == (1, 1)


def test_a_loop_takes_its_connections_with_it(database_url, new_store, recwarn):
    """A store that serves one event loop after the other works in each, and leaves no connection open behind one."""
    store = new_store(database_url)
    store.save("key", Stored(b"value", 1, LATER))
    for _ in range(3):
        assert asyncio.run(store.aload("key")) == Stored(b"value", 1, LATER)

    assert [str(warning.message) for warning in recwarn] == []


def test_a_cancelled_call_harms_nobody(database_url, new_store):
    """After a task was cancelled within a call, at whichever point, others are served and no change is half made."""
    store = new_store(database_url)
    store.create_schema()

    async def interrupted():
        for turns in range(60):
            task = asyncio.create_task(store.asave(f"key {turns}", Stored(b"value", 1, LATER, ("index",))))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return [await store.aload(f"key {turns}") for turns in range(60)], await store.afind("index")

    loaded, found = asyncio.run(interrupted())

    assert {f"key {turns}" for turns, stored in enumerate(loaded) if stored} == set(found)


def test_a_forked_process_opens_connections_of_its_own(database_url, new_store):
    """A child of a fork neither uses nor closes its parent's connections."""
    store = new_store(database_url)
    store.save("key", Stored(b"value", 1, LATER))
    child = os.fork()
    if child == 0:
        try:
            found = store.load("key")
            store.close()
            os._exit(0 if found is not None else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0

    assert store.load("key") == Stored(b"value", 1, LATER)


def test_a_lease_of_a_clock_that_was_wrong(database_url, new_store):
    """A lease of a machine whose clock was a day ahead holds nobody up for a day; one of a few minutes ahead is kept."""
    clock = MovableClock()
    store = new_store(database_url, clock=clock)
    clock.advance(86_400 + 300)
    store.acquire("a day", "owner", 5)
    clock.advance(-86_400)
    store.acquire("five minutes", "owner", 5)
    clock.advance(-300)

    assert [store.acquire(key, "other", 5) for key in ("a day", "five minutes")] == [True, False]


def test_what_is_over_is_swept_in_batches(database_url, new_store):
    """A sweep deletes so many of the expired sessions, oldest first, with their indexes, and forgotten locks."""
    clock = MovableClock()
    store = new_store(database_url, clock=clock)
    for number in range(30):
        store.save(f"key {number}", Stored(b"", 1, clock() + 1 + number, ("index",)))
        store.acquire(f"key {number}", "owner", 1)
    store.save("living", Stored(b"", 1, clock() + 1000, ("index",)))
    clock.advance(100)

    assert store.sweep(20) == 20
    assert rows(database_url) == {"sessions": 11, "session_indexes": 11, "session_locks": 10}
    assert store.sweep(20) == 10
    assert rows(database_url) == {"sessions": 1, "session_indexes": 1, "session_locks": 0}
    assert store.sweep(20) == 0
    assert store.find("index") == ["living"]


def test_saving_sweeps_now_and_then(database_url, new_store):
    """Without anybody calling `sweep`, the saves of a process delete what is over, a bounded number at a time."""
    clock = MovableClock()
    store = new_store(database_url, clock=clock)
    for number in range(SWEEP_EVERY - 1):
        store.save(f"key {number}", Stored(b"", 1, clock() + 1))
    clock.advance(1)
    assert rows(database_url)["sessions"] == SWEEP_EVERY - 1
    store.save("living", Stored(b"", 1, clock() + 1))

    assert rows(database_url)["sessions"] == 1


def test_a_sweep_takes_nobody_by_surprise(database_url, new_store):
    """A session that was over, and begins anew under its key, keeps its indexes through a sweep."""
    clock = MovableClock()
    store = new_store(database_url, clock=clock)
    store.save("key", Stored(b"old", 1, clock() + 1, ("old index",)))
    clock.advance(1)
    assert store.save("key", Stored(b"new", 1, clock() + 1, ("new index",))) is True

    assert (store.sweep(), store.find("old index"), store.find("new index")) == (0, [], ["key"])
    assert rows(database_url)["session_indexes"] == 1


def test_values_are_encrypted_at_rest(database_url, new_store):
    """With a key, only the key opens what stands in the database; without one, anybody who reads it has the tokens."""
    with LocalLogto() as running:
        server = LogtoServer(running)
        client = LogtoSyncClient(server.config(), NoSession())
        signed_in(client, server, new_store(database_url))
        token = signed_in(client, server, new_store(database_url, key="k" * 32, prefix="sealed_")).refresh_token

    assert unpack(*values(database_url, "logto_sessions")).identity is not None
    (sealed,) = values(database_url, "sealed_sessions")
    with pytest.raises(UnpackError):
        unpack(sealed)
    assert token.encode() not in sealed


def signed_in(client, server, store):
    """Signs alice in, in a session of the store, and returns what the session knows."""
    sessions = LogtoSyncSessions(client, store)
    session = sessions.open({}, "http://localhost:3000/")
    user = client.with_session(session)
    user.handle_sign_in_callback(server.sign_in(user.sign_in("http://localhost:3000/callback")))
    sessions.close(session)
    return session.identity()


def values(url, name):
    """What is stored in a table."""
    engine = create_engine(blocking_url(url))
    with engine.connect() as connection:
        found = connection.scalars(select(table(name, column("value")).c.value)).all()
    engine.dispose()
    return found


def rows(url):
    """How many rows each table has."""
    engine = create_engine(blocking_url(url))
    with engine.connect() as connection:
        tables = [each for each in metadata.sorted_tables if each.name != "logto_session_schema"]
        counts = {t.name.removeprefix("logto_"): connection.scalar(select(func.count()).select_from(t)) for t in tables}
    engine.dispose()
    return counts
