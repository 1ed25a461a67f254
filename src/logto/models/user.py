"""Whoever is in front of the browser: somebody who is signed in, or nobody."""

from __future__ import annotations

from typing import cast

from ..errors import NotAuthenticatedError
from .claims import IdTokenClaims


class LogtoUser:
    """Whoever is signed in in a session, as far as the session knows; or nobody.

    An object of this class is true where somebody is signed in. Its properties are empty where nobody is; `claims` refuses.

    Args:
        claims: Of the session's ID token; None for nobody.
    """

    __slots__ = ("_claims",)

    def __init__(self, claims: IdTokenClaims | None = None) -> None:
        self._claims = claims

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody is signed in."""
        return self._claims is not None

    def __bool__(self) -> bool:
        return self._claims is not None

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return self._claims is None

    @property
    def claims(self) -> IdTokenClaims:
        """All that the ID token says.

        Raises:
            NotAuthenticatedError: Nobody is signed in.
        """
        if self._claims is None:
            raise NotAuthenticatedError("Nobody is signed in.", hint="Send the user to the sign-in route.")
        return self._claims

    @property
    def sub(self) -> str | None:
        """The user's id at Logto: with `claims.iss`, the only name that is theirs for good. An e-mail address is not."""
        return None if self._claims is None else self._claims.sub

    @property
    def identity(self) -> str:
        """The user's id at Logto, empty for nobody, by the name that Starlette gives it."""
        return "" if self._claims is None else self._claims.sub

    @property
    def name(self) -> str | None:
        """The full name. Scope `profile`."""
        return None if self._claims is None else self._claims.name

    @property
    def username(self) -> str | None:
        """The name to sign in with. Scope `profile`."""
        return None if self._claims is None else self._claims.username

    @property
    def email(self) -> str | None:
        """The e-mail address. Scope `email`."""
        return None if self._claims is None else self._claims.email

    @property
    def picture(self) -> str | None:
        """The URL of a picture of the user. Scope `profile`."""
        return None if self._claims is None else self._claims.picture

    @property
    def display_name(self) -> str:
        """The name to greet with: the first there is of name, username and e-mail address, or the id."""
        if self._claims is None:
            return ""
        claims = self._claims
        names: tuple[object, ...] = (claims.name, claims.username, claims.email)
        return next((name for name in names if isinstance(name, str) and name), claims.sub)

    @property
    def roles(self) -> frozenset[str]:
        """The names of the user's roles. Scope `roles`."""
        return frozenset() if self._claims is None else _texts(self._claims.roles)

    @property
    def organizations(self) -> frozenset[str]:
        """The ids of the user's organizations. Scope `urn:logto:scope:organizations`."""
        return frozenset() if self._claims is None else _texts(self._claims.organizations)

    def organization_roles(self, organization_id: str) -> frozenset[str]:
        """The user's roles in an organization. Scope `urn:logto:scope:organization_roles`."""
        every = frozenset[str]() if self._claims is None else _texts(self._claims.organization_roles)
        prefix = f"{organization_id}:"
        return frozenset(role.removeprefix(prefix) for role in every if role.startswith(prefix))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LogtoUser):
            return NotImplemented
        return self._name() == other._name()

    def __hash__(self) -> int:
        return hash(self._name())

    def _name(self) -> tuple[str, str] | None:
        return None if self._claims is None else (self._claims.iss, self._claims.sub)

    def __repr__(self) -> str:
        return f"LogtoUser({self.sub or 'nobody'})"


def _texts(claim: object) -> frozenset[str]:
    """The texts of a claim that is a list; of one that is something else, none: a word is no list of its letters."""
    texts = cast("list[object]", claim) if isinstance(claim, list) else []
    return frozenset(text for text in texts if isinstance(text, str))


NOBODY = LogtoUser()
"""Nobody is signed in."""
