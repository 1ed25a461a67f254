"""The permissions that a role gives."""

from typing import Any

from sqlalchemy import Row, Select, select

from logto.server import shapes
from logto.server.api import body, page, search
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.schema import resources, role_scopes, roles, scopes
from logto.server.store import rows

from .found import demand_all, found

SEARCHED = {"id": scopes.c.id, "name": scopes.c.name, "description": scopes.c.description}


def listed(call: Call) -> Answer:
    """List the permissions of a role, each with its resource."""
    role = found(call, roles, call.path["id"])
    known = {row.id: shapes.resource(row) for row in rows.every(call.db, select(resources))}
    query = _of(role.id).where(*search.matching(call.exchange, SEARCHED))

    def shape(row: Row[Any]) -> shapes.Shown:
        return {**shapes.scope(row), "resource": known[row.resource_id]}

    return page.listed(call, query, shape, optional=True)


def add(call: Call) -> Answer:
    """Add permissions to a role, none of which it has yet."""
    role = found(call, roles, call.path["id"])
    given = call.read({"scopeIds": body.SOME_IDS}, "scopeIds")["scopeIds"]
    if set(given) & set(rows.linked(call.db, role_scopes, "scope_id", role_id=role.id)):
        raise ApiError("role.scope_exists", 422)
    demand_all(call, scopes, given, "entity.not_exists_with_id", 404)
    rows.link(call.db, role_scopes, "scope_id", given, role_id=role.id)
    return Answer(201, [shapes.scope(row) for row in rows.every(call.db, _of(role.id))])


def remove(call: Call) -> Answer:
    """Take a permission from a role."""
    values = {"role_id": call.path["id"], "scope_id": call.path["scopeId"]}
    return page.ended(rows.unlink(call.db, role_scopes, **values))


def _of(role_id: str) -> Select[Any]:
    query = select(scopes).join(role_scopes, role_scopes.c.scope_id == scopes.c.id)
    return query.where(role_scopes.c.role_id == role_id).order_by(scopes.c.name, scopes.c.id)
