"""What is said about a user, by scope, in ID tokens and by the userinfo endpoint (LOGTO.md 3.2)."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection

from .scopes import ORGANIZATION_ROLES, ORGANIZATIONS
from .store import organizations, users
from .store.users import User

_PROFILE = {
    "family_name": "familyName",
    "given_name": "givenName",
    "middle_name": "middleName",
    "nickname": "nickname",
    "preferred_username": "preferredUsername",
    "profile": "profile",
}
_MORE_PROFILE = {
    "website": "website",
    "gender": "gender",
    "birthdate": "birthdate",
    "zoneinfo": "zoneinfo",
    "locale": "locale",
}


def about(db: Connection, user: User, scopes: Collection[str], *, limited_to: Collection[str] | None) -> dict[str, Any]:
    """Return `sub` and the claims of `scopes`; of the extended ones only those of `limited_to` unless it is None."""
    claims: dict[str, Any] = {"sub": user.id}
    if "profile" in scopes:
        claims |= _profile(user)
    if "email" in scopes:
        claims |= {"email": user.primary_email, "email_verified": bool(user.primary_email)}
    if "phone" in scopes:
        claims |= {"phone_number": user.primary_phone, "phone_number_verified": bool(user.primary_phone)}
    if "address" in scopes and user.profile.get("address"):
        claims["address"] = user.profile["address"]
    extended = _extended(db, user, scopes)
    return claims | {name: value for name, value in extended.items() if limited_to is None or name in limited_to}


def _extended(db: Connection, user: User, scopes: Collection[str]) -> dict[str, Any]:
    """Return the claims that user info always has, and ID tokens where the server is set to (LOGTO.md 3.2)."""
    claims: dict[str, Any] = {}
    if "custom_data" in scopes:
        claims["custom_data"] = user.custom_data
    if "identities" in scopes:
        claims |= {"identities": user.identities, "sso_identities": user.sso_identities}
    if "roles" in scopes:
        claims["roles"] = users.role_names(db, user.id)
    if ORGANIZATIONS in scopes:
        found = organizations.of_user(db, user.id)
        claims["organizations"] = [row.id for row in found]
        claims["organization_data"] = [
            {"id": row.id, "name": row.name, "description": row.description} for row in found
        ]
    if ORGANIZATION_ROLES in scopes:
        claims["organization_roles"] = organizations.role_names(db, user.id)
    return claims


def _profile(user: User) -> dict[str, Any]:
    """Name, picture and username are null when empty; every other absent member is left out."""
    profile = {"preferredUsername": user.username, **{name: value for name, value in user.profile.items() if value}}
    return {
        "name": user.name,
        **_present(profile, _PROFILE),
        "picture": user.avatar,
        **_present(profile, _MORE_PROFILE),
        # Milliseconds, where OpenID Connect says seconds.
        "updated_at": user.updated_at_ms,
        "username": user.username,
        "created_at": user.created_at_ms,
    }


def _present(profile: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {claim: profile[name] for claim, name in names.items() if profile.get(name)}
