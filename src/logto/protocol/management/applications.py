"""Calls about applications: their secrets, their roles, their organizations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...models.api import NOT_GIVEN, Moment, NotGiven
from ...models.management.application import (
    Application,
    ApplicationSecret,
    ApplicationType,
    CustomClientMetadata,
    OidcClientMetadata,
)
from ...models.management.organization import Membership
from ...models.management.role import Role
from ..api_call import Call, ListCall, entity, given, milliseconds, nothing, path, present, several, structured
from .users import searched


def listed(
    search: str | None = None,
    *,
    types: Sequence[ApplicationType] = (),
    is_third_party: bool | None = None,
    without_role: str | None = None,
    outside_organization: str | None = None,
) -> ListCall[Application]:
    """Applications: all of them, or those that are searched for.

    Args:
        search: A part of the id, the name or the description; with `%` in it, a pattern.
        types: Only these, such as `["MachineToMachine"]`.
        is_third_party: Only those of others, or only your own.
        without_role: The id of a role that they do not have.
        outside_organization: The id of an organization that they do not belong to.
    """
    query = {
        **searched(search),
        "types": several("types", types),
        "isThirdParty": is_third_party,
        "excludeRoleId": without_role,
        "excludeOrganizationId": outside_organization,
    }
    return ListCall("applications", Application.model_validate, query=query)


def get(application_id: str) -> Call[Application]:
    """An application, by its App ID.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("GET", _place(application_id), entity(Application))


def create(
    *,
    name: str,
    type: ApplicationType,  # noqa: A002 - Logto's name
    description: str | None = None,
    oidc_client_metadata: OidcClientMetadata | Mapping[str, Any] | None = None,
    custom_client_metadata: CustomClientMetadata | Mapping[str, Any] | None = None,
    custom_data: Mapping[str, Any] | None = None,
    is_third_party: bool | None = None,
) -> Call[Application]:
    """Adds an application; `list_secrets` has its secret, if it can keep one.

    Args:
        name: What users and you know it by.
        type: How it runs; cannot be changed.
        description: What it is for.
        oidc_client_metadata: Such as `{"redirect_uris": ["https://app.example.com/callback"]}`.
        custom_client_metadata: Such as `{"allow_token_exchange": True}`.
        custom_data: What your application keeps of it.
        is_third_party: Whether somebody else runs it.
    """
    body = present(
        name=name,
        type=type,
        description=description,
        oidc_client_metadata=structured(OidcClientMetadata, "oidc_client_metadata", oidc_client_metadata),
        custom_client_metadata=structured(CustomClientMetadata, "custom_client_metadata", custom_client_metadata),
        custom_data=custom_data,
        is_third_party=is_third_party,
    )
    return Call("POST", "applications", entity(Application), body=body)


def update(
    application_id: str,
    *,
    name: str | NotGiven = NOT_GIVEN,
    description: str | NotGiven | None = NOT_GIVEN,
    oidc_client_metadata: OidcClientMetadata | Mapping[str, Any] | NotGiven = NOT_GIVEN,
    custom_client_metadata: CustomClientMetadata | Mapping[str, Any] | NotGiven = NOT_GIVEN,
    custom_data: Mapping[str, Any] | NotGiven = NOT_GIVEN,
) -> Call[Application]:
    """Changes what is given of an application.

    Args:
        application_id: Its App ID.
        name: What users and you know it by.
        description: What it is for; None takes it away.
        oidc_client_metadata: In the place of all that was there: read it first to add to it.
        custom_client_metadata: In the place of all that was there.
        custom_data: In the place of all that was there.
    """
    body = given(
        name=name,
        description=description,
        oidc_client_metadata=structured(OidcClientMetadata, "oidc_client_metadata", oidc_client_metadata),
        custom_client_metadata=structured(CustomClientMetadata, "custom_client_metadata", custom_client_metadata),
        custom_data=custom_data,
    )
    return Call("PATCH", _place(application_id), entity(Application), body=body)


def delete(application_id: str) -> Call[None]:
    """Deletes an application with its secrets and tokens.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("DELETE", _place(application_id), nothing)


def list_secrets(application_id: str) -> ListCall[ApplicationSecret]:
    """An application's secrets, with their values."""
    return ListCall(f"{_place(application_id)}/secrets", ApplicationSecret.model_validate, paged=False)


def create_secret(application_id: str, *, name: str, expires_at: Moment | None = None) -> Call[ApplicationSecret]:
    """Makes one more secret for an application.

    Args:
        application_id: Its App ID.
        name: What you know it by, once.
        expires_at: A `datetime` with a time zone, or milliseconds since 1970; never if not given.

    Raises:
        LogtoApiConflictError: The application has one of that name.
    """
    body = present(name=name, expires_at=milliseconds("expires_at", expires_at))
    return Call("POST", f"{_place(application_id)}/secrets", entity(ApplicationSecret), body=body)


def rename_secret(application_id: str, name: str, *, new_name: str) -> Call[ApplicationSecret]:
    """Gives one of an application's secrets another name."""
    return Call("PATCH", _secret(application_id, name), entity(ApplicationSecret), body={"name": new_name})


def delete_secret(application_id: str, name: str) -> Call[None]:
    """Deletes one of an application's secrets: nobody gets tokens with it any more.

    Raises:
        LogtoApiNotFoundError: There is none of that name.
    """
    return Call("DELETE", _secret(application_id, name), nothing)


def list_roles(application_id: str) -> ListCall[Role]:
    """The roles of a program."""
    return ListCall(f"{_place(application_id)}/roles", Role.model_validate)


def add_roles(application_id: str, role_ids: Sequence[str]) -> Call[None]:
    """Gives a program more roles; those that it has already are fine."""
    return Call("POST", f"{_place(application_id)}/roles", nothing, body={"roleIds": several("role_ids", role_ids)})


def set_roles(application_id: str, role_ids: Sequence[str]) -> Call[None]:
    """Gives a program these roles and takes all others away."""
    return Call("PUT", f"{_place(application_id)}/roles", nothing, body={"roleIds": several("role_ids", role_ids)})


def remove_role(application_id: str, role_id: str) -> Call[None]:
    """Takes a role away from a program."""
    place = path("applications/{application_id}/roles/{role_id}", application_id=application_id, role_id=role_id)
    return Call("DELETE", place, nothing)


def list_organizations(application_id: str) -> ListCall[Membership]:
    """The organizations that a program belongs to, with its roles there."""
    return ListCall(f"{_place(application_id)}/organizations", Membership.model_validate)


def _place(application_id: str) -> str:
    return path("applications/{application_id}", application_id=application_id)


def _secret(application_id: str, name: str) -> str:
    return path("applications/{application_id}/secrets/{name}", application_id=application_id, name=name)
