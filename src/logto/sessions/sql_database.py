"""Carrying out what `SqlStore` wants of its database, in both colours: connections, time limits, failures."""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ..errors import ConfigurationError, LogtoException, StorageError
from .per_loop import PerLoop
from .sql_engines import (
    AsyncWays,
    Ways,
    async_ways,
    awaiting_engine,
    blocking_engine,
    dialect_of,
    is_in_memory,
    read_url,
    ways,
)

T = TypeVar("T")

Given: TypeAlias = "str | URL | Engine | AsyncEngine"


class Database:
    """A database, by URL or by the application's own engines.

    Args:
        given: A URL, which serves both colours, or an engine, which serves its own, or one engine of each.
        timeout: Seconds for connecting and for each statement.
        prepare: Called once, in a transaction, before anything else.

    Raises:
        ConfigurationError: The URL cannot be read, or the engines do not fit.
    """

    def __init__(self, given: tuple[Given, ...], *, timeout: float, prepare: Callable[[Connection], None]) -> None:
        self._timeout = timeout
        self._prepare = prepare
        self._is_prepared = False
        self._lock = Lock()
        self._running: set[asyncio.Future[Any]] = set()
        self._url: URL | None = None
        self._blocking: Ways | None = None
        self._awaiting: AsyncWays | None = None
        self._per_loop: PerLoop[AsyncWays] | None = None
        if len(given) == 1 and isinstance(given[0], str | URL):
            self._url = url = read_url(given[0])
            self._per_loop = PerLoop(
                lambda: async_ways(awaiting_engine(url, timeout)), lambda made: made.engine.dispose()
            )
            self.dialect = url.drivername
        else:
            self.dialect = self._take(given)
        _LIVING.add(self)

    def run(self, body: Callable[[Connection], T], *, transaction: bool = False, preparing: bool = False) -> T:
        """Carries out a body, blocking.

        Args:
            body: Uses a connection; called once.
            transaction: Whether all of it is committed together, rather than each statement by itself.
            preparing: Whether the body itself is what prepares the database.

        Raises:
            StorageError: The database cannot be asked.
        """
        try:
            found = self._blocking_ways()
            if not (self._is_prepared or preparing):
                with found.transaction.begin() as connection:
                    self._prepare(connection)
                self._is_prepared = True
            with (found.transaction if transaction else found.single).begin() as connection:
                return body(connection)
        except LogtoException:
            raise
        except Exception as error:  # noqa: BLE001 - every driver has its own; all become one below
            failure = self._failed(error)
        raise failure  # outside of `except`: SQLAlchemy's own error may quote what was to be stored

    async def arun(self, body: Callable[[Connection], T], *, transaction: bool = False, preparing: bool = False) -> T:
        """Carries out a body, awaiting; otherwise as `run`."""
        if self._is_in_memory:
            # The database is the one connection, which is never kept while somebody waits.
            return self.run(body, transaction=transaction, preparing=preparing)
        try:
            found = await self._awaiting_ways()
            if not (self._is_prepared or preparing):
                await self._carry(found.transaction, self._prepare)
                self._is_prepared = True
            return await self._carry(found.transaction if transaction else found.single, body)
        except LogtoException:
            raise
        except Exception as error:  # noqa: BLE001 - as in `run`
            failure = self._failed(error)
        raise failure

    def close(self) -> None:
        """Closes the idle connections of the blocking colour, where they are not the application's."""
        if self._url is not None and self._blocking is not None:
            self._blocking.engine.dispose()

    async def aclose(self) -> None:
        """Closes the connections of the running event loop, where they are not the application's."""
        if self._per_loop is not None:
            await self._per_loop.close()

    @property
    def _is_in_memory(self) -> bool:
        return self._url is not None and is_in_memory(self._url)

    def _take(self, given: tuple[Given, ...]) -> str:
        """Takes the application's engines, and returns the name of their database."""
        engines = [each for each in given if isinstance(each, Engine)]
        async_engines = [each for each in given if isinstance(each, AsyncEngine)]
        names = {*map(dialect_of, engines), *(dialect_of(each.sync_engine) for each in async_engines)}
        if (
            len(engines) > 1
            or len(async_engines) > 1
            or len(engines) + len(async_engines) != len(given)
            or len(names) != 1
        ):
            raise ConfigurationError(
                "SqlStore got neither a URL nor engines of one database.",
                hint="Give it a URL, an Engine, an AsyncEngine, or one of each.",
                code="configuration.sql",
            )
        self._blocking = ways(engines[0]) if engines else None
        self._awaiting = async_ways(async_engines[0]) if async_engines else None
        return names.pop()

    def _blocking_ways(self) -> Ways:
        if self._blocking is None:
            if self._url is None:
                raise _one_colour("AsyncEngine", "blocking", "a blocking Engine")
            with self._lock:
                if self._blocking is None:
                    engine = blocking_engine(self._url, self._timeout)
                    weakref.finalize(self, engine.dispose)
                    self._blocking = ways(engine)
        return self._blocking

    async def _awaiting_ways(self) -> AsyncWays:
        if self._per_loop is not None:
            return await self._per_loop.get()
        if self._awaiting is None:
            raise _one_colour("blocking Engine", "awaiting", "an AsyncEngine")
        return self._awaiting

    async def _carry(self, engine: AsyncEngine, body: Callable[[Connection], T]) -> T:
        if self.dialect != "sqlite":
            return await self._carry_in_time(engine, body)
        # In a thread, where SQLite limits the time by itself. Nobody is helped by leaving it half-way, and aiosqlite not at
        # all: whoever is cancelled goes, and the statement comes to its end.
        task = asyncio.ensure_future(_carry(engine, body))
        self._running.add(task)  # the event loop itself keeps only a weak reference
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _carry_in_time(self, engine: AsyncEngine, body: Callable[[Connection], T]) -> T:
        async with asyncio.timeout(self._timeout) as limit, engine.connect() as connection:
            hang_up = await _hang_up_instead(connection, limit)
            try:
                async with connection.begin():
                    return await connection.run_sync(body)
            finally:
                if hang_up is not None:
                    hang_up.cancel()

    def _failed(self, error: Exception) -> StorageError:
        reason = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        detail = f": {reason.strerror}" if isinstance(reason, OSError) and reason.strerror else ""
        failure = StorageError(
            f"The session database could not be asked: {type(reason).__name__}{detail}.",
            hint="Is it up, and are address and credentials right? Nothing was lost.",
            code="storage.failed",
        )
        # The driver's own words, which quote no password; SQLAlchemy's may quote what was to be stored.
        failure.__cause__ = None if isinstance(reason, DBAPIError) else reason
        return failure

    def _after_fork(self) -> None:
        # The sockets are the parent's: using one would mix its answers with ours, closing one properly would end it.
        self._lock = Lock()
        if self._url is not None and self._blocking is not None and not self._is_in_memory:
            self._blocking.engine.dispose(close=False)


async def _carry(engine: AsyncEngine, body: Callable[[Connection], T]) -> T:
    async with engine.begin() as connection:
        return await connection.run_sync(body)


async def _hang_up_instead(connection: AsyncConnection, limit: asyncio.Timeout) -> asyncio.TimerHandle | None:
    """Has a time-out cut the connection, where its driver can do so at once.

    A cancelled statement would first be taken back at the server, politely; but it is the server that does not answer.
    """
    terminate = getattr((await connection.get_raw_connection()).driver_connection, "terminate", None)
    deadline = limit.when()
    if terminate is None or deadline is None:
        return None
    limit.reschedule(None)
    return asyncio.get_running_loop().call_at(deadline, terminate)


def _one_colour(given: str, colour: str, wanted: str) -> ConfigurationError:
    return ConfigurationError(
        f"This SqlStore was given one {given}, and has no {colour} methods.",
        hint=f"Give it {wanted} as well, or a URL, of which both colours are served.",
        code="configuration.store_colour",
    )


_LIVING: weakref.WeakSet[Database] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for database in list(_LIVING):
        database._after_fork()  # noqa: SLF001 - of the class above


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_after_fork_in_child)
