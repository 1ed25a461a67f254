"""Who calls an API: a person or a program, as far as the access token says."""

from __future__ import annotations

from typing import Any, cast

from ...models.claims import AccessTokenClaims


class Caller:
    """A user of Django's, as far as APIs ask: no row of the database, and no permissions of Django's.

    Args:
        claims: Of the access token.
    """

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_staff = False
    is_superuser = False

    def __init__(self, claims: AccessTokenClaims) -> None:
        self.claims = claims

    @property
    def pk(self) -> str:
        """The user's id at Logto, or the application's, for throttles and logs."""
        return self.claims.sub

    id = pk

    @property
    def username(self) -> str:
        """The same."""
        return self.claims.sub

    def get_username(self) -> str:
        """The same."""
        return self.claims.sub

    def has_perm(self, *_: Any) -> bool:
        """Never: permissions of Django's are its users'."""
        return False

    def has_perms(self, *_: Any) -> bool:
        """Never."""
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Caller) and (self.claims.iss, self.pk) == (other.claims.iss, other.pk)

    def __hash__(self) -> int:
        return hash((self.claims.iss, self.pk))

    def __str__(self) -> str:
        return self.pk


def account_of(claims: AccessTokenClaims) -> Any:
    """The active user of Django's who has signed in to this project as the caller before, or None."""
    from .models import LogtoAccount  # Django reads models once its apps are set up

    accounts = cast("Any", LogtoAccount).objects.select_related("user")
    account = accounts.filter(iss=claims.iss, sub=claims.sub).first()
    return account.user if account is not None and getattr(account.user, "is_active", True) else None
