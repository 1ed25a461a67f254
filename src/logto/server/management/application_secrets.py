"""The secrets of an application."""

from typing import Any

from sqlalchemy import Row, select, update

from logto.server import ids, shapes
from logto.server.api import body, page
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.schema import application_secrets as table
from logto.server.schema import applications
from logto.server.store import rows

from .found import found
from .moments import future

NAME = body.text(256, 1)


def listed(call: Call) -> Answer:
    """List the secrets with their values, oldest first; a public application has none."""
    application = found(call, applications, call.path["id"])
    query = select(table).where(table.c.application_id == application.id).order_by(table.c.created_at, table.c.name)
    return Answer(200, [shapes.secret(row) for row in rows.every(call.db, query)])


def create(call: Call) -> Answer:
    """Add a secret."""
    application = found(call, applications, call.path["id"])
    given = call.read({"name": NAME, "expiresAt": body.nullable(body.MOMENT)}, "name")
    expires_at = future(call, given.get("expiresAt"))
    _demand_free(call, application.id, given["name"])
    values = {"application_id": application.id, "name": given["name"], "value": ids.secret()}
    rows.add(call.db, table, {**values, "created_at": call.now, "expires_at": expires_at})
    return Answer(201, shapes.secret(_named(call, application.id, given["name"])))


def rename(call: Call) -> Answer:
    """Give a secret another name."""
    secret = _named(call, found(call, applications, call.path["id"]).id, call.path["name"])
    name = call.read({"name": NAME}, "name")["name"]
    if name != secret.name:
        _demand_free(call, secret.application_id, name)
    ours = (table.c.application_id == secret.application_id, table.c.name == secret.name)
    call.db.execute(update(table).where(*ours).values(name=name))
    return Answer(200, shapes.secret(_named(call, secret.application_id, name)))


def remove(call: Call) -> Answer:
    """Delete a secret, which opens nothing from now on."""
    application = found(call, applications, call.path["id"])
    return page.ended(rows.unlink(call.db, table, application_id=application.id, name=call.path["name"]))


def _named(call: Call, application_id: str, name: str) -> Row[Any]:
    secret = rows.find_by(call.db, table, application_id=application_id, name=name)
    if secret is None:
        raise ApiError("entity.not_found", 404)
    return secret


def _demand_free(call: Call, application_id: str, name: str) -> None:
    if rows.find_by(call.db, table, application_id=application_id, name=name) is not None:
        raise ApiError("application.secret_name_exists", 422)
