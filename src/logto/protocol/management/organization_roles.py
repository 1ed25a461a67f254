"""Calls about the roles that there are in organizations: one template for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...models.api import NOT_GIVEN, NotGiven
from ...models.management.organization import OrganizationRole, OrganizationScope
from ...models.management.role import RoleType, Scope
from ..api_call import Call, ListCall, entity, given, nothing, path, present, several


def listed(search: str | None = None) -> ListCall[OrganizationRole]:
    """The roles that members of organizations can have, with the scopes that they give."""
    return ListCall("organization-roles", OrganizationRole.model_validate, query={"q": search or None})


def get(organization_role_id: str) -> Call[OrganizationRole]:
    """A role, by id.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("GET", _place(organization_role_id), entity(OrganizationRole))


def create(
    *,
    name: str,
    description: str | None = None,
    type: RoleType | None = None,  # noqa: A002 - Logto's name
    organization_scope_ids: Sequence[str] = (),
    resource_scope_ids: Sequence[str] = (),
) -> Call[OrganizationRole]:
    """Adds a role to the template.

    Args:
        name: As it stands in `organization_roles` of tokens.
        description: What it is for.
        type: Who can have it: `User` (if not given) or `MachineToMachine`.
        organization_scope_ids: The scopes of the organization that it gives.
        resource_scope_ids: The scopes of APIs that it gives.

    Raises:
        LogtoApiConflictError: There is one of that name.
    """
    body = present(
        name=name,
        description=description,
        type=type,
        organization_scope_ids=several("organization_scope_ids", organization_scope_ids) or None,
        resource_scope_ids=several("resource_scope_ids", resource_scope_ids) or None,
    )
    return Call("POST", "organization-roles", entity(OrganizationRole), body=body)


def update(
    organization_role_id: str,
    *,
    name: str | NotGiven = NOT_GIVEN,
    description: str | NotGiven | None = NOT_GIVEN,
) -> Call[OrganizationRole]:
    """Changes what is given of a role."""
    body = given(name=name, description=description)
    return Call("PATCH", _place(organization_role_id), entity(OrganizationRole), body=body)


def delete(organization_role_id: str) -> Call[None]:
    """Deletes a role; whoever had it in any organization has it no more.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("DELETE", _place(organization_role_id), nothing)


def list_scopes(organization_role_id: str) -> ListCall[OrganizationScope]:
    """The scopes of the organization that a role gives."""
    return ListCall(f"{_place(organization_role_id)}/scopes", OrganizationScope.model_validate)


def add_scopes(organization_role_id: str, organization_scope_ids: Sequence[str]) -> Call[None]:
    """Lets a role give more scopes of the organization; those that it gives already are fine."""
    return Call("POST", f"{_place(organization_role_id)}/scopes", nothing, body=_scopes(organization_scope_ids))


def set_scopes(organization_role_id: str, organization_scope_ids: Sequence[str]) -> Call[None]:
    """Lets a role give these scopes of the organization, and no other."""
    return Call("PUT", f"{_place(organization_role_id)}/scopes", nothing, body=_scopes(organization_scope_ids))


def remove_scope(organization_role_id: str, organization_scope_id: str) -> Call[None]:
    """Lets a role no longer give a scope of the organization."""
    place = path("{organization_scope_id}", organization_scope_id=organization_scope_id)
    return Call("DELETE", f"{_place(organization_role_id)}/scopes/{place}", nothing)


def list_resource_scopes(organization_role_id: str) -> ListCall[Scope]:
    """The scopes of APIs that a role gives."""
    return ListCall(f"{_place(organization_role_id)}/resource-scopes", Scope.model_validate)


def add_resource_scopes(organization_role_id: str, scope_ids: Sequence[str]) -> Call[None]:
    """Lets a role give more scopes of APIs; those that it gives already are fine."""
    return Call("POST", f"{_place(organization_role_id)}/resource-scopes", nothing, body=_of_apis(scope_ids))


def set_resource_scopes(organization_role_id: str, scope_ids: Sequence[str]) -> Call[None]:
    """Lets a role give these scopes of APIs, and no other."""
    return Call("PUT", f"{_place(organization_role_id)}/resource-scopes", nothing, body=_of_apis(scope_ids))


def remove_resource_scope(organization_role_id: str, scope_id: str) -> Call[None]:
    """Lets a role no longer give a scope of an API."""
    place = path("{scope_id}", scope_id=scope_id)
    return Call("DELETE", f"{_place(organization_role_id)}/resource-scopes/{place}", nothing)


def _place(organization_role_id: str) -> str:
    return path("organization-roles/{organization_role_id}", organization_role_id=organization_role_id)


def _scopes(organization_scope_ids: Sequence[str]) -> dict[str, Any]:
    return {"organizationScopeIds": several("organization_scope_ids", organization_scope_ids)}


def _of_apis(scope_ids: Sequence[str]) -> dict[str, Any]:
    return {"scopeIds": several("scope_ids", scope_ids)}
