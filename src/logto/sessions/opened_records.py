"""Sessions that were read a moment ago: the same bytes are not decrypted and unpacked for every request."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TypeAlias

from .record import SessionRecord

MOST = 256
"""Sessions remembered, in this process's memory only; the oldest make room."""

Opened: TypeAlias = tuple[SessionRecord, bool]
"""A record, and whether it was sealed with the first key."""


class OpenedRecords:
    """What was read under which key of one store, valid for exactly the bytes that it was read from.

    The store, or the browser, is asked for them in every request: what changed or was removed there holds at once. Whether
    a session is over, revoked or signed out is looked at each time.
    """

    def __init__(self) -> None:
        self._opened: dict[str, tuple[bytes, Opened]] = {}
        self._lock = Lock()

    def read(self, key: str, value: bytes, read: Callable[[], Opened | None]) -> Opened | None:
        """The record that bytes stand for.

        Args:
            key: Under which they are stored, to which they are bound where they are sealed.
            value: The bytes, as the store has them now.
            read: Opens and unpacks them; None if they are no session.
        """
        known = self._opened.get(key)
        if known is not None and known[0] == value:
            return known[1]
        found = read()
        with self._lock:
            self._opened.pop(key, None)
            if found is not None:
                self._opened[key] = (value, found)
                while len(self._opened) > MOST:
                    del self._opened[next(iter(self._opened))]
        return found

    def forget(self, key: str) -> None:
        """Forgets a session that has ended."""
        with self._lock:  # somebody else may be making room just now
            self._opened.pop(key, None)
