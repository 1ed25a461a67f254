"""Sessions in a database: PostgreSQL or SQLite, through SQLAlchemy."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

try:
    from sqlalchemy import Connection, MetaData
except ImportError as error:
    raise ImportError('SqlStore needs SQLAlchemy: pip install "logto[sql]"') from error

from ..errors import StorageError
from .sql_database import Database, Given
from .sql_rows import Rows
from .sql_schema import PREFIX, check, make_tables
from .sql_schema import create as create_tables
from .store import SessionStore, Stored

logger = logging.getLogger("logto")

TIMEOUT = 2.0
"""Seconds for connecting, and for each statement: a client's operation, of eight by default, asks several times."""

SWEEP_EVERY = 50
"""Saves of a process between two of its sweeps."""

SWEEP_SIZE = 200
"""Rows of a sweep: more than were saved since the last one, and few enough to hold nobody up."""


class SqlStore(SessionStore):
    """Keeps sessions in PostgreSQL or SQLite.

    The tables are made when they are first needed. Rows whose time is over count as gone, and are deleted in small batches
    now and then; `sweep` deletes them when you like.

    "Now" is this machine's clock, for lifetimes and leases alike. Where the clocks of two machines differ, a lease looks
    shorter or longer to the other one by as much: keep the difference (milliseconds, with NTP) well below a lease (seconds).
    A lease that ends too early leads to a second refresh, never to a broken session: what `save` may replace is decided by
    version, and no clock takes part in that.

    Args:
        databases: A URL (`postgresql://…`, `sqlite:///…`), which serves both colours, through psycopg and asyncpg or through
            the standard library and aiosqlite. Or an engine of your own, which serves its colour, or one of each.
        key: As `SessionStore`.
        prefix: What the names of the tables begin with.
        schema: The schema of the database that they are in; it must be there.
        create: Whether to make, and to migrate, the tables when they are first needed; if not, they must be there.
        timeout: Seconds for connecting and for each statement; your own engines keep their own limits.
        clock: Seconds since the epoch.

    Raises:
        ConfigurationError: The URL cannot be read, or the database is another one.
    """

    def __init__(
        self,
        *databases: Given,
        key: str | bytes | Sequence[str | bytes] | None = None,
        prefix: str = PREFIX,
        schema: str | None = None,
        create: bool = True,
        timeout: float = TIMEOUT,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(key=key)
        self._now = clock
        self._saves = count(1)
        self._tables = make_tables(prefix=prefix, schema=schema)
        self._create = partial(create_tables, tables=self._tables)
        prepare = self._create if create else partial(check, tables=self._tables)
        self._database = Database(databases, timeout=timeout, prepare=prepare)
        self._rows = Rows(self._tables, self._database.dialect)

    @property
    def metadata(self) -> MetaData:
        """The tables, for Alembic's `target_metadata`."""
        return self._tables.metadata

    def create_schema(self) -> None:
        """Makes the tables, or brings older ones up to date, in one transaction.

        Raises:
            StorageError: The tables are of a newer version, or the database cannot be asked.
        """
        self._database.run(self._create, transaction=True, preparing=True)

    async def acreate_schema(self) -> None:
        """As `create_schema`."""
        await self._database.arun(self._create, transaction=True, preparing=True)

    def load(self, key: str) -> Stored | None:
        """What is kept under a key, or None if there is nothing alive."""
        return self._database.run(self._load(key))

    async def aload(self, key: str) -> Stored | None:
        """As `load`."""
        return await self._database.arun(self._load(key))

    def save(self, key: str, stored: Stored) -> bool:
        """Keeps a value, if it replaces the version before it.

        Raises:
            StorageError: The database cannot be asked; whether the value was kept is then unknown.
        """
        kept = self._database.run(self._save(key, stored), transaction=True)
        if self._is_time_to_sweep():
            try:
                self.sweep()
            except StorageError as error:
                _not_swept(error)
        return kept

    async def asave(self, key: str, stored: Stored) -> bool:
        """As `save`."""
        kept = await self._database.arun(self._save(key, stored), transaction=True)
        if self._is_time_to_sweep():
            try:
                await self.asweep()
            except StorageError as error:
                _not_swept(error)
        return kept

    def delete(self, key: str) -> None:
        """Forgets what is kept under a key."""
        self._database.run(self._delete(key), transaction=True)

    async def adelete(self, key: str) -> None:
        """As `delete`."""
        await self._database.arun(self._delete(key), transaction=True)

    def find(self, index: str) -> Sequence[str]:
        """The keys of the living sessions with an index."""
        return self._database.run(self._find(index))

    async def afind(self, index: str) -> Sequence[str]:
        """As `find`."""
        return await self._database.arun(self._find(index))

    def acquire(self, key: str, owner: str, lease: float) -> bool:
        """Makes somebody the owner of a key, if it has none."""
        return self._database.run(self._acquire(key, owner, lease))

    async def aacquire(self, key: str, owner: str, lease: float) -> bool:
        """As `acquire`."""
        return await self._database.arun(self._acquire(key, owner, lease))

    def release(self, key: str, owner: str) -> None:
        """Ends an ownership, if it is still that owner's."""
        self._database.run(self._release(key, owner))

    async def arelease(self, key: str, owner: str) -> None:
        """As `release`."""
        await self._database.arun(self._release(key, owner))

    def sweep(self, limit: int = SWEEP_SIZE) -> int:
        """Deletes sessions whose time is over, the oldest first, and locks that nobody released.

        Args:
            limit: How many at most, of each.

        Returns:
            How many sessions; as many as `limit` means that there may be more.
        """
        return self._database.run(self._sweep(limit), transaction=True)

    async def asweep(self, limit: int = SWEEP_SIZE) -> int:
        """As `sweep`."""
        return await self._database.arun(self._sweep(limit), transaction=True)

    def close(self) -> None:
        """Closes the connections of the blocking colour; a later call opens new ones. Your own engine is left alone."""
        self._database.close()

    async def aclose(self) -> None:
        """Closes those of the running event loop; they are also closed when it shuts down."""
        await self._database.aclose()

    def __repr__(self) -> str:
        return f"SqlStore({self._database.dialect}, {self._tables.sessions.fullname})"

    # What each call asks, once for both colours.

    def _load(self, key: str) -> Callable[[Connection], Stored | None]:
        return partial(self._rows.load, key=key, now=self._now())

    def _save(self, key: str, stored: Stored) -> Callable[[Connection], bool]:
        return partial(self._rows.save, key=key, stored=stored, now=self._now())

    def _delete(self, key: str) -> Callable[[Connection], None]:
        return partial(self._rows.delete, key=key)

    def _find(self, index: str) -> Callable[[Connection], Sequence[str]]:
        return partial(self._rows.find, name=index, now=self._now())

    def _acquire(self, key: str, owner: str, lease: float) -> Callable[[Connection], bool]:
        return partial(self._rows.acquire, key=key, owner=owner, lease=lease, now=self._now())

    def _release(self, key: str, owner: str) -> Callable[[Connection], None]:
        return partial(self._rows.release, key=key, owner=owner)

    def _sweep(self, limit: int) -> Callable[[Connection], int]:
        return partial(self._rows.sweep, now=self._now(), most=limit)

    def _is_time_to_sweep(self) -> bool:
        return next(self._saves) % SWEEP_EVERY == 0


def _not_swept(error: StorageError) -> None:
    logger.warning("sessions whose time is over were not deleted, and will be another time: %s", error)
