"""Calls about users' personal access tokens."""

from __future__ import annotations

from ...models.api import Moment
from ...models.management.session import PersonalAccessToken
from ..api_call import Call, ListCall, entity, milliseconds, nothing, path, present


def listed(user_id: str) -> ListCall[PersonalAccessToken]:
    """A user's personal access tokens, with their values."""
    place = path("users/{user_id}/personal-access-tokens", user_id=user_id)
    return ListCall(place, PersonalAccessToken.model_validate, paged=False)


def create(user_id: str, *, name: str, expires_at: Moment | None = None) -> Call[PersonalAccessToken]:
    """Makes a token with which programs act for a user: `exchange_token` of a machine client takes it.

    Args:
        user_id: The user's id.
        name: What the user knows it by, once.
        expires_at: A `datetime` with a time zone, or milliseconds since 1970; never if not given.

    Raises:
        LogtoApiConflictError: The user has one of that name.
    """
    body = present(name=name, expires_at=milliseconds("expires_at", expires_at))
    place = path("users/{user_id}/personal-access-tokens", user_id=user_id)
    return Call("POST", place, entity(PersonalAccessToken), body=body)


def rename(user_id: str, name: str, *, new_name: str) -> Call[PersonalAccessToken]:
    """Gives one of a user's tokens another name."""
    # The name in the body, as it may hold what a path may not.
    place = path("users/{user_id}/personal-access-tokens", user_id=user_id)
    return Call("PATCH", place, entity(PersonalAccessToken), body={"currentName": name, "name": new_name})


def delete(user_id: str, name: str) -> Call[None]:
    """Deletes one of a user's tokens: nobody gets access with it any more.

    Raises:
        LogtoApiNotFoundError: There is none of that name.
    """
    place = path("users/{user_id}/personal-access-tokens/delete", user_id=user_id)
    return Call("POST", place, nothing, body={"name": name})
