"""What one browser's session holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

MAX_SIGN_INS = 10
"""So many sign-ins may be under way in one session; the oldest makes room."""

SIGN_IN_LIFETIME = 3600
"""Seconds after which a sign-in that nobody finished is forgotten: Logto's own interaction lifetime."""


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """A sign-in under way, from the redirect to the provider until the callback.

    Args:
        seed: 32 random bytes, base64url; `state`, `nonce` and the PKCE verifier are derived from it.
        redirect_uri: Where the provider sends the browser back to.
        started_at: Seconds since the epoch.
        post_redirect_uri: Where the application wants the browser to go afterwards.
        max_age: What was asked for, in seconds, so that `auth_time` can be held against it.
    """

    seed: str = field(repr=False)
    redirect_uri: str
    started_at: int
    post_redirect_uri: str | None = None
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class CachedToken:
    """An access token and when to stop using it.

    Args:
        token: Opaque or a JWT.
        expires_at: Seconds since the epoch, the renewal margin already taken off.
    """

    token: str = field(repr=False)
    expires_at: float

    def is_live(self, now: float) -> bool:
        """Whether it may still be handed out."""
        return now < self.expires_at


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in, and what the server gave for it.

    The tokens of one sign-in stay together: an identity is replaced as a whole, never mixed with a former one.

    Args:
        id_token: As the provider signed it; verified before it came here.
        refresh_token: The newest, or None.
        access_tokens: By `token_key(resource, organization)`.
    """

    id_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    access_tokens: dict[str, CachedToken] = field(default_factory=dict[str, CachedToken], repr=False)

    def with_tokens(self, key: str, token: CachedToken, *, refresh_token: str | None) -> Self:
        """A copy with one access token more; the refresh token is kept where none came (RFC 6749, 6)."""
        return replace(self.with_refresh_token(refresh_token), access_tokens={**self.access_tokens, key: token})

    def with_refresh_token(self, refresh_token: str | None) -> Self:
        """A copy with a newer refresh token, if one came."""
        return replace(self, refresh_token=refresh_token or self.refresh_token)

    def with_newer_tokens_of(self, other: Self) -> Self:
        """A copy with those access tokens of the same session that live longer elsewhere."""
        tokens = dict(self.access_tokens)
        for key, token in other.access_tokens.items():
            if key not in tokens or tokens[key].expires_at < token.expires_at:
                tokens[key] = token
        return replace(self, access_tokens=tokens)

    def with_id_token(self, id_token: str) -> Self:
        """A copy with a newer ID token of the same user."""
        return replace(self, id_token=id_token)


def token_key(resource: str, organization_id: str | None) -> str:
    """The name under which an access token is kept, the published SDK's where that one has a name for it.

    A resource indicator has no fragment (RFC 8707, section 2), so `resource#organization` is unambiguous.
    """
    if organization_id is None:
        return resource
    if not resource:
        return f"urn:logto:organization:{organization_id}"
    return f"{resource}#{organization_id}"
