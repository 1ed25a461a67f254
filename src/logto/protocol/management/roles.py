"""Calls about roles: their scopes, and who has them."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.api import NOT_GIVEN, NotGiven
from ...models.management.application import Application
from ...models.management.role import Role, RoleType, Scope
from ...models.management.user import User
from ..api_call import Call, ListCall, entity, given, nothing, path, present, several
from .users import searched


def listed(search: str | None = None, *, type: RoleType | None = None) -> ListCall[Role]:  # noqa: A002 - Logto's name
    """Roles: all of them, or those that are searched for.

    Args:
        search: A part of the id, the name or the description; with `%` in it, a pattern.
        type: `User` or `MachineToMachine`.
    """
    return ListCall("roles", Role.model_validate, query={**searched(search), "type": type})


def get(role_id: str) -> Call[Role]:
    """A role, by id.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("GET", path("roles/{role_id}", role_id=role_id), entity(Role))


def create(
    *,
    name: str,
    description: str,
    type: RoleType = "User",  # noqa: A002 - Logto's name
    is_default: bool | None = None,
    scope_ids: Sequence[str] = (),
) -> Call[Role]:
    """Adds a role.

    Args:
        name: As it stands in `roles` of tokens.
        description: What it is for.
        type: Who can have it: `User` or `MachineToMachine`.
        is_default: Whether new users get it.
        scope_ids: The scopes that it gives.

    Raises:
        LogtoApiConflictError: There is one of that name.
    """
    scopes = several("scope_ids", scope_ids) or None
    body = present(name=name, description=description, type=type, is_default=is_default, scope_ids=scopes)
    return Call("POST", "roles", entity(Role), body=body)


def update(
    role_id: str,
    *,
    name: str | NotGiven = NOT_GIVEN,
    description: str | NotGiven = NOT_GIVEN,
    is_default: bool | NotGiven = NOT_GIVEN,
) -> Call[Role]:
    """Changes what is given of a role."""
    body = given(name=name, description=description, is_default=is_default)
    return Call("PATCH", path("roles/{role_id}", role_id=role_id), entity(Role), body=body)


def delete(role_id: str) -> Call[None]:
    """Deletes a role; whoever had it has it no more.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("DELETE", path("roles/{role_id}", role_id=role_id), nothing)


def list_scopes(role_id: str) -> ListCall[Scope]:
    """The scopes that a role gives, each with its API."""
    return ListCall(path("roles/{role_id}/scopes", role_id=role_id), Scope.model_validate)


def add_scopes(role_id: str, scope_ids: Sequence[str]) -> Call[None]:
    """Lets a role give more scopes.

    Raises:
        LogtoApiConflictError: It gives one of them already: `role.scope_exists`.
    """
    body = {"scopeIds": several("scope_ids", scope_ids)}
    return Call("POST", path("roles/{role_id}/scopes", role_id=role_id), nothing, body=body)


def remove_scope(role_id: str, scope_id: str) -> Call[None]:
    """Lets a role no longer give a scope."""
    return Call("DELETE", path("roles/{role_id}/scopes/{scope_id}", role_id=role_id, scope_id=scope_id), nothing)


def list_users(role_id: str, search: str | None = None) -> ListCall[User]:
    """The users who have a role.

    Args:
        role_id: The role's id.
        search: A part of the name and so on; with `%` in it, a pattern.
    """
    return ListCall(path("roles/{role_id}/users", role_id=role_id), User.model_validate, query=searched(search))


def add_users(role_id: str, user_ids: Sequence[str]) -> Call[None]:
    """Gives a role to users.

    Raises:
        LogtoApiConflictError: One of them has it already: `user.role_exists` or `role.user_exists`.
    """
    body = {"userIds": several("user_ids", user_ids)}
    return Call("POST", path("roles/{role_id}/users", role_id=role_id), nothing, body=body)


def remove_user(role_id: str, user_id: str) -> Call[None]:
    """Takes a role away from a user."""
    return Call("DELETE", path("roles/{role_id}/users/{user_id}", role_id=role_id, user_id=user_id), nothing)


def list_applications(role_id: str, search: str | None = None) -> ListCall[Application]:
    """The programs that have a role.

    Args:
        role_id: The role's id.
        search: A part of the name and so on; with `%` in it, a pattern.
    """
    place = path("roles/{role_id}/applications", role_id=role_id)
    return ListCall(place, Application.model_validate, query=searched(search))


def add_applications(role_id: str, application_ids: Sequence[str]) -> Call[None]:
    """Gives a role to programs.

    Raises:
        LogtoApiConflictError: One of them has it already: `role.application_exists`.
    """
    body = {"applicationIds": several("application_ids", application_ids)}
    return Call("POST", path("roles/{role_id}/applications", role_id=role_id), nothing, body=body)


def remove_application(role_id: str, application_id: str) -> Call[None]:
    """Takes a role away from a program."""
    place = path("roles/{role_id}/applications/{application_id}", role_id=role_id, application_id=application_id)
    return Call("DELETE", place, nothing)
