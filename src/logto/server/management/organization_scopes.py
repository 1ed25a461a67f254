"""The permissions of the organization template."""

from sqlalchemy import select

from logto.server import ids, shapes
from logto.server.api import page, search
from logto.server.api.call import Answer, Call
from logto.server.schema import organization_scopes as table
from logto.server.store import rows

from .found import found
from .organization_roles import NAMED, demand_free


def listed(call: Call) -> Answer:
    """List permissions."""
    conditions = search.containing(call.exchange, table.c.id, table.c.name)
    return page.listed(call, select(table).where(*conditions).order_by(table.c.name), shapes.organization_scope)


def create(call: Call) -> Answer:
    """Add a permission."""
    given = call.read(NAMED, "name")
    demand_free(call, table, given["name"], None)
    scope_id = ids.application_id()
    rows.add(call.db, table, {"id": scope_id, **given})
    return Answer(201, shapes.organization_scope(found(call, table, scope_id)))


def get(call: Call) -> Answer:
    """Return a permission."""
    return Answer(200, shapes.organization_scope(found(call, table, call.path["id"])))


def change(call: Call) -> Answer:
    """Change a permission."""
    scope, given = found(call, table, call.path["id"]), call.read(NAMED)
    demand_free(call, table, given.get("name"), scope.id)
    rows.change(call.db, table, scope.id, given)
    return Answer(200, shapes.organization_scope(found(call, table, scope.id)))


def remove(call: Call) -> Answer:
    """Delete a permission; no role gives it any more."""
    return page.ended(rows.remove(call.db, table, call.path["id"]))
