"""The organization template: roles, permissions, and which role gives which."""

from typing import Any

from sqlalchemy import Row, Table, select

from logto.server import ids, shapes
from logto.server.api import body, page, search
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.schema import (
    organization_role_resource_scopes,
    organization_role_scopes,
    organization_scopes,
    resources,
    scopes,
)
from logto.server.schema import organization_roles as table
from logto.server.store import rows

from .found import demand_all, found

NAMED: body.Fields = {"name": body.text(128, 1), "description": body.nullable(body.text(256))}
CREATED: body.Fields = {
    **NAMED,
    "type": body.one_of("User", "MachineToMachine"),
    "organizationScopeIds": body.IDS,
    "resourceScopeIds": body.IDS,
}


def listed(call: Call) -> Answer:
    """List roles with what they give."""
    conditions = search.containing(call.exchange, table.c.id, table.c.name)
    query = select(table).where(*conditions).order_by(table.c.name)
    return page.listed(call, query, lambda row: {**shapes.organization_role(row), **_given(call, row)})


def create(call: Call) -> Answer:
    """Add a role, with permissions if some are named."""
    given = call.read(CREATED, "name")
    demand_free(call, table, given["name"], None)
    organization_scope_ids, scope_ids = given.get("organizationScopeIds", []), given.get("resourceScopeIds", [])
    demand_all(call, organization_scopes, organization_scope_ids)
    demand_all(call, scopes, scope_ids)
    role_id = ids.application_id()
    rows.add(
        call.db,
        table,
        {
            "id": role_id,
            "name": given["name"],
            "description": given.get("description"),
            "type": given.get("type", "User"),
        },
    )
    fixed = {"organization_role_id": role_id}
    rows.link(call.db, organization_role_scopes, "organization_scope_id", organization_scope_ids, **fixed)
    rows.link(call.db, organization_role_resource_scopes, "scope_id", scope_ids, **fixed)
    if organization_scope_ids or scope_ids:
        call.emit("OrganizationRole.Scopes.Updated", organizationRoleId=role_id)
    return Answer(201, shapes.organization_role(found(call, table, role_id)))


def get(call: Call) -> Answer:
    """Return a role."""
    return Answer(200, shapes.organization_role(found(call, table, call.path["id"])))


def change(call: Call) -> Answer:
    """Change a role's name or description."""
    role, given = found(call, table, call.path["id"]), call.read(NAMED)
    demand_free(call, table, given.get("name"), role.id)
    rows.change(call.db, table, role.id, given)
    return Answer(200, shapes.organization_role(found(call, table, role.id)))


def remove(call: Call) -> Answer:
    """Delete a role; whoever had it has it no more."""
    return page.ended(rows.remove(call.db, table, call.path["id"]))


def demand_free(call: Call, within: Table, name: str | None, row_id: str | None) -> None:
    """Refuse a name that another row has.

    Raises: ApiError (entity.unique_integrity_violation).
    """
    holder = rows.find_by(call.db, within, name=name) if name is not None else None
    if holder is not None and holder.id != row_id:
        raise ApiError("entity.unique_integrity_violation", 422)


def _given(call: Call, role: Row[Any]) -> dict[str, Any]:
    own, through = organization_role_scopes, organization_role_resource_scopes
    held = select(own.c.organization_scope_id).where(own.c.organization_role_id == role.id)
    permissions = (
        select(organization_scopes).where(organization_scopes.c.id.in_(held)).order_by(organization_scopes.c.name)
    )
    held_scopes = select(through.c.scope_id).where(through.c.organization_role_id == role.id)
    of_resources = select(scopes).where(scopes.c.id.in_(held_scopes)).order_by(scopes.c.name, scopes.c.id)
    known = {row.id: {"id": row.id, "name": row.name} for row in rows.every(call.db, select(resources))}
    return {
        "scopes": shapes.named(rows.every(call.db, permissions)),
        "resourceScopes": [
            {"id": row.id, "name": row.name, "resource": known[row.resource_id]}
            for row in rows.every(call.db, of_resources)
        ],
    }
