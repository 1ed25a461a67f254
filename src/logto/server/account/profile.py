"""A user's own account: name, picture, username, profile, password."""

from typing import Any

from logto.server import shapes, tenant
from logto.server.api import body
from logto.server.api.call import Answer, Call, Caller
from logto.server.errors import ApiError
from logto.server.exchange import Exchange
from logto.server.management.users import IS_PASSWORD, PROFILE, demand_free, stored, with_password
from logto.server.sign_in import hash_new_password
from logto.server.store.users import User

from .access import (
    demand_editable,
    demand_first_party,
    demand_scope,
    demand_verified,
    fields,
    user_of,
)

CHANGED: body.Fields = {
    "name": body.nullable(body.text(128)),
    "avatar": body.nullable(body.is_link),
    "username": body.nullable(body.is_username),
    "customData": body.is_json_object,
}
COLUMNS = {"name": "name", "avatar": "avatar", "username": "username", "customData": "custom_data"}
# Which field setting lets a member be seen.
SHOWN = {
    "name": "name",
    "avatar": "avatar",
    "username": "username",
    "primaryEmail": "email",
    "primaryPhone": "phone",
    "profile": "profile",
    "customData": "customData",
    "identities": "social",
    "hasPassword": "password",
}
# Which scope brings a member.
SCOPES = {"customData": "custom_data", "identities": "identities", "primaryEmail": "email", "primaryPhone": "phone"}


def get(call: Call) -> Answer:
    """Return what the token's scopes and the server's settings let the user see."""
    return Answer(200, _shown(call, user_of(call)))


def change(call: Call) -> Answer:
    """Change members that the user may change."""
    user, given = user_of(call), call.read(CHANGED)
    demand_editable(call, *given)
    demand_scope(call, "profile", *(["custom_data"] if "customData" in given else []))
    demand_first_party(call)
    if "username" in given:
        demand_verified(call)
        demand_remaining_identifier(user, "username", given["username"])
        demand_free(call, given, user.id)
    changed = stored(call, user.id, {COLUMNS[name]: value for name, value in given.items()})
    tell(call, changed)
    return Answer(200, _shown(call, changed))


def change_profile(call: Call) -> Answer:
    """Merge into the profile."""
    user, given = user_of(call), call.read(PROFILE)
    demand_editable(call, "profile")
    demand_scope(call, "profile", *(["address"] if "address" in given else []))
    demand_first_party(call)
    changed = stored(call, user.id, {"profile": {**user.profile, **given}})
    tell(call, changed)
    return Answer(200, _shown_profile(call, changed))


async def digest_of(exchange: Exchange, _caller: Caller) -> str:
    """Return the hash of the new password, which must meet the policy."""
    given = body.read(exchange.json, {"password": IS_PASSWORD}, ("password",))["password"]
    return await hash_new_password(given)


def change_password(call: Call) -> Answer:
    """Give the user another password."""
    demand_first_party(call)
    user = user_of(call)
    if _has_proof(user):
        demand_verified(call)
    demand_editable(call, "password")
    tell(call, with_password(call, user.id, call.prepared))
    return Answer(204)


def demand_remaining_identifier(user: User, name: str, value: str | None) -> None:
    """Refuse to take away the last thing that a user can sign in with.

    Raises: ApiError (user.last_sign_in_method_required).
    """
    held = {"username": user.username, "email": user.primary_email, "phone": user.primary_phone, name: value}
    if not any(held.values()) and not user.identities and not user.sso_identities:
        raise ApiError("user.last_sign_in_method_required", 400)


def tell(call: Call, user: User) -> None:
    """Let hooks know that a user has changed."""
    call.emit("User.Data.Updated", data=shapes.person(user))


def _shown(call: Call, user: User) -> dict[str, Any]:
    settings, granted = fields(call), call.caller.scopes
    found = shapes.user(user) | {"profile": _shown_profile(call, user)}
    readable = {name for name, setting in SHOWN.items() if settings.get(setting, tenant.OFF) != tenant.OFF}
    shown = {
        name: value
        for name, value in found.items()
        if name == "id" or (SCOPES.get(name, "profile") in granted and (name not in SHOWN or name in readable))
    }
    return {**shown, "hasSecurityVerificationMethod": _has_proof(user)}


def _shown_profile(call: Call, user: User) -> dict[str, Any]:
    hidden = () if "address" in call.caller.scopes else ("address",)
    return {name: value for name, value in user.profile.items() if name not in hidden}


def _has_proof(user: User) -> bool:
    return bool(shapes.user(user)["hasPassword"] or user.primary_email or user.primary_phone)
