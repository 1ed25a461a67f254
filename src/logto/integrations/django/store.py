"""Sessions in a database of Django's, through its ORM."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import wraps
from secrets import token_urlsafe
from typing import Concatenate, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import IntegrityError, OperationalError
from django.db.models import Exists, OuterRef, Q

from ...sessions.store import SessionStore, Stored
from .tables import Tables, gave_way, opened_tables

P = ParamSpec("P")
T = TypeVar("T")

BATCH = 200
"""Rows that the sweep forgets in one transaction: few enough that nobody waits long for it."""

_SWEEP = "logto: sweep"
_SWEEP_LEASE = 60.0
_TRIES = 20


def _operation(
    body: Callable[Concatenate[DjangoStore, Tables, P], T],
) -> Callable[Concatenate[DjangoStore, P], T]:
    """An operation on the tables as a method of the store."""

    @wraps(body)
    def method(store: DjangoStore, /, *args: P.args, **kwargs: P.kwargs) -> T:
        tries = 0
        while True:
            tries += 1
            try:
                with opened_tables(store.using, joins=store.may_be_rolled_back_by_the_application) as tables:
                    return body(store, tables, *args, **kwargs)
            except OperationalError as error:
                if tries == _TRIES or not gave_way(error):
                    raise

    return method


class DjangoStore(SessionStore):
    """Keeps sessions in the tables of the app `logto.integrations.django`.

    Every change is committed when it is made, also within `ATOMIC_REQUESTS` or `atomic()`: there it is made on a second
    connection to the same database. Leases and expiry go by this machine's clock: machines that share a database keep
    theirs within a second or so of each other. `manage.py logto_clearsessions` forgets what has expired.

    Args:
        key: As `SessionStore`; without one, whoever reads the database or a backup of it has the users' tokens.
        using: The alias of the database; by default the one that the routers give for writing, which is "default" without
            routers. A replica does not serve: it answers with what was true a moment ago.
        may_be_rolled_back_by_the_application: Whether changes may be part of a transaction that the application is in.
            If that fails, tokens that were refreshed within it are lost, and sessions that ended within it are back.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        *,
        key: str | bytes | Sequence[str | bytes] | None = None,
        using: str | None = None,
        may_be_rolled_back_by_the_application: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(key=key)
        self.using = using
        self.may_be_rolled_back_by_the_application = may_be_rolled_back_by_the_application
        self._now = clock

    @_operation
    def load(self, tables: Tables, key: str) -> Stored | None:
        """What is kept under a key, or None if there is nothing alive."""
        living = tables.sessions.filter(key=key, expires_at__gt=self._now()).order_by("found_by__id")
        rows = list(living.values_list("value", "version", "expires_at", "found_by__index"))
        if not rows:
            return None
        value, version, expires_at, _ = rows[0]
        return Stored(bytes(value), version, expires_at, tuple(index for *_, index in rows if index is not None))

    @_operation
    def save(self, tables: Tables, key: str, stored: Stored) -> bool:
        """Keeps a value, if it replaces the version before it."""
        # Each transaction begins with a write: SQLite lets nobody write who has read before another wrote.
        with tables.transaction():
            kept = (
                _inserted(tables, key, stored, self._now())
                if stored.version == 1
                else self._replaced(tables, key, stored)
            )
            if kept:
                _index(tables, key, tuple(dict.fromkeys(stored.indexes)))
            return kept

    @_operation
    def delete(self, tables: Tables, key: str) -> None:
        """Forgets what is kept under a key."""
        with tables.transaction():
            tables.sessions.filter(key=key).delete()
            tables.indexes.filter(session_id=key).delete()

    @_operation
    def find(self, tables: Tables, index: str) -> Sequence[str]:
        """The keys of the living sessions with an index."""
        found = tables.indexes.filter(index=index, session__expires_at__gt=self._now())
        return list(found.values_list("session_id", flat=True))

    @_operation
    def acquire(self, tables: Tables, key: str, owner: str, lease: float) -> bool:
        """Makes somebody the owner of a key, if it has none."""
        now = self._now()
        # Not an insert that fails: that is how most of those who wait are answered, and PostgreSQL would log each.
        with tables.transaction():
            tables.locks.bulk_create([tables.lock(name=key, owner=owner, until=now + lease)], ignore_conflicts=True)
            free = tables.locks.filter(Q(owner=owner) | Q(until__lte=now), name=key)
            return bool(free.update(owner=owner, until=now + lease))

    @_operation
    def release(self, tables: Tables, key: str, owner: str) -> None:
        """Ends an ownership, if it is still that owner's."""
        tables.locks.filter(name=key, owner=owner).delete()

    def sweep(self, *, batch: int = BATCH) -> int:
        """Forgets sessions and locks that have expired; nothing, if another sweep is under way.

        Args:
            batch: Rows in one transaction.

        Returns:
            How many were forgotten.
        """
        owner, swept = token_urlsafe(16), 0
        # Two sweeps would lock the same rows in different orders, and PostgreSQL would end one of them.
        while self.acquire(_SWEEP, owner, _SWEEP_LEASE):
            found = self._sweep_sessions(batch) + self._sweep_locks(batch)
            swept += found
            if not found:
                self.release(_SWEEP, owner)
                break
        return swept

    async def aload(self, key: str) -> Stored | None:
        """As `load`."""
        return await _awaited(self.load, key)

    async def asave(self, key: str, stored: Stored) -> bool:
        """As `save`."""
        return await _awaited(self.save, key, stored)

    async def adelete(self, key: str) -> None:
        """As `delete`."""
        await _awaited(self.delete, key)

    async def afind(self, index: str) -> Sequence[str]:
        """As `find`."""
        return await _awaited(self.find, index)

    async def aacquire(self, key: str, owner: str, lease: float) -> bool:
        """As `acquire`."""
        return await _awaited(self.acquire, key, owner, lease)

    async def arelease(self, key: str, owner: str) -> None:
        """As `release`."""
        await _awaited(self.release, key, owner)

    async def asweep(self, *, batch: int = BATCH) -> int:
        """As `sweep`."""
        return await _awaited(self.sweep, batch=batch)

    def _replaced(self, tables: Tables, key: str, stored: Stored) -> bool:
        former = tables.sessions.filter(key=key, version=stored.version - 1, expires_at__gt=self._now())
        return bool(former.update(value=stored.value, version=stored.version, expires_at=stored.expires_at))

    @_operation
    def _sweep_sessions(self, tables: Tables, batch: int) -> int:
        now = self._now()
        expired = tables.sessions.filter(expires_at__lte=now)
        keys = list(expired.order_by("expires_at").values_list("key", flat=True)[:batch])
        with tables.transaction():
            swept, _ = expired.filter(key__in=keys).delete()  # asked again: some may have been renewed
            still_there = tables.sessions.filter(key=OuterRef("session_id"))
            tables.indexes.filter(~Exists(still_there), session_id__in=keys).delete()
        return int(swept)

    @_operation
    def _sweep_locks(self, tables: Tables, batch: int) -> int:
        expired = tables.locks.filter(until__lte=self._now())
        names = list(expired.order_by("until").values_list("name", flat=True)[:batch])
        swept, _ = expired.filter(name__in=names).delete()
        return int(swept)


def _inserted(tables: Tables, key: str, stored: Stored, now: float) -> bool:
    tables.sessions.filter(key=key, expires_at__lte=now).delete()
    row = {"value": stored.value, "version": stored.version, "expires_at": stored.expires_at}
    try:
        with tables.transaction():
            tables.sessions.create(key=key, **row)
    except IntegrityError:
        return False
    return True


def _index(tables: Tables, key: str, indexes: tuple[str, ...]) -> None:
    ours = tables.indexes.filter(session_id=key)
    if tuple(ours.order_by("id").values_list("index", flat=True)) == indexes:
        return
    ours.delete()
    tables.indexes.bulk_create(tables.session_index(session_id=key, index=index) for index in indexes)


async def _awaited(method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    # In the thread where Django does all of a request's database work: it has the connection, and the request's end
    # closes it. A thread from a pool would open another, which nobody closes. Nothing here waits for a lock.
    return await sync_to_async(method, thread_sensitive=True)(*args, **kwargs)
