"""Settings of the whole server: the account center, ID tokens, the sign-in experience."""

from typing import Any

from logto.server import shapes, tenant
from logto.server.api import body
from logto.server.api.call import Answer, Call

_FIELDS: body.Fields = dict.fromkeys(tenant.FIELDS, body.one_of(tenant.OFF, tenant.READ_ONLY, tenant.EDIT))
ACCOUNT_CENTER: body.Fields = {"enabled": body.is_flag, "fields": body.object_of(_FIELDS)}
ID_TOKEN: body.Fields = {"enabledExtendedClaims": body.list_of(body.one_of(*tenant.EXTENDED_CLAIMS))}
SIGN_IN_EXPERIENCE: body.Fields = {"signInMode": body.one_of("SignIn", "Register", "SignInAndRegister")}


def account_center(call: Call) -> Answer:
    """Return which fields users may see and change by themselves."""
    return Answer(200, _account_center(tenant.get(call.db, tenant.ACCOUNT_CENTER)))


def change_account_center(call: Call) -> Answer:
    """Change which fields users may see and change by themselves; those not named stay as they are."""
    given, present = call.read(ACCOUNT_CENTER), tenant.get(call.db, tenant.ACCOUNT_CENTER)
    changed = {**present, **given, "fields": {**present["fields"], **given.get("fields", {})}}
    tenant.put(call.db, tenant.ACCOUNT_CENTER, changed)
    return Answer(200, _account_center(changed))


def id_token(call: Call) -> Answer:
    """Return which claims ID tokens have beyond the usual ones, where their scope was granted."""
    return Answer(200, tenant.get(call.db, tenant.ID_TOKEN))


def replace_id_token(call: Call) -> Answer:
    """Set which claims ID tokens have beyond the usual ones."""
    given = call.read(ID_TOKEN)
    kept = {"enabledExtendedClaims": list(dict.fromkeys(given.get("enabledExtendedClaims", [])))}
    tenant.put(call.db, tenant.ID_TOKEN, kept)
    return Answer(200, kept)


def sign_in_experience(call: Call) -> Answer:
    """Return how people sign in."""
    return Answer(200, _experience(tenant.get(call.db, tenant.SIGN_IN_EXPERIENCE)))


def change_sign_in_experience(call: Call) -> Answer:
    """Change whether people may sign up."""
    changed = {**tenant.get(call.db, tenant.SIGN_IN_EXPERIENCE), **call.read(SIGN_IN_EXPERIENCE)}
    tenant.put(call.db, tenant.SIGN_IN_EXPERIENCE, changed)
    return Answer(200, _experience(changed))


def _account_center(setting: dict[str, Any]) -> dict[str, Any]:
    return {**shapes.TENANT, "id": "default", **setting, "webauthnRelatedOrigins": []}


def _experience(setting: dict[str, Any]) -> dict[str, Any]:
    return {
        **shapes.TENANT,
        "id": "default",
        **setting,
        "signIn": {
            "methods": [
                {"identifier": identifier, "password": True, "verificationCode": False, "isPasswordPrimary": True}
                for identifier in ("username", "email", "phone")
            ]
        },
        "signUp": {"identifiers": ["username"], "password": True, "verify": False},
        "socialSignInConnectorTargets": [],
        "mfa": {"factors": [], "policy": "NoPrompt"},
        "singleSignOnEnabled": False,
    }
