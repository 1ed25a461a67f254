"""Whoever calls an API, as Starlette sees a user."""

from __future__ import annotations

from starlette.authentication import AuthCredentials, BaseUser

from ...models.claims import AccessTokenClaims


class Caller(BaseUser):
    """The person or the program in whose name an API is called.

    Args:
        claims: Of the access token.
    """

    def __init__(self, claims: AccessTokenClaims) -> None:
        self.claims = claims

    @property
    def is_authenticated(self) -> bool:
        """Always: there is a good token."""
        return True

    @property
    def display_name(self) -> str:
        """The id: an access token knows no names."""
        return self.identity

    @property
    def identity(self) -> str:
        """The user's id, or a program's client id."""
        return self.claims.sub or self.claims.client_id or ""

    def __repr__(self) -> str:
        return f"Caller({self.identity})"


class CallerCredentials(AuthCredentials):
    """What Starlette's own `requires` reads: the token's scopes, `authenticated`, and `organization:…`.

    Args:
        claims: Of the access token.
    """

    def __init__(self, claims: AccessTokenClaims) -> None:
        organization = claims.organization_id
        about = [f"organization:{organization}"] if organization else []
        super().__init__(["authenticated", *sorted(claims.scopes), *about])
