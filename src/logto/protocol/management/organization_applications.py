"""Calls about programs that belong to organizations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...models.management.organization import MemberApplication, OrganizationRole
from ..api_call import Call, ListCall, nothing, path, several
from .organizations import organization_path, role_ids


def list_applications(organization_id: str, search: str | None = None) -> ListCall[MemberApplication]:
    """The programs that belong to an organization, with their roles there.

    Args:
        organization_id: Its id.
        search: A part of the name and so on.
    """
    place = f"{organization_path(organization_id)}/applications"
    return ListCall(place, MemberApplication.model_validate, query={"q": search or None})


def add_applications(organization_id: str, application_ids: Sequence[str]) -> Call[None]:
    """Lets programs belong to an organization, without a role yet."""
    place = f"{organization_path(organization_id)}/applications"
    return Call("POST", place, nothing, body=_applications(application_ids))


def set_applications(organization_id: str, application_ids: Sequence[str]) -> Call[None]:
    """Lets these programs belong to an organization, and no other."""
    place = f"{organization_path(organization_id)}/applications"
    return Call("PUT", place, nothing, body=_applications(application_ids))


def remove_application(organization_id: str, application_id: str) -> Call[None]:
    """Takes a program out of an organization.

    Raises:
        LogtoApiNotFoundError: It does not belong to it.
    """
    return Call("DELETE", _application(organization_id, application_id), nothing)


def assign_application_roles(
    organization_id: str, application_ids: Sequence[str], organization_role_ids: Sequence[str]
) -> Call[None]:
    """Gives several programs several roles in one call; those that they have already are fine."""
    body = {**_applications(application_ids), **role_ids(organization_role_ids)}
    return Call("POST", f"{organization_path(organization_id)}/applications/roles", nothing, body=body)


def list_application_roles(organization_id: str, application_id: str) -> ListCall[OrganizationRole]:
    """The roles of a program in an organization."""
    return ListCall(f"{_application(organization_id, application_id)}/roles", OrganizationRole.model_validate)


def add_application_roles(
    organization_id: str, application_id: str, organization_role_ids: Sequence[str]
) -> Call[None]:
    """Gives a program more roles in an organization; those that it has already are fine."""
    place = f"{_application(organization_id, application_id)}/roles"
    return Call("POST", place, nothing, body=role_ids(organization_role_ids))


def set_application_roles(
    organization_id: str, application_id: str, organization_role_ids: Sequence[str]
) -> Call[None]:
    """Gives a program these roles in an organization and takes all others away."""
    place = f"{_application(organization_id, application_id)}/roles"
    return Call("PUT", place, nothing, body=role_ids(organization_role_ids))


def remove_application_role(organization_id: str, application_id: str, organization_role_id: str) -> Call[None]:
    """Takes a role in an organization away from a program."""
    place = path("{organization_role_id}", organization_role_id=organization_role_id)
    return Call("DELETE", f"{_application(organization_id, application_id)}/roles/{place}", nothing)


def _application(organization_id: str, application_id: str) -> str:
    place = path("applications/{application_id}", application_id=application_id)
    return f"{organization_path(organization_id)}/{place}"


def _applications(application_ids: Sequence[str]) -> dict[str, Any]:
    return {"applicationIds": several("application_ids", application_ids)}
