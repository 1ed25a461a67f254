"""API resources and their permissions."""

import re
from typing import Any

from sqlalchemy import Row, Select, select, update

from logto.server import ids, shapes
from logto.server.api import body, page, search
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.schema import resources as table
from logto.server.schema import scopes
from logto.server.seed_checks import is_text
from logto.server.seed_file import MANAGEMENT_API
from logto.server.store import rows

from .found import found
from .role_scopes import SEARCHED

TTL = body.whole(1, 10**9)
NAME = body.text(256, 1)
SCOPE: body.Fields = {"name": body.text(256, 1), "description": body.nullable(body.text(4096))}
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s#]+")


def is_indicator(value: Any) -> bool:
    """Tell whether it may name a resource: an absolute URI without # (RFC 8707 2)."""
    return is_text(value) and len(value) <= 512 and _URI.fullmatch(value) is not None


def listed(call: Call) -> Answer:
    """List resources, with `includeScopes` their permissions as well."""
    with_scopes = call.asks("includeScopes")

    def shape(row: Row[Any]) -> shapes.Shown:
        scopes_of = {"scopes": [shapes.scope(scope) for scope in rows.every(call.db, _scopes_of(row.id))]}
        return {**shapes.resource(row), **(scopes_of if with_scopes else {})}

    return page.listed(call, select(table).order_by(table.c.indicator), shape, optional=True)


def create(call: Call) -> Answer:
    """Add a resource."""
    given = call.read({"name": NAME, "indicator": is_indicator, "accessTokenTtl": TTL}, "name", "indicator")
    if rows.find_by(call.db, table, indicator=given["indicator"]) is not None:
        raise ApiError("resource.resource_identifier_in_use", 422)
    values = {"id": ids.application_id(), "is_default": False, "access_token_ttl": given.pop("accessTokenTtl", 3600)}
    rows.add(call.db, table, {**values, **given})
    return Answer(201, {**shapes.resource(found(call, table, str(values["id"]))), "scopes": []})


def get(call: Call) -> Answer:
    """Return a resource."""
    return Answer(200, shapes.resource(found(call, table, call.path["id"])))


def change(call: Call) -> Answer:
    """Change a resource; its indicator stays."""
    resource = _changeable(call, call.path["id"])
    given = call.read({"name": NAME, "accessTokenTtl": TTL})
    if "accessTokenTtl" in given:
        given["access_token_ttl"] = given.pop("accessTokenTtl")
    rows.change(call.db, table, resource.id, given)
    return Answer(200, shapes.resource(found(call, table, resource.id)))


def change_default(call: Call) -> Answer:
    """Make a resource the one that tokens are for when none is named, or end that; there is one at most."""
    resource = found(call, table, call.path["id"])
    wanted = call.read({"isDefault": body.is_flag}, "isDefault")["isDefault"]
    if wanted:
        call.db.execute(update(table).values(is_default=False))
    rows.change(call.db, table, resource.id, {"is_default": wanted})
    return Answer(200, shapes.resource(found(call, table, resource.id)))


def remove(call: Call) -> Answer:
    """Delete a resource with its permissions."""
    resource = _changeable(call, call.path["id"], "resource.cannot_delete_management_api")
    rows.remove(call.db, table, resource.id)
    return Answer(204)


def listed_scopes(call: Call) -> Answer:
    """List the permissions of a resource."""
    query = _scopes_of(call.path["resourceId"]).where(*search.matching(call.exchange, SEARCHED))
    return page.listed(call, query, shapes.scope)


def create_scope(call: Call) -> Answer:
    """Add a permission."""
    given = call.read(SCOPE, "name")
    resource = _changeable(call, call.path["resourceId"])
    _demand_good_name(call, resource.id, given["name"], None)
    scope_id = ids.application_id()
    rows.add(call.db, scopes, {"id": scope_id, "resource_id": resource.id, "created_at": call.now, **given})
    return Answer(201, shapes.scope(found(call, scopes, scope_id)))


def change_scope(call: Call) -> Answer:
    """Change a permission."""
    scope, given = _found_scope(call), call.read(SCOPE)
    if "name" in given:
        _demand_good_name(call, scope.resource_id, given["name"], scope.id)
    rows.change(call.db, scopes, scope.id, given)
    return Answer(200, shapes.scope(found(call, scopes, scope.id)))


def remove_scope(call: Call) -> Answer:
    """Delete a permission; no role gives it any more."""
    return page.ended(rows.remove(call.db, scopes, _found_scope(call).id))


def _scopes_of(resource_id: str) -> Select[Any]:
    return select(scopes).where(scopes.c.resource_id == resource_id).order_by(scopes.c.name)


def _changeable(call: Call, resource_id: str, code: str = "resource.cannot_modify_management_api") -> Row[Any]:
    resource = found(call, table, resource_id)
    if resource.indicator == MANAGEMENT_API:
        raise ApiError(code, 400)
    return resource


def _found_scope(call: Call) -> Row[Any]:
    resource = _changeable(call, call.path["resourceId"])
    scope = rows.find_by(call.db, scopes, id=call.path["scopeId"], resource_id=resource.id)
    if scope is None:
        raise ApiError("entity.not_exists_with_id", 404)
    return scope


def _demand_good_name(call: Call, resource_id: str, name: str, scope_id: str | None) -> None:
    if any(character.isspace() for character in name):
        raise ApiError("scope.name_with_space", 400)
    holder = rows.find_by(call.db, scopes, resource_id=resource_id, name=name)
    if holder is not None and holder.id != scope_id:
        raise ApiError("scope.name_exists", 422)
