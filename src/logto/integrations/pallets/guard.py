"""What a guarded view asks for, and of which organization."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...errors import ConfigurationError
from ...models.requirement import Requirement
from ...models.user import LogtoUser

OrganizationFrom: TypeAlias = str | Callable[[Any], str | None]

ARGUMENT = "organization_id"
"""The view's argument that names the organization, unless the guard says otherwise."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What a view asks for.

    Args:
        requirement: What the user must have.
        organization_from: Where the request names the organization: the view's argument, or a function of the request.
            None where the view is about no organization.
    """

    requirement: Requirement
    organization_from: OrganizationFrom | None

    @classmethod
    def of(
        cls,
        *,
        roles: str | Iterable[str] | None = None,
        any_role: str | Iterable[str] | None = None,
        organization_id: str | None = None,
        organization_roles: str | Iterable[str] | None = None,
        any_organization_role: str | Iterable[str] | None = None,
        organization_from: OrganizationFrom | None = None,
    ) -> Guard:
        """A guard, from the keywords of a decorator.

        Raises:
            ConfigurationError: They fit nothing.
        """
        if organization_id is not None and organization_from is not None:
            raise ConfigurationError(
                "A guard has both `organization_id` and `organization_from`.",
                hint="The one names an organization for good, the other where each request names its own.",
                code="configuration.requirement",
            )
        requirement = Requirement.of(
            roles=roles,
            any_role=any_role,
            organization_id=organization_id,
            organization_roles=organization_roles,
            any_organization_role=any_organization_role,
        )
        if requirement.is_about_an_organization and organization_id is None:
            organization_from = organization_from or ARGUMENT
        return cls(requirement, organization_from)

    def check(self, user: LogtoUser, request: Any, arguments: Mapping[str, Any]) -> None:
        """Refuses a user who may not see the view.

        Args:
            user: Whoever is signed in.
            request: The framework's.
            arguments: The view's.

        Raises:
            NotAuthenticatedError: Nobody is signed in.
            ForbiddenError: The user may not.
            ConfigurationError: The claim that decides was never asked for.
        """
        origin = self.organization_from
        if origin is None:
            self.requirement.check(user)
            return
        named = arguments.get(origin) if isinstance(origin, str) else origin(request)
        # Where nothing names an organization, nobody is a member: an empty name is one that nobody belongs to.
        self.requirement.check(user, "" if named is None else str(named))
