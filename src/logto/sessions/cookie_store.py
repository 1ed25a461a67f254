"""Sessions without a server: the record itself, encrypted, in the browser's cookies."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ConfigurationError
from .key_ring import KeyRing
from .store import SessionStore

ROOM = 7 * 1024
"""Bytes of cookies within which access tokens are kept: servers and proxies take 8 kB of headers by default."""

LIMIT = 32 * 1024
"""Bytes of cookies beyond which a session is refused."""


class CookieStore:
    """Keeps each session in its browser's cookies, encrypted with AES-256-GCM.

    There is no server to run, and no way to reach a session from outside: a copied cookie works until it ends, and
    back-channel logout needs a list of what was revoked, kept in another store. A refresh is done once within a process;
    two processes that are asked at the same moment with the same cookie each do it, which Logto tolerates for three seconds.

    Args:
        key: One secret or several, of at least 32 bytes each: the first writes, all read.
        revocations: Where to keep what was revoked; None for not at all.
        room: Bytes of cookies within which access tokens are kept; they can be had again, and go first.
        limit: Bytes of cookies beyond which a session is refused.

    Raises:
        ConfigurationError: There is no usable key.
    """

    def __init__(
        self,
        key: str | bytes | Sequence[str | bytes],
        *,
        revocations: SessionStore | None = None,
        room: int = ROOM,
        limit: int = LIMIT,
    ) -> None:
        if not 0 < room <= limit:
            raise ConfigurationError("`room` must be positive, and not above `limit`.", code="configuration.cookie")
        self.keys = KeyRing(key)
        self.revocations = revocations
        self.room = room
        self.limit = limit

    def __repr__(self) -> str:
        return f"CookieStore({self.keys!r})"
