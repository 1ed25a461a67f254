"""How long an access token is handed out."""

from __future__ import annotations

from ..errors import LogtoException
from ..models.session import CachedToken
from ..models.token import TokenResponse
from ..protocol.access_token import read_access_token
from ..protocol.token import renewal_margin

UNKNOWN_LIFETIME = 300.0
"""Seconds for which a token is kept whose lifetime nobody told."""


def cached_token(tokens: TokenResponse, now: float) -> CachedToken:
    """The access token of a response, and when to stop using it.

    The end is reckoned from when the answer came, by this machine's clock alone, so that a clock that differs from the
    server's neither loops nor serves expired tokens.

    Args:
        tokens: The response.
        now: Seconds since the epoch.
    """
    lifetime = lifetime_of(tokens)
    return CachedToken(token=tokens.access_token, expires_at=round(now + lifetime - renewal_margin(lifetime), 3))


def lifetime_of(tokens: TokenResponse) -> float:
    """Seconds from now on for which the access token of a response lives."""
    return _lifetime_within(tokens.access_token) if tokens.expires_in is None else tokens.expires_in


def _lifetime_within(access_token: str) -> float:
    """What a JWT says of its own lifetime, where the response said nothing."""
    try:
        claims = read_access_token(access_token)
    except LogtoException:
        return UNKNOWN_LIFETIME  # opaque
    return float(max(0, claims.exp - claims.iat))
