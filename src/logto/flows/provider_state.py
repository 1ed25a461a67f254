"""What is known of the provider: its metadata and its keys, shared by every user of a client."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ..errors import LogtoException
from ..models.metadata import OidcProviderMetadata
from ..protocol.keys import KeySet

T = TypeVar("T")

REFRESH_AFTER = 3600
"""Seconds after which metadata and keys are fetched anew, in the background."""

RETRY_AFTER = 60
"""Seconds between two attempts to renew in the background what is still usable."""

BUCKET_SIZE = 2
"""Fetches for unknown keys that may follow each other at once."""

BUCKET_INTERVAL = 30
"""Seconds in which one more is allowed."""


@dataclass(slots=True)
class Bucket:
    """A token bucket: an unknown key id may be an attacker's, or a key rotated a second ago.

    A plain cool-down after each fetch would refuse the latter. `refused` counts the askings since the last fetch that it
    did not allow.
    """

    tokens: float = BUCKET_SIZE
    filled_at: float = 0.0
    refused: int = 0

    def take(self, now: float) -> bool:
        """Whether one more fetch is allowed now."""
        gained = max(0.0, now - self.filled_at) / BUCKET_INTERVAL
        self.tokens = min(float(BUCKET_SIZE), self.tokens + gained)
        self.filled_at = now
        if self.tokens < 1:
            self.refused += 1
            return False
        self.tokens -= 1
        self.refused = 0
        return True


@dataclass(slots=True)
class Cached(Generic[T]):
    """A document fetched from the provider.

    `failures` counts the attempts that failed, so that whoever waited for one shares its error instead of trying again;
    `bucket` limits how often something that it does not tell makes us ask again before its time.
    """

    value: T | None = None
    renew_at: float = 0.0
    failures: int = 0
    error: LogtoException | None = None
    bucket: Bucket = field(default_factory=Bucket)

    def current(self) -> T | None:
        """What is there by now."""
        return self.value

    def fresh(self, now: float) -> T | None:
        """What is there, unless it is time to renew it."""
        return self.value if self.renew_at - REFRESH_AFTER <= now < self.renew_at else None

    def fetched(self, value: T, now: float) -> None:
        """Keeps what came."""
        self.value = value
        self.renew_at = now + REFRESH_AFTER
        self.error = None

    def failed(self, error: LogtoException) -> None:
        """Notes that nothing came; what is there stays usable."""
        self.failures += 1
        self.error = copy.copy(error)  # without its traceback, which would keep one user's conversation alive

    def due(self, now: float) -> bool:
        """Whether it is time to renew, asked by the one who will: others are not told again for a while."""
        # A clock that was set back must not put renewal off for as long.
        if self.fresh(now) is not None:
            return False
        self.renew_at = now + RETRY_AFTER
        return True


@dataclass(slots=True)
class ProviderState:
    """Metadata and keys."""

    metadata: Cached[OidcProviderMetadata] = field(default_factory=Cached[OidcProviderMetadata])
    keys: Cached[KeySet] = field(default_factory=Cached[KeySet])
