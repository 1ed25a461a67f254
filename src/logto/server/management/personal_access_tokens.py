"""A user's tokens for programs (LOGTO.md 3.10)."""

from typing import Any

from sqlalchemy import Row

from logto.server import shapes
from logto.server.api import body
from logto.server.api.call import Answer, Call, found_user
from logto.server.errors import ApiError
from logto.server.store import personal_access_tokens as tokens

from .moments import future

NAME = body.text(256, 1)


def listed(call: Call) -> Answer:
    """List a user's tokens."""
    user = found_user(call, call.path["userId"])
    return Answer(200, [shapes.personal_access_token(row) for row in tokens.of_user(call.db, user.id)])


def create(call: Call) -> Answer:
    """Make a token."""
    user = found_user(call, call.path["userId"])
    given = call.read({"name": NAME, "expiresAt": body.nullable(body.MOMENT)}, "name")
    expires_at = future(call, given.get("expiresAt"))
    _demand_free(call, user.id, given["name"])
    tokens.create(call.db, user.id, given["name"], expires_at, call.now)
    return Answer(201, shapes.personal_access_token(_named(call, user.id, given["name"])))


def rename(call: Call) -> Answer:
    """Give a token another name, whether the path or the body has the present one."""
    user_id = call.path["userId"]
    given = call.read({"name": NAME, "currentName": NAME}, "name")
    token = _named(call, user_id, call.path.get("name") or given.get("currentName") or given["name"])
    if token.name != given["name"]:
        _demand_free(call, user_id, given["name"])
    tokens.rename(call.db, user_id, token.name, given["name"])
    return Answer(200, shapes.personal_access_token(_named(call, user_id, given["name"])))


def remove(call: Call) -> Answer:
    """Delete a token, whether the path or the body has its name."""
    name = call.path.get("name") or call.read({"name": NAME}, "name")["name"]
    tokens.remove(call.db, call.path["userId"], _named(call, call.path["userId"], name).name)
    return Answer(204)


def _named(call: Call, user_id: str, name: str) -> Row[Any]:
    found = tokens.named(call.db, user_id, name)
    if found is None:
        raise ApiError("entity.not_found", 404)
    return found


def _demand_free(call: Call, user_id: str, name: str) -> None:
    if tokens.named(call.db, user_id, name) is not None:
        raise ApiError("user.personal_access_token_name_exists", 422)
