"""What is set for the whole server: the account center, the claims of ID tokens, the sign-in experience."""

from typing import Any

from sqlalchemy import Connection

from .store import settings

ACCOUNT_CENTER = "account_center"
ID_TOKEN = "id_token"  # noqa: S105  # the name of a setting
SIGN_IN_EXPERIENCE = "sign_in_experience"

FIELDS = (
    "name",
    "avatar",
    "profile",
    "email",
    "phone",
    "password",
    "username",
    "social",
    "customData",
    "mfa",
    "session",
)
OFF, READ_ONLY, EDIT = "Off", "ReadOnly", "Edit"

EXTENDED_CLAIMS = (
    "roles",
    "organizations",
    "organization_roles",
    "organization_data",
    "custom_data",
    "identities",
    "sso_identities",
)

_DEFAULTS: dict[str, dict[str, Any]] = {
    # A new Logto shows no field; here users may change all of theirs, so that the Account API can be tried at once.
    ACCOUNT_CENTER: {"enabled": True, "fields": dict.fromkeys(FIELDS, EDIT)},
    ID_TOKEN: {"enabledExtendedClaims": ["roles", "organizations", "organization_roles"]},
    SIGN_IN_EXPERIENCE: {"signInMode": "SignInAndRegister"},
}


def get(db: Connection, name: str) -> dict[str, Any]:
    """Return a setting, or its default."""
    found = settings.find(db, name)
    return dict(_DEFAULTS[name] if found is None else found)


def put(db: Connection, name: str, value: dict[str, Any]) -> None:
    """Change a setting from now on."""
    settings.store(db, name, value)
