"""API resources, and which of their scopes somebody owns through roles."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from logto.server.schema import (
    application_roles,
    organization_application_roles,
    organization_member_roles,
    organization_role_resource_scopes,
    organization_role_scopes,
    organization_scopes,
    resources,
    role_scopes,
    roles,
    scopes,
    user_roles,
)


def find(db: Connection, indicator: str) -> Row[Any] | None:
    """Return a resource by its indicator, compared exactly."""
    return db.execute(select(resources).where(resources.c.indicator == indicator)).one_or_none()


def every(db: Connection) -> list[Row[Any]]:
    """Return all resources, by indicator."""
    return list(db.execute(select(resources).order_by(resources.c.indicator)).all())


def set_access_token_ttl(db: Connection, resource_id: str, seconds: int) -> None:
    """Change how long the tokens for a resource live from now on."""
    db.execute(update(resources).where(resources.c.id == resource_id).values(access_token_ttl=seconds))


def scope_names(db: Connection, resource_id: str) -> set[str]:
    """Return the names of a resource's scopes."""
    return {*db.scalars(select(scopes.c.name).where(scopes.c.resource_id == resource_id))}


def organization_scope_names(db: Connection) -> set[str]:
    """Return the names of the organization template's scopes."""
    return {*db.scalars(select(organization_scopes.c.name))}


def roles_with_scopes(db: Connection) -> dict[str, list[str]]:
    """Return each role's name with the scopes that it gives."""
    query = (
        select(roles.c.name, scopes.c.name.label("scope"))
        .outerjoin(role_scopes, role_scopes.c.role_id == roles.c.id)
        .outerjoin(scopes, scopes.c.id == role_scopes.c.scope_id)
        .order_by(roles.c.name, scopes.c.name)
    )
    found: dict[str, list[str]] = {}
    for row in db.execute(query):
        found.setdefault(row.name, []).extend([row.scope] if row.scope else [])
    return found


def owned_by_user(db: Connection, user_id: str, resource_id: str, organization_id: str | None) -> set[str]:
    """Return the scopes from the user's roles and organization roles (of one organization, or of all)."""
    held = organization_member_roles
    through_organizations = _through_organization_roles(held.c.organization_role_id).where(
        held.c.user_id == user_id, scopes.c.resource_id == resource_id
    )
    if organization_id is not None:
        through_organizations = through_organizations.where(held.c.organization_id == organization_id)
    through_roles = _through_roles(user_roles.c.role_id).where(
        user_roles.c.user_id == user_id, scopes.c.resource_id == resource_id
    )
    return {*db.scalars(through_roles), *db.scalars(through_organizations)}


def owned_by_application(
    db: Connection, application_id: str, resource_id: str, organization_id: str | None
) -> set[str]:
    """Return the scopes from a machine-to-machine application's roles, or those it has in one organization."""
    if organization_id is None:
        table = application_roles
        query = _through_roles(table.c.role_id).where(table.c.application_id == application_id)
    else:
        table = organization_application_roles
        query = _through_organization_roles(table.c.organization_role_id).where(
            table.c.application_id == application_id, table.c.organization_id == organization_id
        )
    return {*db.scalars(query.where(scopes.c.resource_id == resource_id))}


def organization_scopes_of_user(db: Connection, user_id: str, organization_id: str | None) -> set[str]:
    """Return the organization scopes of the user in one organization, or in all."""
    held = organization_member_roles
    query = _organization_scopes(held.c.organization_role_id).where(held.c.user_id == user_id)
    if organization_id is not None:
        query = query.where(held.c.organization_id == organization_id)
    return {*db.scalars(query)}


def organization_scopes_of_application(db: Connection, application_id: str, organization_id: str) -> set[str]:
    """Return the organization scopes of a machine-to-machine application in one organization."""
    held = organization_application_roles
    query = _organization_scopes(held.c.organization_role_id).where(
        held.c.application_id == application_id, held.c.organization_id == organization_id
    )
    return {*db.scalars(query)}


def _through_roles(role_id: Any) -> Select[Any]:
    joined = select(scopes.c.name).join(role_scopes, role_scopes.c.scope_id == scopes.c.id)
    return joined.join(role_id.table, role_id == role_scopes.c.role_id)


def _through_organization_roles(role_id: Any) -> Select[Any]:
    given = organization_role_resource_scopes
    joined = select(scopes.c.name).join(given, given.c.scope_id == scopes.c.id)
    return joined.join(role_id.table, role_id == given.c.organization_role_id)


def _organization_scopes(role_id: Any) -> Select[Any]:
    given = organization_role_scopes
    joined = select(organization_scopes.c.name).join(given, given.c.organization_scope_id == organization_scopes.c.id)
    return joined.join(role_id.table, role_id == given.c.organization_role_id)
