"""Roles: sets of permissions for users or for machines."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select

from logto.server import ids, shapes
from logto.server.api import body, page, search
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.schema import application_roles, applications, role_scopes, scopes, user_roles, users
from logto.server.schema import roles as table
from logto.server.store import rows

from .found import demand_all, found

CREATED: body.Fields = {
    "name": body.text(128, 1),
    "description": body.text(128),
    "type": body.one_of("User", "MachineToMachine"),
    "isDefault": body.is_flag,
    "scopeIds": body.IDS,
}
CHANGED: body.Fields = {name: CREATED[name] for name in ("name", "description", "isDefault")}
SEARCHED = {"id": table.c.id, "name": table.c.name, "description": table.c.description}
FEATURED = 3


def read_role_ids(call: Call) -> list[str]:
    """Return the body's `roleIds`."""
    return list(call.read({"roleIds": body.IDS}, "roleIds")["roleIds"])


def demand_roles(call: Call, role_ids: Collection[str], kind: str, code: str) -> None:
    """Refuse roles that are not there, or are not for this kind of holder.

    Raises: ApiError (entity.not_exists_with_id, or `code`).
    """
    demand_all(call, table, role_ids, "entity.not_exists_with_id", 404)
    wrong = select(table).where(table.c.id.in_(role_ids), table.c.type != kind)
    if rows.count(call.db, wrong):
        raise ApiError(code, 422)


def listed(call: Call) -> Answer:
    """List roles, with some of those who have them."""
    query = call.exchange.query
    conditions = search.matching(call.exchange, SEARCHED)
    if (kind := query.get("type")) is not None:
        conditions.append(table.c.type == kind)
    for link, column, value in (
        (user_roles, "user_id", query.get("excludeUserId")),
        (application_roles, "application_id", query.get("excludeApplicationId")),
    ):
        if value:
            conditions.append(table.c.id.not_in(select(link.c.role_id).where(link.c[column] == value)))
    found_roles = select(table).where(*conditions).order_by(table.c.name)
    return page.listed(call, found_roles, lambda row: {**shapes.role(row), **_holders(call, row.id)})


def create(call: Call) -> Answer:
    """Add a role, with permissions if some are named."""
    given = call.read(CREATED, "name", "description")
    _demand_free_name(call, given["name"], None)
    scope_ids = given.get("scopeIds", [])
    demand_all(call, scopes, scope_ids, "entity.not_exists_with_id", 404)
    role_id = ids.application_id()
    rows.add(
        call.db,
        table,
        {
            "id": role_id,
            "name": given["name"],
            "description": given["description"],
            "type": given.get("type", "User"),
            "is_default": given.get("isDefault", False),
        },
    )
    rows.link(call.db, role_scopes, "scope_id", scope_ids, role_id=role_id)
    if scope_ids:
        query = select(scopes).where(scopes.c.id.in_(scope_ids)).order_by(scopes.c.name)
        shown = [shapes.scope(row) for row in rows.every(call.db, query)]
        call.emit("Role.Scopes.Updated", roleId=role_id, data=shown)
    return Answer(200, shapes.role(_found(call, role_id)))


def get(call: Call) -> Answer:
    """Return a role."""
    return Answer(200, shapes.role(_found(call, call.path["id"])))


def change(call: Call) -> Answer:
    """Change a role."""
    role, given = _found(call, call.path["id"]), call.read(CHANGED)
    if "name" in given:
        _demand_free_name(call, given["name"], role.id)
    if "isDefault" in given:
        given["is_default"] = given.pop("isDefault")
    rows.change(call.db, table, role.id, given)
    return Answer(200, shapes.role(_found(call, role.id)))


def remove(call: Call) -> Answer:
    """Delete a role; whoever had it has it no more."""
    rows.remove(call.db, table, _found(call, call.path["id"]).id)
    return Answer(204)


def _found(call: Call, role_id: str) -> Row[Any]:
    return found(call, table, role_id)


def _demand_free_name(call: Call, name: str, role_id: str | None) -> None:
    holder = rows.find_by(call.db, table, name=name)
    if holder is not None and holder.id != role_id:
        raise ApiError("role.name_in_use", 422)


def _holders(call: Call, role_id: str) -> dict[str, Any]:
    people = select(users).join(user_roles, user_roles.c.user_id == users.c.id)
    machines = select(applications).join(application_roles, application_roles.c.application_id == applications.c.id)
    people = people.where(user_roles.c.role_id == role_id).order_by(users.c.id)
    machines = machines.where(application_roles.c.role_id == role_id).order_by(applications.c.id)
    return {
        "usersCount": rows.count(call.db, people),
        "featuredUsers": [shapes.featured_user(row) for row in rows.part(call.db, people, 0, FEATURED)],
        "applicationsCount": rows.count(call.db, machines),
        "featuredApplications": [shapes.featured_application(row) for row in rows.part(call.db, machines, 0, FEATURED)],
    }
