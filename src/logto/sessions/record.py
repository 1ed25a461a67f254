"""What is kept of one browser between its requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from ..models.session import Identity, SignInAttempt


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One browser's session, whole.

    Args:
        created_at: When the browser's session began, or the user signed in: seconds since the epoch, to the millisecond.
        seen_at: When it was last used.
        identity: Who is signed in.
        sign_ins: The sign-ins under way, oldest first.
        serial: A random name of a session that lives in cookies, by which it can be revoked; else "".
    """

    created_at: float
    seen_at: int
    identity: Identity | None = None
    sign_ins: tuple[SignInAttempt, ...] = ()
    serial: str = ""

    def with_identity(self, identity: Identity | None) -> Self:
        """A copy in which somebody else, or with other tokens, is signed in."""
        return replace(self, identity=identity)

    def with_sign_ins(self, sign_ins: tuple[SignInAttempt, ...]) -> Self:
        """A copy with other sign-ins under way."""
        return replace(self, sign_ins=sign_ins)

    def seen(self, now: float) -> Self:
        """A copy that was used now."""
        return replace(self, seen_at=int(now))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing worth keeping."""
        return self.identity is None and not self.sign_ins
