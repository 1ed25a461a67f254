"""The memory of verified access tokens (docs/decisions/0035-verified-tokens-are-remembered.md)."""

from __future__ import annotations

from hashlib import sha256
from threading import Lock

from ..models.claims import AccessTokenClaims
from ..models.fixed import fixed
from ..protocol.jwt import MAX_TOKEN
from ..protocol.keys import KeySet

MOST_BYTES = 32 << 20
"""Bytes that the remembered claims may take, by a careful estimate."""

_BYTES_OF_ANY = 3_000
_BYTES_OF_A_CHARACTER = 10
"""Measured, and rounded up: a payload of many small values takes this much more room as objects than as text."""


class _Generation:
    """What was verified with one key set."""

    __slots__ = ("claims", "keys", "size")

    def __init__(self, keys: KeySet | None) -> None:
        self.keys = keys
        self.claims: dict[bytes, tuple[AccessTokenClaims, int]] = {}
        self.size = 0


class VerifiedTokens:
    """The claims of tokens whose signature was verified, by the SHA-256 of the token: it holds no token.

    It is forgotten with the keys: another key set begins with nothing. Reading takes no lock; whoever reads checks what
    may have changed since.

    Args:
        most: Tokens that are remembered; the oldest make room. 0 for none.
        most_bytes: Room for all of them.
    """

    def __init__(self, most: int, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._generation = _Generation(None)
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._generation.claims)

    @property
    def size(self) -> int:
        """Bytes that the remembered claims take, by a careful estimate."""
        return self._generation.size

    def name(self, token: object) -> bytes | None:
        """What a token is remembered by; None for what is none, or where none is remembered."""
        if self._most <= 0 or not isinstance(token, str) or not token.isascii() or len(token) > MAX_TOKEN:
            return None
        return sha256(token.encode()).digest()

    def get(self, keys: KeySet, name: bytes) -> AccessTokenClaims | None:
        """The claims of a token that was verified with these keys."""
        generation = self._generation
        if generation.keys is not keys:
            with self._lock:
                generation = self._of(keys)
        found = generation.claims.get(name)
        return None if found is None else found[0]

    def put(self, keys: KeySet, name: bytes, claims: AccessTokenClaims, length: int) -> None:
        """Remembers a token of so many characters, which was verified with these keys just now.

        Its claims are handed out to each request that brings it, so from now on nobody can change them.
        """
        size = _BYTES_OF_ANY + _BYTES_OF_A_CHARACTER * length
        if size > self._most_bytes // 16:
            return  # it would drive out too many others
        with self._lock:
            generation = self._of(keys)
            remembered = generation.claims
            former = remembered.pop(name, None)
            generation.size += size - (former[1] if former else 0)
            remembered[name] = fixed(claims), size
            while len(remembered) > self._most or generation.size > self._most_bytes:
                generation.size -= remembered.pop(next(iter(remembered)))[1]

    def forget(self, name: bytes) -> None:
        """Forgets a token, which has expired."""
        with self._lock:
            former = self._generation.claims.pop(name, None)
            if former is not None:
                self._generation.size -= former[1]

    def _of(self, keys: KeySet) -> _Generation:
        known = self._generation.keys
        if known is not None and known.fingerprint == keys.fingerprint:
            self._generation.keys = keys  # fetched anew, perhaps, and the same
        else:
            self._generation = _Generation(keys)
        return self._generation
