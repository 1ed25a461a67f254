"""What became of sign-ins and refresh tokens a moment ago, in this process.

Two requests of one browser may each hold their own copy of a session that lives in a cookie. The second one comes with a
code that was exchanged, or a refresh token that was spent, while the first was under way. Asking the server again would
end the session (RFC 9700, 4.14.2); here it finds what the first one got. Whoever asks must show the secret it is about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import TypeAlias

from ..models.session import Identity

LIFETIME = 120
"""Seconds for which it is remembered: a slow page, not a restored backup."""

UNSAVED = 24 * 3600
"""Seconds for which tokens are remembered that a store could not take: an outage."""

MOST = 1024
"""Entries kept; the oldest make room."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The session was signed out, the server ended it, or the sign-in failed."""


Outcome: TypeAlias = Identity | Ended


@dataclass(frozen=True, slots=True)
class _Entry:
    began_at: float
    expires_at: float
    outcome: Outcome

    def lives(self, now: float) -> bool:
        """Whether it still counts; not for longer because the clock was set back."""
        return self.began_at - LIFETIME <= now < self.expires_at

    def is_over_for_good(self, now: float) -> bool:
        return isinstance(self.outcome, Ended) and now < self.expires_at


def digest(secret: str) -> str:
    """What a secret is remembered by: its SHA-256, so that memory holds no second copy of it."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(slots=True)
class Recent:
    """A short, bounded memory of outcomes, by the digest of the secret that led to them."""

    _entries: dict[str, _Entry] = field(default_factory=dict[str, "_Entry"], repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def put(self, secret: str, outcome: Outcome, now: float, lifetime: float = LIFETIME) -> bool:
        """Remembers what a secret led to. An end is final.

        Args:
            secret: A spent refresh token, or the seed of a sign-in.
            outcome: The identity it became, or that it is over.
            now: Seconds since the epoch.
            lifetime: For how many seconds, `UNSAVED` at most.

        Returns:
            False if it was over already, which an identity does not undo.
        """
        name = digest(secret)
        with self._lock:
            former = self._entries.get(name)
            if former is not None and former.is_over_for_good(now) and not isinstance(outcome, Ended):
                return False
            self._entries.pop(name, None)
            self._entries[name] = _Entry(now, now + lifetime, outcome)
            while len(self._entries) > MOST or self._oldest_is_over(now):
                del self._entries[next(iter(self._entries))]
        return True

    def get(self, secret: str, now: float) -> Outcome | None:
        """What a secret led to, if that was a moment ago."""
        name = digest(secret)
        with self._lock:
            entry = self._entries.get(name)
        return entry.outcome if entry is not None and entry.lives(now) else None

    def latest(self, identity: Identity, now: float) -> Outcome:
        """What became of an identity through one refresh after another; itself, if nothing is known."""
        if not self._entries:
            return identity
        for _ in range(MOST):
            refresh_token = identity.refresh_token
            outcome = None if refresh_token is None else self.get(refresh_token, now)
            if outcome is None:
                return identity
            if isinstance(outcome, Ended) or outcome.refresh_token == refresh_token:
                return outcome
            identity = outcome
        return identity

    def _oldest_is_over(self, now: float) -> bool:
        return bool(self._entries) and next(iter(self._entries.values())).expires_at <= now
