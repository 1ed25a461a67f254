"""Calls about users, their roles and their organizations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...models.api import NOT_GIVEN, NotGiven
from ...models.management.organization import Membership
from ...models.management.role import Role
from ...models.management.user import User, UserProfile
from ..api_call import Call, ListCall, anything, entity, given, nothing, path, present, several, structured


def listed(
    search: str | None = None,
    *,
    username: str | None = None,
    primary_email: str | None = None,
    primary_phone: str | None = None,
    name: str | None = None,
    without_role: str | None = None,
    outside_organization: str | None = None,
) -> ListCall[User]:
    """Users, the newest first: all of them, or those who are searched for.

    Args:
        search: A part of the id, the name, the username, the e-mail address or the phone number. With `%` in it, it is
            a pattern, in which `%` stands for anything and `_` for one character.
        username: The whole username.
        primary_email: The whole e-mail address.
        primary_phone: The whole phone number.
        name: The whole name.
        without_role: The id of a role that they do not have.
        outside_organization: The id of an organization that they do not belong to.
    """
    exact = present(username=username, primary_email=primary_email, primary_phone=primary_phone, name=name)
    query: dict[str, Any] = {
        **searched(search),
        "excludeRoleId": without_role,
        "excludeOrganizationId": outside_organization,
    }
    for member, value in exact.items():
        query |= {f"search.{member}": value, f"mode.{member}": "exact", "joint": "and"}
    return ListCall("users", User.model_validate, query=query)


def searched(search: str | None) -> dict[str, str]:
    """The query of a search for a part of something; nothing of it for an empty text."""
    if not search:
        return {}
    return {"search": search if "%" in search else f"%{search}%"}


def get(user_id: str) -> Call[User]:
    """A user, by id.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("GET", path("users/{user_id}", user_id=user_id), entity(User))


def create(
    *,
    username: str | None = None,
    primary_email: str | None = None,
    primary_phone: str | None = None,
    password: str | None = None,
    name: str | None = None,
    avatar: str | None = None,
    custom_data: Mapping[str, Any] | None = None,
    profile: UserProfile | Mapping[str, Any] | None = None,
) -> Call[User]:
    """Adds a user, who gets the roles that new users get.

    Args:
        username: Letters, digits and underscores; no digit first.
        primary_email: The e-mail address, taken for the user's own without any proof.
        primary_phone: Digits only, with the country's; taken for the user's own without any proof.
        password: Without one, the user signs in by code or by another provider. It is not held against the tenant's
            password policy.
        name: The full name.
        avatar: The URL of a picture.
        custom_data: What your application keeps of the user.
        profile: Such as `{"family_name": "Liddell"}`.

    Raises:
        LogtoApiConflictError: A name or address is somebody else's: `logto_code` says which.
    """
    body = present(
        username=username,
        primary_email=primary_email,
        primary_phone=primary_phone,
        password=password,
        name=name,
        avatar=avatar,
        custom_data=custom_data,
        profile=structured(UserProfile, "profile", profile),
    )
    return Call("POST", "users", entity(User), body=body, confidential=(password,) if password else ())


def update(
    user_id: str,
    *,
    username: str | NotGiven | None = NOT_GIVEN,
    primary_email: str | NotGiven | None = NOT_GIVEN,
    primary_phone: str | NotGiven | None = NOT_GIVEN,
    name: str | NotGiven | None = NOT_GIVEN,
    avatar: str | NotGiven | None = NOT_GIVEN,
    custom_data: Mapping[str, Any] | NotGiven = NOT_GIVEN,
    profile: UserProfile | Mapping[str, Any] | NotGiven = NOT_GIVEN,
) -> Call[User]:
    """Changes what is given of a user; None takes a value away.

    Args:
        user_id: The user's id.
        username: Letters, digits and underscores; no digit first.
        primary_email: The e-mail address, taken for the user's own without any proof.
        primary_phone: Digits only, with the country's; taken for the user's own without any proof.
        name: The full name.
        avatar: The URL of a picture.
        custom_data: In the place of all that was there; `update_custom_data` adds to it.
        profile: In the place of all that was there; `update_profile` adds to it.

    Raises:
        LogtoApiNotFoundError: There is no such user.
        LogtoApiConflictError: A name or address is somebody else's.
    """
    body = given(
        username=username,
        primary_email=primary_email,
        primary_phone=primary_phone,
        name=name,
        avatar=avatar,
        custom_data=custom_data,
        profile=structured(UserProfile, "profile", profile),
    )
    return Call("PATCH", path("users/{user_id}", user_id=user_id), entity(User), body=body)


def delete(user_id: str) -> Call[None]:
    """Deletes a user for good, with sessions and tokens.

    Raises:
        LogtoApiNotFoundError: There is no such user.
    """
    return Call("DELETE", path("users/{user_id}", user_id=user_id), nothing)


def set_password(user_id: str, password: str) -> Call[User]:
    """Gives a user another password. It is not held against the tenant's password policy."""
    return Call(
        "PATCH",
        path("users/{user_id}/password", user_id=user_id),
        entity(User),
        body={"password": password},
        confidential=(password,),
    )


def verify_password(user_id: str, password: str) -> Call[None]:
    """Compares a password; returns nothing where it is the user's.

    Raises:
        LogtoApiConflictError: It is not: `session.invalid_credentials`.
    """
    return Call(
        "POST",
        path("users/{user_id}/password/verify", user_id=user_id),
        nothing,
        body={"password": password},
        confidential=(password,),
    )


def suspend(user_id: str) -> Call[User]:
    """Keeps a user from signing in, and ends sessions and tokens."""
    return _suspended(user_id, suspended=True)


def reinstate(user_id: str) -> Call[User]:
    """Lets a user who was suspended sign in again."""
    return _suspended(user_id, suspended=False)


def _suspended(user_id: str, *, suspended: bool) -> Call[User]:
    return Call(
        "PATCH",
        path("users/{user_id}/is-suspended", user_id=user_id),
        entity(User),
        body={"isSuspended": suspended},
    )


def custom_data(user_id: str) -> Call[dict[str, Any]]:
    """What your application keeps of a user."""
    return Call("GET", path("users/{user_id}/custom-data", user_id=user_id), anything)


def update_custom_data(user_id: str, changes: Mapping[str, Any]) -> Call[dict[str, Any]]:
    """Adds to what your application keeps of a user, and returns all of it.

    Args:
        user_id: The user's id.
        changes: The members to add or to replace; the others stay.
    """
    body = {"customData": changes}
    return Call("PATCH", path("users/{user_id}/custom-data", user_id=user_id), anything, body=body)


def update_profile(user_id: str, changes: UserProfile | Mapping[str, Any]) -> Call[UserProfile]:
    """Adds to a user's profile, and returns all of it.

    Args:
        user_id: The user's id.
        changes: Such as `{"family_name": "Liddell"}`; the other members stay.
    """
    body = {"profile": structured(UserProfile, "changes", changes)}
    return Call("PATCH", path("users/{user_id}/profile", user_id=user_id), entity(UserProfile), body=body)


def list_roles(user_id: str) -> ListCall[Role]:
    """A user's roles."""
    return ListCall(path("users/{user_id}/roles", user_id=user_id), Role.model_validate)


def add_roles(user_id: str, role_ids: Sequence[str]) -> Call[None]:
    """Gives a user more roles; those that the user has already are fine."""
    return Call("POST", path("users/{user_id}/roles", user_id=user_id), nothing, body=_roles(role_ids))


def set_roles(user_id: str, role_ids: Sequence[str]) -> Call[None]:
    """Gives a user these roles and takes all others away."""
    return Call("PUT", path("users/{user_id}/roles", user_id=user_id), nothing, body=_roles(role_ids))


def remove_role(user_id: str, role_id: str) -> Call[None]:
    """Takes a role away from a user.

    Raises:
        LogtoApiNotFoundError: The user does not have it.
    """
    return Call("DELETE", path("users/{user_id}/roles/{role_id}", user_id=user_id, role_id=role_id), nothing)


def _roles(role_ids: Sequence[str]) -> dict[str, Any]:
    return {"roleIds": several("role_ids", role_ids)}


def list_organizations(user_id: str) -> ListCall[Membership]:
    """The organizations that a user belongs to, with the roles there."""
    place = path("users/{user_id}/organizations", user_id=user_id)
    return ListCall(place, Membership.model_validate, paged=False)
