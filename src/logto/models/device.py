"""A sign-in that is finished on another device."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What to show to the user, and what to ask with meanwhile (RFC 8628, 3.2).

    Args:
        user_code: What the user types at `verification_uri`.
        verification_uri: Where.
        verification_uri_complete: The same page with the code in it already, for a link or a QR code.
        expires_at: Seconds since the epoch: until when the user has time.
        interval: Seconds between two questions.
        ask_at: Seconds since the epoch: when to ask next.
        device_code: The secret half.
    """

    user_code: str
    verification_uri: str
    verification_uri_complete: str | None
    expires_at: float
    interval: float
    ask_at: float
    device_code: str = field(repr=False)

    def later(self, now: float, *, slower_by: float = 0.0) -> Self:
        """The same, to be asked with again after its interval, which may grow."""
        interval = self.interval + slower_by
        return replace(self, interval=interval, ask_at=now + interval)
