"""A database that goes away, hangs, comes back, or was never there."""

import asyncio
import signal
import socket
import time

import pytest
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from logto.errors import ConfigurationError, StorageError
from logto.sessions import SqlStore, Stored
from logto.sessions.store import Call
from tests.sessions.databases import LATER, awaiting_url, blocking_url

HURRIED, ENOUGH = 1.0, 15.0
"""Seconds: what a store is given, which a busy machine takes for a real answer too, and when every limit has long passed."""

VALUE = Stored(b"value", 1, LATER, ("index",))


def test_a_database_that_goes_and_comes_back(own_postgresql, new_store):
    """While it is gone each call is a clear error; once it is back everything is there, at the first try."""
    store = new_store(own_postgresql.new_database())
    store.save("key", VALUE)
    for _ in range(2):
        own_postgresql.stop()
        for call in CALLS:
            with pytest.raises(StorageError, match="could not be asked") as failure:
                call.on(store)
            assert failure.value.code == "storage.failed"
        own_postgresql.start()

        assert store.load("key") == VALUE


@pytest.mark.anyio
async def test_a_database_that_goes_and_comes_back_awaiting(own_postgresql, new_store):
    """The same for the awaiting methods."""
    store = new_store(own_postgresql.new_database())
    await store.asave("key", VALUE)
    for _ in range(2):
        own_postgresql.stop()
        for call in CALLS:
            with pytest.raises(StorageError, match="could not be asked"):
                await call.awaiting_on(store)
        own_postgresql.start()

        assert await store.aload("key") == VALUE
    await store.aclose()


def test_a_database_that_hangs(own_postgresql, new_store):
    """A server that takes the question and never answers is an error after the time-out, on old and new connections."""
    store = new_store(own_postgresql.new_database(), timeout=HURRIED)
    store.save("key", VALUE)
    own_postgresql.signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises(StorageError):
            store.load("key")
        with pytest.raises(StorageError):
            store.load("key")
        assert time.monotonic() - began < ENOUGH
    finally:
        own_postgresql.signal(signal.SIGCONT)

    assert store.load("key") == VALUE


@pytest.mark.anyio
async def test_a_database_that_hangs_awaiting(own_postgresql, new_store):
    """The same for the awaiting methods; meanwhile the event loop is free."""
    store = new_store(own_postgresql.new_database(), timeout=HURRIED)
    await store.asave("key", VALUE)
    own_postgresql.signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        for _ in range(2):
            with pytest.raises(StorageError):
                await store.aload("key")
        assert time.monotonic() - began < ENOUGH
    finally:
        own_postgresql.signal(signal.SIGCONT)

    assert await store.aload("key") == VALUE
    await store.aclose()


def test_a_row_that_another_transaction_holds(postgresql_url, new_store):
    """A save that waits for somebody else's transaction gives up in time, and is not made later."""
    store, hurried = new_store(postgresql_url, timeout=ENOUGH), new_store(postgresql_url, timeout=HURRIED)
    store.save("key", VALUE)
    hurried.load("key")
    engine = create_engine(blocking_url(postgresql_url))
    with engine.begin() as connection:
        connection.execute(store.metadata.tables["logto_sessions"].update().values(value=b"held"))
        with pytest.raises(StorageError):
            hurried.save("key", Stored(b"late", 2, LATER))
    engine.dispose()

    assert store.load("key") == Stored(b"held", 1, LATER, ("index",))


def test_an_sqlite_file_that_another_process_holds(tmp_path, new_store):
    """Readers are served while somebody writes; writers give up in time."""
    store = new_store(f"sqlite:///{tmp_path}/file", timeout=HURRIED)
    store.save("key", VALUE)
    engine = create_engine(f"sqlite:///{tmp_path}/file")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        assert store.load("key") == VALUE
        with pytest.raises(StorageError):
            store.save("key", Stored(b"late", 2, LATER))
        with pytest.raises(StorageError):
            asyncio.run(store.asave("key", Stored(b"late", 2, LATER)))
    engine.dispose()

    assert store.load("key") == VALUE


UNREACHABLE = {
    "nobody listens": "postgresql://user:hunter2@127.0.0.1:{closed}/db",
    "somebody else listens": "postgresql://user:hunter2@127.0.0.1:{silent}/db",
    "a password with marks": "postgresql://user:p:hunter2/x@127.0.0.1:{closed}/db",
    "a wrong socket": "postgresql://user:hunter2@/db?host=/nonexistent",
    "a wrong parameter": "postgresql://user:hunter2@127.0.0.1:{closed}/db?sslmode=hunter2",
    "no such folder": "sqlite:////nonexistent/hunter2/file",
    "not a database": "sqlite:////bin/sh",
}


@pytest.mark.parametrize("url", UNREACHABLE.values(), ids=UNREACHABLE)
def test_a_database_that_was_never_there(url, new_store):
    """Both colours raise one error, in time, which does not tell the password."""
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as gone:
        ports = {"silent": silent.getsockname()[1], "closed": gone.getsockname()[1]}
        gone.close()
        store = new_store(url.format(**ports), timeout=0.5)
        failures = []
        for attempt in (lambda: store.load("key"), lambda: asyncio.run(store.aload("key"))):
            began = time.monotonic()
            with pytest.raises(StorageError) as failure:
                attempt()
            assert time.monotonic() - began < ENOUGH
            failures.append(failure.value)

    for failure in failures:
        assert failure.code == "storage.failed"
        assert "hunter2" not in f"{failure} {failure!r} {store!r}"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user:hunter2@host/db",
        "postgresql//user:hunter2@host/db",
        "postgresql://user@host:hunter2/db",
        "postgresql://user:p@:hunter2/x@host/db",
        "hunter2",
        "",
    ],
)
def test_a_url_of_something_else(url):
    """What is no URL of PostgreSQL or SQLite is refused before anything is opened, and not quoted."""
    with pytest.raises(ConfigurationError) as failure:
        SqlStore(url)

    assert failure.value.code == "configuration.sql"
    assert "hunter2" not in f"{failure.value} {failure.value!r}"
    assert failure.value.__cause__ is failure.value.__context__ is None


def test_engines_that_do_not_fit(postgresql_url):
    """Engines of two databases, two of one colour, and things that are no engines are refused."""
    blocking, other = create_engine(blocking_url(postgresql_url)), create_engine("sqlite://")
    awaiting = create_async_engine(awaiting_url(postgresql_url))

    for given in ((), (other, awaiting), (blocking, blocking), (awaiting, awaiting), (42,), (blocking, postgresql_url)):
        with pytest.raises(ConfigurationError) as failure:
            SqlStore(*given)
        assert failure.value.code == "configuration.sql"


def test_a_colour_without_an_engine(postgresql_url):
    """A store over one engine says which colour it lacks, and what would give it that."""
    engine = create_engine(blocking_url(postgresql_url))
    with pytest.raises(ConfigurationError, match=r"no awaiting methods\. Give it an AsyncEngine") as failure:
        asyncio.run(SqlStore(engine).aload("key"))
    assert failure.value.code == "configuration.store_colour"

    with pytest.raises(ConfigurationError, match=r"no blocking methods\. Give it a blocking Engine"):
        SqlStore(create_async_engine(awaiting_url(postgresql_url))).load("key")
    engine.dispose()


def test_an_sqlite_file_is_its_owners(tmp_path, new_store):
    """Neither the file nor what SQLite puts beside it can be read by others."""
    store = new_store(f"sqlite:///{tmp_path}/file")
    store.save("key", VALUE)

    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    assert modes == {"file": "0o600", "file-wal": "0o600", "file-shm": "0o600"}


@pytest.mark.parametrize("spelling", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg"])
def test_one_url_serves_both_colours(postgresql_url, new_store, spelling):
    """Whichever driver a URL names, blocking and awaiting methods share what is kept."""
    store = new_store(postgresql_url.replace("postgresql", spelling, 1))
    store.save("key", VALUE)

    assert asyncio.run(store.aload("key")) == VALUE


class Each:
    """A call of a store, in either colour."""

    def __init__(self, method, *arguments):
        self._method, self._arguments = method, arguments

    def on(self, store):
        return Call(store, self._method, self._arguments).blocking(10)

    async def awaiting_on(self, store):
        return await Call(store, self._method, self._arguments).awaiting(10)


CALLS = [
    Each("load", "key"),
    Each("save", "key", VALUE),
    Each("delete", "key"),
    Each("find", "index"),
    Each("acquire", "key", "owner", 1.0),
    Each("release", "key", "owner"),
]
