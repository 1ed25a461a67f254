"""Calls about what may be done in organizations: one template for all of them."""

from __future__ import annotations

from ...models.api import NOT_GIVEN, NotGiven
from ...models.management.organization import OrganizationScope
from ..api_call import Call, ListCall, entity, given, nothing, path, present


def listed(search: str | None = None) -> ListCall[OrganizationScope]:
    """What may be done in organizations."""
    return ListCall("organization-scopes", OrganizationScope.model_validate, query={"q": search or None})


def get(organization_scope_id: str) -> Call[OrganizationScope]:
    """A scope, by id.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("GET", _place(organization_scope_id), entity(OrganizationScope))


def create(*, name: str, description: str | None = None) -> Call[OrganizationScope]:
    """Adds a scope to the template.

    Args:
        name: As it stands in tokens of organizations: without spaces.
        description: What it allows.

    Raises:
        LogtoApiConflictError: There is one of that name.
    """
    body = present(name=name, description=description)
    return Call("POST", "organization-scopes", entity(OrganizationScope), body=body)


def update(
    organization_scope_id: str,
    *,
    name: str | NotGiven = NOT_GIVEN,
    description: str | NotGiven | None = NOT_GIVEN,
) -> Call[OrganizationScope]:
    """Changes what is given of a scope."""
    body = given(name=name, description=description)
    return Call("PATCH", _place(organization_scope_id), entity(OrganizationScope), body=body)


def delete(organization_scope_id: str) -> Call[None]:
    """Deletes a scope; no role gives it any more.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("DELETE", _place(organization_scope_id), nothing)


def _place(organization_scope_id: str) -> str:
    return path("organization-scopes/{organization_scope_id}", organization_scope_id=organization_scope_id)
