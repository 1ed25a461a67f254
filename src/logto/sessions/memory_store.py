"""Sessions in this process: for development, tests, and applications of one process that may forget."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Lock

from .store import SessionStore, Stored

MOST = 100_000
"""Sessions kept; the oldest make room."""

_OWNERS = 1024
"""Ownerships at which those that have ended are looked for."""


class MemoryStore(SessionStore):
    """Keeps sessions in this process's memory.

    Args:
        key: As `SessionStore`; there is little reason to give one.
        most: How many sessions are kept.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        *,
        key: str | bytes | Sequence[str | bytes] | None = None,
        most: int = MOST,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(key=key)
        self._most = most
        self._now = clock
        self._lock = Lock()
        self._values: dict[str, Stored] = {}
        self._keys: dict[str, set[str]] = {}
        self._owners: dict[str, tuple[str, float]] = {}
        self._most_owners = _OWNERS

    def load(self, key: str) -> Stored | None:
        """What is kept under a key, or None if there is nothing alive."""
        with self._lock:
            return self._living(key)

    def save(self, key: str, stored: Stored) -> bool:
        """Keeps a value, if it replaces the version before it."""
        with self._lock:
            former = self._living(key)
            if (0 if former is None else former.version) != stored.version - 1:
                return False
            self._forget(key)
            self._values[key] = stored
            for index in stored.indexes:
                self._keys.setdefault(index, set()).add(key)
            while len(self._values) > self._most:
                self._forget(next(iter(self._values)))
            return True

    def delete(self, key: str) -> None:
        """Forgets what is kept under a key."""
        with self._lock:
            self._forget(key)

    def find(self, index: str) -> Sequence[str]:
        """The keys of the living sessions with an index."""
        with self._lock:
            return [key for key in tuple(self._keys.get(index, ())) if self._living(key) is not None]

    def acquire(self, key: str, owner: str, lease: float) -> bool:
        """Makes somebody the owner of a key, if it has none."""
        with self._lock:
            now = self._now()
            holder, until = self._owners.get(key, (owner, 0.0))
            if holder != owner and now < until:
                return False
            self._owners[key] = (owner, now + lease)
            if len(self._owners) > self._most_owners:
                self._owners = {name: held for name, held in self._owners.items() if held[1] > now}
                # Not at the next one again: each costs a look at all of them.
                self._most_owners = max(_OWNERS, 2 * len(self._owners))
            return True

    def release(self, key: str, owner: str) -> None:
        """Ends an ownership, if it is still that owner's."""
        with self._lock:
            if self._owners.get(key, ("", 0.0))[0] == owner:
                del self._owners[key]

    async def aload(self, key: str) -> Stored | None:
        """As `load`."""
        return self.load(key)

    async def asave(self, key: str, stored: Stored) -> bool:
        """As `save`."""
        return self.save(key, stored)

    async def adelete(self, key: str) -> None:
        """As `delete`."""
        self.delete(key)

    async def afind(self, index: str) -> Sequence[str]:
        """As `find`."""
        return self.find(index)

    async def aacquire(self, key: str, owner: str, lease: float) -> bool:
        """As `acquire`."""
        return self.acquire(key, owner, lease)

    async def arelease(self, key: str, owner: str) -> None:
        """As `release`."""
        self.release(key, owner)

    def _living(self, key: str) -> Stored | None:
        stored = self._values.get(key)
        if stored is not None and stored.expires_at <= self._now():
            self._forget(key)
            return None
        return stored

    def _forget(self, key: str) -> None:
        stored = self._values.pop(key, None)
        for index in () if stored is None else stored.indexes:
            keys = self._keys.get(index, set())
            keys.discard(key)
            if not keys:
                self._keys.pop(index, None)
