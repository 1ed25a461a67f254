"""SQLAlchemy's engines for a database's URL, and the two ways in which a store uses an engine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from sqlite3 import OperationalError as SqliteError
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from ..errors import ConfigurationError

_LASTING: dict[str, Any] = {"pool_recycle": 300, "pool_use_lifo": True}
"""Settings for connections over a network: none is used for longer than five minutes, since routers in between forget the
quiet ones, and the last one to be used is the next, so that few stay open for nothing."""

_DIALECTS = {"postgresql": "postgresql", "postgres": "postgresql", "sqlite": "sqlite"}

_LIBPQ_ONLY = ("connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count")


@dataclass(frozen=True, slots=True)
class Ways:
    """An engine, used statement by statement, or in transactions.

    Args:
        engine: The application's, or our own; shared with whoever else has it, and so left as it is.
        single: Commits each statement by itself.
        transaction: Commits several together, under READ COMMITTED whatever the database's default is.
    """

    engine: Engine
    single: Engine
    transaction: Engine


@dataclass(frozen=True, slots=True)
class AsyncWays:
    """As `Ways`, awaiting."""

    engine: AsyncEngine
    single: AsyncEngine
    transaction: AsyncEngine


def ways(engine: Engine) -> Ways:
    """The two ways of a blocking engine."""
    if engine.dialect.name == "postgresql":
        single = engine.execution_options(isolation_level="AUTOCOMMIT")
        return Ways(engine, single, engine.execution_options(isolation_level="READ COMMITTED"))
    transaction = engine.execution_options(logto_store=True)  # an engine of our own over the same connections
    event.listen(transaction, "begin", _begin_immediate)
    # Nothing is saved by leaving transactions out where the database is in the same process.
    return Ways(engine, engine, transaction)


def async_ways(engine: AsyncEngine) -> AsyncWays:
    """The two ways of an awaiting engine."""
    found = ways(engine.sync_engine)
    return AsyncWays(engine, AsyncEngine(found.single), AsyncEngine(found.transaction))


def _begin_immediate(connection: Connection) -> None:
    # A transaction that begins by reading cannot be sure to be let write later; this one waits its turn now.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def read_url(url: str | URL) -> URL:
    """A database's URL, without a driver's name: which driver is for the colour to say.

    Raises:
        ConfigurationError: It is none, or of a database that sessions are not kept in.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = URL.create("unreadable")
    dialect = _DIALECTS.get(parsed.drivername.partition("+")[0])
    if dialect is None:
        # Nothing of the URL is told: there is a password in it, and what cannot be read cannot be hidden.
        raise ConfigurationError(
            "The session database's URL is not one of PostgreSQL or SQLite.",
            hint="Write postgresql://user:password@host/database or sqlite:///path, with %40 for @ in a password.",
            code="configuration.sql",
        )
    return parsed.set(drivername=dialect)


def dialect_of(engine: Engine) -> str:
    """An engine's database, by SQLAlchemy's name for it.

    Raises:
        ConfigurationError: Sessions are not kept in it.
    """
    if engine.dialect.name not in _DIALECTS:
        raise ConfigurationError(
            f"Sessions are kept in PostgreSQL or SQLite, and this engine speaks to {engine.dialect.name}.",
            code="configuration.sql",
        )
    return engine.dialect.name


def is_in_memory(url: URL) -> bool:
    """Whether the database is an SQLite one that nobody else can open."""
    return url.drivername == "sqlite" and (url.database in {None, "", ":memory:"} or url.query.get("mode") == "memory")


def blocking_engine(url: URL, timeout: float) -> Engine:
    """An engine for threads; nothing is opened yet.

    Args:
        url: As `read_url` returned it.
        timeout: Seconds for connecting, for waiting for a free connection, and for a statement.
    """
    if url.drivername == "sqlite":
        memory = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0} if is_in_memory(url) else {}
        # A connection may change threads: the pool lends it to one at a time.
        arguments = {"timeout": timeout, "check_same_thread": False}
        engine = create_engine(url, connect_args=arguments, **_settings(timeout), **memory)
        _prepare_sqlite(engine, url)
        return engine
    from .sql_patience import make_patient

    engine = create_engine(url.set(drivername="postgresql+psycopg"), **_settings(timeout), **_LASTING)
    make_patient(engine, timeout)
    return engine


def awaiting_engine(url: URL, timeout: float) -> AsyncEngine:
    """An engine for the running event loop; otherwise as `blocking_engine`."""
    if url.drivername == "sqlite":
        url = url.set(drivername="sqlite+aiosqlite")
        engine = create_async_engine(url, connect_args={"timeout": timeout}, **_settings(timeout))
        _prepare_sqlite(engine.sync_engine, url)
        return engine
    # The whole URL, because asyncpg reads the parameters of libpq, such as `sslmode`, only there.
    dsn = url.difference_update_query(_LIBPQ_ONLY).render_as_string(hide_password=False)

    async def connect(**_arguments: Any) -> Any:
        asyncpg: Any = import_module("asyncpg")  # without types, and needed for this colour only
        return await asyncpg.connect(dsn, timeout=timeout)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, **_settings(timeout), **_LASTING)

    @event.listens_for(engine.sync_engine, "checkout")
    def look(connection: Any, _record: Any, _proxy: Any) -> None:
        if connection.driver_connection.is_closed():  # the loop has noticed that the server went away
            raise InvalidatePoolError

    return engine


def _settings(timeout: float) -> dict[str, Any]:
    # The parameters are users' sessions, and stay out of SQLAlchemy's errors and log.
    return {"hide_parameters": True, "pool_timeout": timeout}


def _prepare_sqlite(engine: Engine, url: URL) -> None:
    @event.listens_for(engine, "do_connect")
    def create(_dialect: Any, _record: Any, _args: Any, _kwargs: Any) -> None:
        if not is_in_memory(url) and "uri" not in url.query:
            _create_private(Path(str(url.database)))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        try:
            # Readers and the one writer do not hold each other up. While somebody else is just switching, the file is
            # locked, and does without our saying it.
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = NORMAL")
        except SqliteError as error:
            if "locked" not in str(error):
                raise
        finally:
            cursor.close()


def _create_private(path: Path) -> None:
    """Creates the file for its owner only: with no key given, tokens stand in it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
