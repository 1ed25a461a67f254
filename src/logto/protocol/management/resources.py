"""Calls about APIs and their scopes."""

from __future__ import annotations

from ...models.api import NOT_GIVEN, NotGiven
from ...models.management.role import Resource, Scope
from ..api_call import Call, ListCall, entity, given, nothing, path, present


def listed(*, include_scopes: bool = False) -> ListCall[Resource]:
    """The APIs that Logto gives tokens for.

    Args:
        include_scopes: Whether `scopes` of each is filled.
    """
    return ListCall("resources", Resource.model_validate, query={"includeScopes": include_scopes or None})


def get(resource_id: str) -> Call[Resource]:
    """An API, by id (not by its indicator).

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("GET", path("resources/{resource_id}", resource_id=resource_id), entity(Resource))


def create(*, name: str, indicator: str, access_token_ttl: int | None = None) -> Call[Resource]:
    """Adds an API.

    Args:
        name: What it is called.
        indicator: An absolute URI, which can never be changed: the audience of its tokens.
        access_token_ttl: Seconds for which its access tokens live.

    Raises:
        LogtoApiConflictError: There is one of that indicator.
    """
    body = present(name=name, indicator=indicator, access_token_ttl=access_token_ttl)
    return Call("POST", "resources", entity(Resource), body=body)


def update(
    resource_id: str, *, name: str | NotGiven = NOT_GIVEN, access_token_ttl: int | NotGiven = NOT_GIVEN
) -> Call[Resource]:
    """Changes what is given of an API.

    Args:
        resource_id: Its id.
        name: What it is called.
        access_token_ttl: Seconds for which its access tokens live.
    """
    body = given(name=name, access_token_ttl=access_token_ttl)
    return Call("PATCH", path("resources/{resource_id}", resource_id=resource_id), entity(Resource), body=body)


def delete(resource_id: str) -> Call[None]:
    """Deletes an API with its scopes.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("DELETE", path("resources/{resource_id}", resource_id=resource_id), nothing)


def set_default(resource_id: str, *, is_default: bool = True) -> Call[Resource]:
    """Lets an API be the one that tokens are for where a request names none."""
    place = path("resources/{resource_id}/is-default", resource_id=resource_id)
    return Call("PATCH", place, entity(Resource), body={"isDefault": is_default})


def list_scopes(resource_id: str) -> ListCall[Scope]:
    """What may be done with an API."""
    return ListCall(path("resources/{resource_id}/scopes", resource_id=resource_id), Scope.model_validate)


def create_scope(resource_id: str, *, name: str, description: str | None = None) -> Call[Scope]:
    """Adds a scope to an API.

    Args:
        resource_id: The API's id.
        name: As it stands in tokens: without spaces.
        description: What it allows.

    Raises:
        LogtoApiConflictError: The API has one of that name.
    """
    place = path("resources/{resource_id}/scopes", resource_id=resource_id)
    return Call("POST", place, entity(Scope), body=present(name=name, description=description))


def update_scope(
    resource_id: str,
    scope_id: str,
    *,
    name: str | NotGiven = NOT_GIVEN,
    description: str | NotGiven | None = NOT_GIVEN,
) -> Call[Scope]:
    """Changes what is given of a scope."""
    place = path("resources/{resource_id}/scopes/{scope_id}", resource_id=resource_id, scope_id=scope_id)
    return Call("PATCH", place, entity(Scope), body=given(name=name, description=description))


def delete_scope(resource_id: str, scope_id: str) -> Call[None]:
    """Deletes a scope of an API."""
    place = path("resources/{resource_id}/scopes/{scope_id}", resource_id=resource_id, scope_id=scope_id)
    return Call("DELETE", place, nothing)
