"""What a page demands of whoever wants to see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from ..errors import ConfigurationError, ForbiddenError
from .scopes import UserInfoScope
from .user import LogtoUser


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a page demands: that somebody is signed in, and what else is named here, all of it.

    Args:
        roles: The user has each of these roles.
        any_role: The user has at least one of these.
        organization_id: The user belongs to this organization.
        organization_roles: The user has each of these roles in the organization.
        any_organization_role: The user has at least one of these in it.
    """

    roles: frozenset[str] = frozenset()
    any_role: frozenset[str] = frozenset()
    organization_id: str | None = None
    organization_roles: frozenset[str] = frozenset()
    any_organization_role: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        *,
        roles: str | Iterable[str] | None = None,
        any_role: str | Iterable[str] | None = None,
        organization_id: str | None = None,
        organization_roles: str | Iterable[str] | None = None,
        any_organization_role: str | Iterable[str] | None = None,
    ) -> Self:
        """A requirement, each of whose parts is one name or several.

        Raises:
            ConfigurationError: A part is no name, or an empty list, of which nobody could tell what it demands.
        """
        return cls(
            roles=_names("roles", roles),
            any_role=_names("any_role", any_role),
            organization_id=organization_id,
            organization_roles=_names("organization_roles", organization_roles),
            any_organization_role=_names("any_organization_role", any_organization_role),
        )

    @property
    def is_about_an_organization(self) -> bool:
        """Whether it cannot be judged without knowing which organization is meant."""
        return bool(self.organization_roles or self.any_organization_role)

    def check(self, user: LogtoUser, organization_id: str | None = None) -> None:
        """Refuses a user who does not meet it.

        Judges by the ID token, which is as old as the session's last token request.

        Args:
            user: Whoever is signed in.
            organization_id: The organization that this request is about, where the page does not name one itself.

        Raises:
            NotAuthenticatedError: Nobody is signed in.
            ForbiddenError: The user may not.
            ConfigurationError: The claim that decides was never asked for, so that nobody could ever be let in.
        """
        claims = user.claims
        if self.roles or self.any_role:
            _asked_for(claims.model_fields_set, "roles", UserInfoScope.roles)
            _check_roles(user.roles, self.roles, self.any_role, "forbidden.role")
        wanted = organization_id if self.organization_id is None else self.organization_id
        if wanted is None and not self.is_about_an_organization:
            return
        if not wanted:
            raise ForbiddenError(
                "The request names no organization.",
                code="forbidden.organization",
                hint="The page is about an organization: name it in the guard, or where the guard looks for it.",
            )
        _asked_for(claims.model_fields_set, "organizations", UserInfoScope.organizations)
        if wanted not in user.organizations:
            raise ForbiddenError("The user does not belong to the organization.", code="forbidden.organization")
        if self.is_about_an_organization:
            _asked_for(claims.model_fields_set, "organization_roles", UserInfoScope.organization_roles)
            owned = user.organization_roles(wanted)
            _check_roles(owned, self.organization_roles, self.any_organization_role, "forbidden.organization_role")


def by_keyword(given: object) -> ConfigurationError:
    """For a guard that was given something before any keyword, such as `login_required("admin")`.

    Args:
        given: What stands there.
    """
    return ConfigurationError(
        f"A guard was given {type(given).__name__}, which is nothing that can be guarded.",
        hint='Say by keyword what is asked for, such as login_required(roles="admin").',
        code="configuration.requirement",
    )


def _check_roles(owned: frozenset[str], every: frozenset[str], some: frozenset[str], code: str) -> None:
    if not every <= owned or (some and not some & owned):
        raise ForbiddenError(
            "The user does not have the role that this page is for.",
            code=code,
            hint="Roles are given in Logto's Console; the session learns of them when it next gets a token.",
        )


def _asked_for(present: set[str], claim: str, scope: str) -> None:
    if claim not in present:
        raise ConfigurationError(
            f"A page is guarded by `{claim}`, which the ID token does not have.",
            code="configuration.claim_not_requested",
            hint=f"Add UserInfoScope.{scope.rpartition(':')[2]} to `scopes` (LOGTO_SCOPES), then sign in again; and do not "
            "take it out of the ID token in Logto's Console.",
        )


def _names(part: str, value: Any) -> frozenset[str]:
    if value is None:
        return frozenset()
    several = not isinstance(value, str) and hasattr(value, "__iter__")
    given: tuple[Any, ...] = tuple(value) if several else (value,)
    names = [name for name in given if isinstance(name, str) and name]
    # An empty list demands nothing or admits nobody: a guard whose list was computed must not guess.
    if not names or len(names) != len(given):
        raise ConfigurationError(f"`{part}` is a name or several names.", code="configuration.requirement")
    return frozenset(names)


SIGNED_IN = Requirement()
"""Somebody is signed in, and that is all."""
