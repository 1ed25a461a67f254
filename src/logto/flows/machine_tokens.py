"""The access tokens of a program, kept while they live, and what was refused a moment ago."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..errors import LogtoException
from ..protocol.token import renewal_margin
from .provider_state import Bucket

MOST = 1024
"""Tokens kept, and refusals remembered; the oldest make room."""

LONGEST_PAUSE = 30.0
"""Seconds after which the server is asked again, however often it failed."""

LONGEST_RETRY_AFTER = 300.0
"""Seconds to leave it alone at most where it says itself how long."""

RENEWAL_PAUSE = 10.0
"""Seconds after which another renewal may begin: whoever began the last one may have been cancelled."""

SKEW = 60.0
"""Seconds by which the clock may be set back without a token's being taken for one of another time."""


class Target(NamedTuple):
    """What a token is for; two requests for the same are one."""

    resource: str
    organization_id: str | None
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldToken:
    """An access token, when to renew it and when to stop using it.

    Args:
        token: As the server gave it.
        asked_at: When it was asked for, in seconds since the epoch: not after its life began.
        lifetime: Seconds.
    """

    token: str = field(repr=False)
    asked_at: float
    lifetime: float

    def is_live(self, now: float) -> bool:
        """Whether it may still be handed out; its last moments are left for the way to the API."""
        return self.asked_at - SKEW <= now < self.asked_at + self.lifetime - renewal_margin(self.lifetime) / 6

    def is_over(self, now: float) -> bool:
        """Whether its life has ended, its last moments included."""
        return not self.asked_at - SKEW <= now < self.asked_at + self.lifetime

    def is_due(self, now: float) -> bool:
        """Whether it is time for a new one."""
        return now >= self.asked_at + self.lifetime - renewal_margin(self.lifetime)


@dataclass(frozen=True, slots=True)
class Failure:
    """That the server gave no token, and until when not to ask it again."""

    error: LogtoException
    count: int
    failed_at: float
    pause: float

    def holds(self, now: float) -> bool:
        """Whether it is still too early to ask again."""
        return self.failed_at <= now < self.failed_at + self.pause

    def raised(self) -> LogtoException:
        """The error, for one more caller: its own copy, without the traceback of somebody else's."""
        return copy.copy(self.error)


@dataclass(slots=True)
class MachineTokens:
    """The tokens of one program, by what they are for. Many threads read; who writes has the turn of that target."""

    _held: dict[Target, HeldToken] = field(default_factory=dict[Target, HeldToken], repr=False)
    _renewals: dict[Target, float] = field(default_factory=dict[Target, float], repr=False)
    _failures: dict[Target, Failure] = field(default_factory=dict[Target, Failure], repr=False)
    _refused: dict[Target, Bucket] = field(default_factory=dict[Target, Bucket], repr=False)

    def held(self, target: Target) -> HeldToken | None:
        """The token that is there, live or not."""
        return self._held.get(target)

    def failure(self, target: Target) -> Failure | None:
        """What the last request came to, if it failed."""
        return self._failures.get(target)

    def keep(self, target: Target, held: HeldToken) -> None:
        """Keeps what came."""
        self._failures.pop(target, None)
        self._renewals.pop(target, None)
        _put(self._held, target, held)

    def begin_renewal(self, target: Target, now: float) -> bool:
        """Whether to renew a token in the background: who is told so does it, and others are not for a while."""
        failure, began_at = self._failures.get(target), self._renewals.get(target)
        if failure is not None and failure.holds(now):
            return False
        if began_at is not None and began_at <= now < began_at + RENEWAL_PAUSE:
            return False
        _put(self._renewals, target, now)
        return True

    def failed(self, target: Target, error: LogtoException, now: float) -> None:
        """Notes that nothing came, and doubles the pause before the next request; a live token stays."""
        self._renewals.pop(target, None)
        former = self._failures.get(target)
        count = 1 if former is None else former.count + 1
        pause = min(LONGEST_PAUSE, 2.0 ** min(count - 1, 5))
        wanted = getattr(error, "retry_after", None)
        if isinstance(wanted, float):
            pause = max(pause, min(wanted, LONGEST_RETRY_AFTER))
        _put(self._failures, target, Failure(copy.copy(error), count, now, pause))

    def may_replace(self, target: Target, now: float) -> bool:
        """Whether a token that an API refused may be replaced before its time: an API that refuses all is asked less."""
        bucket = self._refused.get(target) or Bucket()
        _put(self._refused, target, bucket)
        return bucket.take(now)

    def __len__(self) -> int:
        return len(self._held)


def _put(entries: dict[Target, Any], target: Target, value: Any) -> None:
    entries.pop(target, None)
    entries[target] = value
    # A list, because other threads add and remove meanwhile.
    for oldest in list(entries)[: max(0, len(entries) - MOST)]:
        entries.pop(oldest, None)
