"""Organizations."""

from typing import Any

from sqlalchemy import Row, select

from logto.server import ids, shapes
from logto.server.api import body, page, search
from logto.server.api.call import Answer, Call
from logto.server.schema import organizations as table
from logto.server.store import memberships, rows

from .found import found

FIELDS: body.Fields = {
    "name": body.text(128, 1),
    "description": body.nullable(body.text(256)),
    "customData": body.is_json_object,
    "isMfaRequired": body.is_flag,
    "color": body.is_json_object,
    "branding": body.is_json_object,
    "customCss": body.nullable(body.text(32_768)),
}
COLUMNS = {"customData": "custom_data", "isMfaRequired": "is_mfa_required", "customCss": "custom_css"}
FEATURED = 3


def listed(call: Call) -> Answer:
    """List organizations, with `showFeatured` some of their members."""
    conditions = search.containing(call.exchange, table.c.id, table.c.name)
    query = select(table).where(*conditions).order_by(table.c.created_at.desc(), table.c.id)
    featured = call.asks("showFeatured")

    def shape(row: Row[Any]) -> shapes.Shown:
        return {**shapes.organization(row), **(_members(call, row) if featured else {})}

    return page.listed(call, query, shape)


def create(call: Call) -> Answer:
    """Add an organization."""
    given = call.read(FIELDS, "name")
    values = {"id": ids.user_id(), "custom_data": {}, "is_mfa_required": False, "created_at": call.now}
    rows.add(call.db, table, {**values, **_columns(given)})
    return Answer(201, shapes.organization(found(call, table, str(values["id"]))))


def get(call: Call) -> Answer:
    """Return an organization."""
    return Answer(200, shapes.organization(found(call, table, call.path["id"])))


def change(call: Call) -> Answer:
    """Change an organization."""
    organization, given = found(call, table, call.path["id"]), call.read(FIELDS)
    rows.change(call.db, table, organization.id, _columns(given))
    return Answer(200, shapes.organization(found(call, table, organization.id)))


def remove(call: Call) -> Answer:
    """Delete an organization with its memberships and invitations."""
    return page.ended(rows.remove(call.db, table, call.path["id"]))


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    return {COLUMNS.get(name, name): value for name, value in given.items()}


def _members(call: Call, organization: Row[Any]) -> dict[str, Any]:
    query = memberships.of_organization(memberships.USERS, organization.id)
    shown = [shapes.featured_user(row) for row in rows.part(call.db, query, 0, FEATURED)]
    return {"usersCount": rows.count(call.db, query), "featuredUsers": shown}
