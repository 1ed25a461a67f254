"""Calls about organizations and the users who belong to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...models.api import NOT_GIVEN, NotGiven
from ...models.management.organization import Member, Organization, OrganizationRole, OrganizationScope
from ..api_call import Call, ListCall, entity, given, nothing, path, present, several


def listed(search: str | None = None) -> ListCall[Organization]:
    """Organizations: all of them, or those whose id or name contains a text."""
    return ListCall("organizations", Organization.model_validate, query={"q": search or None})


def get(organization_id: str) -> Call[Organization]:
    """An organization, by id.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("GET", organization_path(organization_id), entity(Organization))


def create(
    *,
    name: str,
    description: str | None = None,
    custom_data: Mapping[str, Any] | None = None,
    is_mfa_required: bool | None = None,
    color: Mapping[str, Any] | None = None,
    branding: Mapping[str, Any] | None = None,
    custom_css: str | None = None,
) -> Call[Organization]:
    """Adds an organization.

    Args:
        name: What its members know it by; several may have the same.
        description: What it is.
        custom_data: What your application keeps of it.
        is_mfa_required: Whether its members must have a second factor.
        color: Of its sign-in page, such as `{"primaryColor": "#06f"}`, in Logto's spelling.
        branding: Of its sign-in page, such as `{"logoUrl": "https://…"}`, in Logto's spelling.
        custom_css: Of its sign-in page.
    """
    body = present(
        name=name,
        description=description,
        custom_data=custom_data,
        is_mfa_required=is_mfa_required,
        color=color,
        branding=branding,
        custom_css=custom_css,
    )
    return Call("POST", "organizations", entity(Organization), body=body)


def update(
    organization_id: str,
    *,
    name: str | NotGiven = NOT_GIVEN,
    description: str | NotGiven | None = NOT_GIVEN,
    custom_data: Mapping[str, Any] | NotGiven = NOT_GIVEN,
    is_mfa_required: bool | NotGiven = NOT_GIVEN,
    color: Mapping[str, Any] | NotGiven = NOT_GIVEN,
    branding: Mapping[str, Any] | NotGiven = NOT_GIVEN,
    custom_css: str | NotGiven | None = NOT_GIVEN,
) -> Call[Organization]:
    """Changes what is given of an organization; None takes a value away."""
    body = given(
        name=name,
        description=description,
        custom_data=custom_data,
        is_mfa_required=is_mfa_required,
        color=color,
        branding=branding,
        custom_css=custom_css,
    )
    return Call("PATCH", organization_path(organization_id), entity(Organization), body=body)


def delete(organization_id: str) -> Call[None]:
    """Deletes an organization; its members stay users.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("DELETE", organization_path(organization_id), nothing)


def list_members(
    organization_id: str, search: str | None = None, *, organization_role_id: str | None = None
) -> ListCall[Member]:
    """The users who belong to an organization, with their roles there.

    Args:
        organization_id: Its id.
        search: A part of the name and so on.
        organization_role_id: Only those who have this role there.
    """
    query = {"q": search or None, "organizationRoleId": organization_role_id}
    return ListCall(f"{organization_path(organization_id)}/users", Member.model_validate, query=query)


def add_members(organization_id: str, user_ids: Sequence[str]) -> Call[None]:
    """Makes users members, without a role yet; those who are members already are fine."""
    return Call("POST", f"{organization_path(organization_id)}/users", nothing, body=_users(user_ids))


def set_members(organization_id: str, user_ids: Sequence[str]) -> Call[None]:
    """Makes these users the members, and nobody else."""
    return Call("PUT", f"{organization_path(organization_id)}/users", nothing, body=_users(user_ids))


def remove_member(organization_id: str, user_id: str) -> Call[None]:
    """Takes a user out of an organization.

    Raises:
        LogtoApiNotFoundError: The user is no member.
    """
    return Call("DELETE", _member(organization_id, user_id), nothing)


def assign_roles(organization_id: str, user_ids: Sequence[str], organization_role_ids: Sequence[str]) -> Call[None]:
    """Gives several members several roles in one call; those that they have already are fine.

    Raises:
        LogtoApiConflictError: One of the users is no member.
    """
    body = {**_users(user_ids), **role_ids(organization_role_ids)}
    return Call("POST", f"{organization_path(organization_id)}/users/roles", nothing, body=body)


def list_member_roles(organization_id: str, user_id: str) -> ListCall[OrganizationRole]:
    """The roles of a member."""
    return ListCall(f"{_member(organization_id, user_id)}/roles", OrganizationRole.model_validate)


def add_member_roles(organization_id: str, user_id: str, organization_role_ids: Sequence[str]) -> Call[None]:
    """Gives a member more roles; those that the member has already are fine.

    Raises:
        LogtoApiConflictError: The user is no member.
    """
    return Call("POST", f"{_member(organization_id, user_id)}/roles", nothing, body=role_ids(organization_role_ids))


def set_member_roles(organization_id: str, user_id: str, organization_role_ids: Sequence[str]) -> Call[None]:
    """Gives a member these roles and takes all others away.

    Raises:
        LogtoApiConflictError: The user is no member.
    """
    return Call("PUT", f"{_member(organization_id, user_id)}/roles", nothing, body=role_ids(organization_role_ids))


def remove_member_role(organization_id: str, user_id: str, organization_role_id: str) -> Call[None]:
    """Takes a role away from a member."""
    place = path("{organization_role_id}", organization_role_id=organization_role_id)
    return Call("DELETE", f"{_member(organization_id, user_id)}/roles/{place}", nothing)


def list_member_scopes(organization_id: str, user_id: str) -> ListCall[OrganizationScope]:
    """What a member may do, by all roles together."""
    return ListCall(f"{_member(organization_id, user_id)}/scopes", OrganizationScope.model_validate, paged=False)


def organization_path(organization_id: str) -> str:
    """The path of an organization."""
    return path("organizations/{organization_id}", organization_id=organization_id)


def role_ids(organization_role_ids: Sequence[str]) -> dict[str, Any]:
    """The body that names roles of organizations."""
    return {"organizationRoleIds": several("organization_role_ids", organization_role_ids)}


def _member(organization_id: str, user_id: str) -> str:
    return f"{organization_path(organization_id)}/{path('users/{user_id}', user_id=user_id)}"


def _users(user_ids: Sequence[str]) -> dict[str, Any]:
    return {"userIds": several("user_ids", user_ids)}
