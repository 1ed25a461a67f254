"""Users: created, found, changed, suspended, deleted (LOGTO.md 3.11, 5.5)."""

import asyncio
from typing import Any

from sqlalchemy import Select, select

from logto.server import passwords, shapes
from logto.server.api import body, page, search
from logto.server.api.call import Answer, Call, Caller, found_user
from logto.server.errors import ApiError
from logto.server.exchange import Exchange
from logto.server.schema import organization_members, user_roles
from logto.server.schema import users as table
from logto.server.sign_in import password_matches
from logto.server.store import rows, users

COLUMNS = {
    "username": "username",
    "primaryEmail": "primary_email",
    "primaryPhone": "primary_phone",
    "name": "name",
    "avatar": "avatar",
    "customData": "custom_data",
    "profile": "profile",
}
_ADDRESS: body.Fields = dict.fromkeys(
    ("formatted", "streetAddress", "locality", "region", "postalCode", "country"), body.text(256)
)
PROFILE: body.Fields = {
    **dict.fromkeys(
        (
            "familyName",
            "givenName",
            "middleName",
            "nickname",
            "preferredUsername",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
        ),
        body.text(256),
    ),
    "profile": body.text(2048),
    "website": body.text(2048),
    "address": body.object_of(_ADDRESS),
}
IS_PROFILE = body.object_of(PROFILE)
IS_PASSWORD = body.text(passwords.MAXIMUM, 1)
CREATED: body.Fields = {
    "username": body.is_username,
    "primaryEmail": body.is_email,
    "primaryPhone": body.is_phone,
    "name": body.text(128),
    "avatar": body.clearable(body.is_link),
    "customData": body.is_json_object,
    "profile": IS_PROFILE,
    "password": IS_PASSWORD,
    "passwordDigest": body.text(256),
}
CHANGED: body.Fields = {
    "username": body.clearable(body.is_username),
    "primaryEmail": body.clearable(body.is_email),
    "primaryPhone": body.clearable(body.is_phone),
    "name": body.nullable(body.text(128)),
    "avatar": body.clearable(body.is_link),
    "customData": body.is_json_object,
    "profile": IS_PROFILE,
}
_IDENTIFIERS = {"username": "username", "primaryEmail": "email", "primaryPhone": "phone"}
SEARCHED = {
    "id": table.c.id,
    "primaryEmail": table.c.primary_email,
    "primaryPhone": table.c.primary_phone,
    "username": table.c.username,
    "name": table.c.name,
}


async def digest_of(exchange: Exchange, _caller: Caller) -> str | None:
    """Return the hash of the body's password, if there is one that may be."""
    given = body.read(exchange.json, {"password": IS_PASSWORD}).get("password")
    return None if given is None else await asyncio.to_thread(passwords.hashed, given)


def newest_first(*conditions: Any) -> Select[Any]:
    """Return the query for users in the order in which lists show them."""
    return select(table).where(*conditions).order_by(table.c.created_at_ms.desc(), table.c.id)


def listed(call: Call) -> Answer:
    """List users, searched, and without those of a role or an organization."""
    role_id, organization_id = (call.exchange.query.get(n) for n in ("excludeRoleId", "excludeOrganizationId"))
    if role_id and organization_id:
        raise body.bad_request("`excludeRoleId` and `excludeOrganizationId` exclude each other")
    conditions = search.matching(call.exchange, SEARCHED)
    for link, column, value in (
        (user_roles, "role_id", role_id),
        (organization_members, "organization_id", organization_id),
    ):
        if value:
            conditions.append(table.c.id.not_in(select(link.c.user_id).where(link.c[column] == value)))
    return page.listed(call, newest_first(*conditions), shapes.user)


def create(call: Call) -> Answer:
    """Add a user, who gets the default roles."""
    given = call.read(CREATED)
    if "passwordDigest" in given:
        raise ApiError("password.unsupported_encryption_method", 422)
    demand_free(call, given, None)
    columns = {COLUMNS[name]: _kept(value) for name, value in given.items() if name in COLUMNS}
    user_id = users.create(call.db, call.now, **columns, password_hash=call.prepared)
    return Answer(200, shapes.user(found_user(call, user_id)))


def get(call: Call) -> Answer:
    """Return a user."""
    user = found_user(call, call.path["userId"])
    added = {"ssoIdentities": user.sso_identities} if call.asks("includeSsoIdentities") else {}
    return Answer(200, {**shapes.user(user), **added})


def change(call: Call) -> Answer:
    """Change a user; `customData` and `profile` are replaced as a whole."""
    user = found_user(call, call.path["userId"])
    given = call.read(CHANGED)
    demand_free(call, given, user.id)
    return Answer(200, shapes.user(stored(call, user.id, {COLUMNS[n]: _kept(value) for n, value in given.items()})))


def remove(call: Call) -> Answer:
    """Delete a user with every session and token."""
    user = found_user(call, call.path["userId"])
    users.remove(call.db, user.id)
    call.world.passwords.forget(user.id)
    call.emit("User.Deleted", data=shapes.person(user))
    return Answer(204)


def change_password(call: Call) -> Answer:
    """Give a user another password; sessions go on, as on the real server."""
    user = found_user(call, call.path["userId"])
    call.read({"password": IS_PASSWORD}, "password")
    return Answer(200, shapes.user(with_password(call, user.id, call.prepared)))


async def password_is_right(exchange: Exchange, _caller: Caller) -> bool:
    """Compare the body's password with that of the user whom the path names."""
    given = body.read(exchange.json, {"password": IS_PASSWORD}, ("password",))["password"]
    user_id = exchange.request.path_params["userId"]
    user = exchange.transact(lambda db: users.find(db, user_id))
    return await password_matches(exchange, user, given)


def verify_password(call: Call) -> Answer:
    """Tell whether a password is the user's."""
    found_user(call, call.path["userId"])
    if not call.prepared:
        raise ApiError("session.invalid_credentials", 422)
    return Answer(204)


def has_password(call: Call) -> Answer:
    """Tell whether a user has a password."""
    shown = shapes.user(found_user(call, call.path["userId"]))
    return Answer(200, {"hasPassword": shown["hasPassword"]})


def suspend(call: Call) -> Answer:
    """Suspend a user, whose sessions and tokens end for good, or let one in again (LOGTO.md 3.11)."""
    user = found_user(call, call.path["userId"])
    suspended = call.read({"isSuspended": body.is_flag}, "isSuspended")["isSuspended"]
    (users.suspend if suspended else users.unsuspend)(call.db, user.id)
    return Answer(200, shapes.user(stored(call, user.id, {})))


def custom_data(call: Call) -> Answer:
    """Return what applications keep with a user."""
    return Answer(200, found_user(call, call.path["userId"]).custom_data)


def change_custom_data(call: Call) -> Answer:
    """Merge into what applications keep with a user."""
    user = found_user(call, call.path["userId"])
    given = call.read({"customData": body.is_json_object}, "customData")["customData"]
    return Answer(200, stored(call, user.id, {"custom_data": {**user.custom_data, **given}}).custom_data)


def change_profile(call: Call) -> Answer:
    """Merge into a user's profile."""
    user = found_user(call, call.path["userId"])
    given = call.read({"profile": IS_PROFILE}, "profile")["profile"]
    return Answer(200, stored(call, user.id, {"profile": {**user.profile, **given}}).profile)


def demand_free(call: Call, given: dict[str, Any], user_id: str | None) -> None:
    """Refuse an identifier that another user has.

    Raises: ApiError (user.*_already_in_use).
    """
    for name, kind in _IDENTIFIERS.items():
        holder = users.find_by(call.db, kind, given[name]) if given.get(name) else None
        if holder is not None and holder.id != user_id:
            raise ApiError(f"user.{kind}_already_in_use", 422)


def stored(call: Call, user_id: str, columns: dict[str, Any]) -> users.User:
    """Change columns of a user, and return the user as they are now."""
    rows.change(call.db, table, user_id, {**columns, "updated_at_ms": int(call.now * 1000)})
    return found_user(call, user_id)


def with_password(call: Call, user_id: str, digest: str) -> users.User:
    """Store a new password's hash, and forget a sample password."""
    changed = stored(call, user_id, {"password_hash": digest, "password_is_seeded": False})
    call.world.passwords.forget(user_id)
    return changed


def _kept(value: Any) -> Any:
    """Return what is stored: the empty text takes a value away."""
    return None if value == "" else value
