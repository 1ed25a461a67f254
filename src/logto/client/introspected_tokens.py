"""The memory of what the server said of opaque tokens."""

from __future__ import annotations

from collections.abc import MutableMapping
from hashlib import sha256
from threading import Lock
from typing import NamedTuple

from ..errors import TokenError
from ..models.claims import AccessTokenClaims
from ..models.fixed import fixed

MOST_GOOD = 4096
MOST_BAD = 1024
"""Answers kept; the oldest make room. Bad tokens, which anybody can make up, take none from the good ones."""


class _Answer(NamedTuple):
    began_at: float
    expires_at: float
    answer: AccessTokenClaims | TokenError


class IntrospectedTokens:
    """Answers, each for a while, by the SHA-256 of the token: it holds no token."""

    def __init__(self) -> None:
        self._good: dict[str, _Answer] = {}
        self._bad: dict[str, _Answer] = {}
        self._lock = Lock()

    def name(self, token: str) -> str:
        """What a token is remembered by."""
        return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

    def get(self, token: str, now: float) -> AccessTokenClaims | TokenError | None:
        """What is remembered of a token: its claims, or why it is refused."""
        name = self.name(token)
        found = self._good.get(name) or self._bad.get(name)
        # Not for longer because the clock was set back.
        if found is None or not found.began_at <= now < found.expires_at:
            return None
        return found.answer

    def put(self, token: str, answer: AccessTokenClaims | TokenError, now: float, lifetime: float) -> None:
        """Remembers it for so many seconds."""
        name = self.name(token)
        kept = fixed(answer)
        entry = _Answer(now, now + lifetime, kept)
        with self._lock:
            self._good.pop(name, None)
            self._bad.pop(name, None)
            if isinstance(answer, TokenError):
                _keep(self._bad, name, entry, MOST_BAD)
            else:
                _keep(self._good, name, entry, MOST_GOOD)


def _keep(answers: MutableMapping[str, _Answer], name: str, entry: _Answer, most: int) -> None:
    answers[name] = entry
    while len(answers) > most:
        del answers[next(iter(answers))]
