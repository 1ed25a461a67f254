"""What was revoked: for sessions that live where nobody can delete them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from hashlib import sha256

from ..errors import StorageError
from ..protocol.http import Flow
from .store import Call, SessionStore, Stored

_TRIES = 10


def revoke(store: SessionStore, names: Iterable[str], now: float, lifetime: float) -> Flow[None]:
    """Revokes every session with one of the names that began until now.

    Args:
        store: Where the list is kept.
        names: Indexes of a user or of a session at the provider, or a session's own serial.
        now: Seconds since the epoch.
        lifetime: Seconds after which no such session can live any more.
    """
    for name in names:
        key = _key(name)
        for _ in range(_TRIES):
            former: Stored | None = yield Call(store, "load", (key,))
            if former is not None and _time_of(former) >= now:
                break  # a clock that went back must not bring back what was revoked by the clock before
            version = 1 if former is None else former.version + 1
            if (yield Call(store, "save", (key, Stored(repr(now).encode(), version, now + lifetime)))):
                break
        else:
            raise StorageError("A session could not be revoked: too many do it at once.", code="storage.contended")


def is_revoked(store: SessionStore, names: Iterable[str], began_at: float) -> Flow[bool]:
    """Whether a session with these names that began then was revoked since.

    Args:
        store: Where the list is kept.
        names: The session's indexes, and its serial.
        began_at: Seconds since the epoch.

    Raises:
        StorageError: The list cannot be asked, or read.
    """
    for name in names:
        stored: Stored | None = yield Call(store, "load", (_key(name),))
        if stored is not None and _time_of(stored) >= began_at:
            return True
    return False


def _time_of(stored: Stored) -> float:
    try:
        time = float(stored.value)
    except ValueError:
        time = math.nan
    if math.isnan(time):
        raise StorageError(
            "The list of revoked sessions holds something else.",
            hint="Does another application write to the same store?",
        )
    return time


def _key(name: str) -> str:
    return sha256(f"revoked\0{name}".encode()).hexdigest()
