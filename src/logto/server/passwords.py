"""Passwords by scrypt; the seeded ones of a database in memory are hashed when they are first used."""

import hashlib
import secrets
from base64 import b64decode, b64encode

from .ids import same

MINIMUM = 8
MAXIMUM = 256
_COST, _BLOCK, _LANES = 2**14, 8, 1


def hashed(password: str, salt: bytes | None = None) -> str:
    """Return `scrypt$n$r$p$salt$digest`; slow on purpose, so call it off the event loop."""
    salt = salt or secrets.token_bytes(16)
    made = _scrypt(password, salt, _COST, _BLOCK, _LANES)
    return f"scrypt${_COST}${_BLOCK}${_LANES}${b64encode(salt).decode()}${b64encode(made).decode()}"


def matches(password: str, stored: str | None) -> bool:
    """Compare in constant time; without a stored hash it takes as long and is false."""
    _, cost, block, lanes, salt, digest = (stored or _NOBODY).split("$")
    made = _scrypt(password, b64decode(salt), int(cost), int(block), int(lanes))
    return same(b64encode(made).decode(), digest) and stored is not None


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=64 * 1024 * 1024)


_NOBODY = f"scrypt${_COST}${_BLOCK}${_LANES}$AAAAAAAAAAAAAAAAAAAAAA==$AAAA"


class SeededPasswords:
    """Passwords of sample users, in memory only, until somebody signs in with one."""

    def __init__(self) -> None:
        self._plain: dict[str, str] = {}

    def remember(self, user_id: str, password: str) -> None:
        """Keep a password until its hash is stored; it is never written in plain."""
        self._plain[user_id] = password

    def forget(self, user_id: str) -> None:
        """Drop what is kept for a user whose password has been stored or changed."""
        self._plain.pop(user_id, None)

    def check(self, user_id: str, password: str) -> str | None:
        """Return the hash to store if `password` is the seeded one; one scrypt either way, so times are the same."""
        made = hashed(password)
        expected = self._plain.get(user_id)
        return made if expected is not None and same(password, expected) else None

    def __contains__(self, user_id: str) -> bool:
        return user_id in self._plain
