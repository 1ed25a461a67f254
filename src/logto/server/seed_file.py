"""Reading and checking a seed file: YAML or JSON, with the Management API's names.

A seed file is an object with any of these members, each a list; what is not named stays empty:

    applications        name, type (Traditional | SPA | Native | MachineToMachine); id, secret, description, isThirdParty,
                        oidcClientMetadata {redirectUris, postLogoutRedirectUris, backchannelLogoutUri,
                        backchannelLogoutSessionRequired, …}, customClientMetadata {idTokenTtl, refreshTokenTtl (both
                        seconds), refreshTokenTtlInDays, rotateRefreshToken, alwaysIssueRefreshToken,
                        corsAllowedOrigins, isDeviceFlow (Native only), allowTokenExchange, …; localLogto
                        {accessTokenTtl, alwaysRotateRefreshToken, refreshReuseWindow}, which the real server does not
                        have}, userConsentScopes {userScopes, resourceScopes {indicator: [scope]}, organizationScopes},
                        roles [name] (MachineToMachine only)
    resources           indicator; name, accessTokenTtl (seconds), isDefault, scopes [name or {name, description}]
    roles               name; description, type (User | MachineToMachine), isDefault, scopes {indicator: [scope]}
    organizationScopes  name or {name, description}
    organizationRoles   name; description, type (User | MachineToMachine), scopes [organization scope],
                        resourceScopes {indicator: [scope]}
    organizations       name; id, description, customData, isMfaRequired, members {username: [organization role]},
                        applications {application name: [organization role]}
    users               username or primaryEmail or primaryPhone; id, password, name, avatar, profile {familyName, …,
                        address {…}}, customData, identities, isSuspended, roles [name]
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .application_settings import custom_metadata, oidc_metadata
from .seed_checks import (
    Fields,
    SeedError,
    an_object,
    is_application_type,
    is_flag,
    is_object,
    is_role_type,
    is_scopes,
    is_seconds,
    is_text,
    is_texts,
    is_texts_by_name,
    member,
    name_of,
    only_known,
)
from .settings_file import load

__all__ = ["Seed", "SeedError", "check", "read", "user_key"]

Seed = dict[str, list[dict[str, Any]]]

MANAGEMENT_API = "https://default.logto.app/api"
MANAGEMENT_SCOPE = "all"
MANAGEMENT_ROLE = "Logto Management API access"


def read(path: str) -> Seed:
    """Read a YAML or JSON file and check it.

    Raises: SeedError naming the file and the place in it.
    """
    data = load(path)
    try:
        return check(data)
    except SeedError as error:
        raise SeedError(f"{path}: {error}") from error


def check(data: Any) -> Seed:
    """Return the seed with every list present and scopes in their long form.

    Raises: SeedError naming the first wrong place, such as `users[1].primaryEmail`.
    """
    members = an_object("the file", data)
    only_known("", members, _KINDS)
    seed: Seed = {}
    for kind, fields in _KINDS.items():
        rows = members.get(kind, [])
        if not isinstance(rows, list):
            raise SeedError(f"{kind}: a list is expected, not {name_of(rows)}")
        seed[kind] = [_row(f"{kind}[{index}]", row, fields) for index, row in enumerate(rows)]
    _add_built_in(seed)
    _check_uniqueness(seed)
    _check_references(seed)
    return seed


_KINDS: dict[str, Fields] = {
    "applications": {
        "name": (is_text, ...),
        "type": (is_application_type, ...),
        "id": (is_text, None),
        "secret": (is_text, None),
        "description": (is_text, None),
        "isThirdParty": (is_flag, False),
        "oidcClientMetadata": (is_object, {}),
        "customClientMetadata": (is_object, {}),
        "userConsentScopes": (is_object, {}),
        "roles": (is_texts, []),
    },
    "resources": {
        "indicator": (is_text, ...),
        "name": (is_text, None),
        "accessTokenTtl": (is_seconds, 3600),
        "isDefault": (is_flag, False),
        "scopes": (is_scopes, []),
    },
    "roles": {
        "name": (is_text, ...),
        "description": (is_text, None),
        "type": (is_role_type, "User"),
        "isDefault": (is_flag, False),
        "scopes": (is_texts_by_name, {}),
    },
    "organizationScopes": {"name": (is_text, ...), "description": (is_text, None)},
    "organizationRoles": {
        "name": (is_text, ...),
        "description": (is_text, None),
        "type": (is_role_type, "User"),
        "scopes": (is_texts, []),
        "resourceScopes": (is_texts_by_name, {}),
    },
    "organizations": {
        "name": (is_text, ...),
        "id": (is_text, None),
        "description": (is_text, None),
        "customData": (is_object, {}),
        "isMfaRequired": (is_flag, False),
        "members": (is_texts_by_name, {}),
        "applications": (is_texts_by_name, {}),
    },
    "users": {
        "username": (is_text, None),
        "primaryEmail": (is_text, None),
        "primaryPhone": (is_text, None),
        "id": (is_text, None),
        "password": (is_text, None),
        "name": (is_text, None),
        "avatar": (is_text, None),
        "profile": (is_object, {}),
        "customData": (is_object, {}),
        "identities": (is_object, {}),
        "isSuspended": (is_flag, False),
        "roles": (is_texts, []),
    },
}
_UNIQUE = {
    "applications": ("name", "id"),
    "resources": ("indicator",),
    "roles": ("name",),
    "organizationScopes": ("name",),
    "organizationRoles": ("name",),
    "organizations": ("name", "id"),
    "users": ("username", "primaryEmail", "primaryPhone", "id"),
}


def user_key(user: Mapping[str, Any]) -> str:
    """Return the name by which `members` refers to a user: the username, else the email, else the phone."""
    return str(user["username"] or user["primaryEmail"] or user["primaryPhone"])


def _row(path: str, row: Any, fields: Fields) -> dict[str, Any]:
    if isinstance(row, str) and path.startswith("organizationScopes"):
        row = {"name": row}
    members = an_object(path, row)
    only_known(f"{path}.", members, fields)
    checked = {name: member(path, members, name, *rule) for name, rule in fields.items()}
    if fields is _KINDS["users"] and not any(checked[name] for name in ("username", "primaryEmail", "primaryPhone")):
        raise SeedError(f"{path}: a username, primaryEmail or primaryPhone is needed")
    if fields is _KINDS["resources"]:
        checked["scopes"] = [item if isinstance(item, dict) else {"name": item} for item in checked["scopes"]]
    if fields is _KINDS["applications"]:
        oidc, custom = f"{path}.oidcClientMetadata", f"{path}.customClientMetadata"
        checked["oidcClientMetadata"] = oidc_metadata(oidc, checked["oidcClientMetadata"])
        checked["customClientMetadata"] = custom_metadata(custom, checked["customClientMetadata"])
    return checked


def _add_built_in(seed: Seed) -> None:
    """Add the Management API and the role that opens it, which every Logto has, unless the file has its own."""
    if all(row["indicator"] != MANAGEMENT_API for row in seed["resources"]):
        resource = {"indicator": MANAGEMENT_API, "name": "Logto Management API", "scopes": [MANAGEMENT_SCOPE]}
        seed["resources"].append(_row("resources", resource, _KINDS["resources"]))
        if all(row["name"] != MANAGEMENT_ROLE for row in seed["roles"]):
            role = {
                "name": MANAGEMENT_ROLE,
                "description": "May change everything here through the Management API",
                "type": "MachineToMachine",
                "scopes": {MANAGEMENT_API: [MANAGEMENT_SCOPE]},
            }
            seed["roles"].append(_row("roles", role, _KINDS["roles"]))


def _check_uniqueness(seed: Seed) -> None:
    for kind, names in _UNIQUE.items():
        for name in names:
            seen: set[str] = set()
            for index, row in enumerate(seed[kind]):
                if row[name] is not None and row[name] in seen:
                    raise SeedError(f"{kind}[{index}].{name}: {row[name]!r} is there twice")
                seen.add(row[name])


def _check_references(seed: Seed) -> None:
    for index, row in enumerate(seed["resources"]):
        _distinct(f"resources[{index}].scopes", [scope["name"] for scope in row["scopes"]])
    scopes = {row["indicator"]: {scope["name"] for scope in row["scopes"]} for row in seed["resources"]}
    roles = _names(seed["roles"])
    organization_roles = _names(seed["organizationRoles"])
    for kind, held in (("roles", "scopes"), ("organizationRoles", "resourceScopes")):
        for index, row in enumerate(seed[kind]):
            _check_resource_scopes(f"{kind}[{index}].{held}", row[held], scopes)
    for index, row in enumerate(seed["organizationRoles"]):
        path = f"organizationRoles[{index}].scopes"
        _refer(path, row["scopes"], _names(seed["organizationScopes"]), "organization scope")
    for kind in ("users", "applications"):
        for index, row in enumerate(seed[kind]):
            _refer(f"{kind}[{index}].roles", row["roles"], roles, "role")
    known = {"user": {user_key(user) for user in seed["users"]}, "application": _names(seed["applications"])}
    for index, row in enumerate(seed["organizations"]):
        for held, what in (("members", "user"), ("applications", "application")):
            _check_belonging(f"organizations[{index}].{held}", row[held], known[what], what, organization_roles)


def _check_resource_scopes(path: str, given: Mapping[str, list[str]], known: Mapping[str, set[str]]) -> None:
    _refer(path, given, known, "resource")
    for indicator, names in given.items():
        _refer(f"{path}[{indicator!r}]", names, known[indicator], "scope of this resource")


def _check_belonging(
    path: str, held: Mapping[str, list[str]], known: Iterable[str], what: str, organization_roles: Iterable[str]
) -> None:
    _refer(path, held, known, what)
    for name, roles in held.items():
        _refer(f"{path}[{name!r}]", roles, organization_roles, "organization role")


def _names(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    return {row["name"] for row in rows}


def _distinct(path: str, names: Sequence[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise SeedError(f"{path}: {name!r} is there twice")


def _refer(path: str, names: Iterable[str], known: Iterable[str], what: str) -> None:
    _distinct(path, list(names))
    for name in names:
        if name not in known:
            raise SeedError(f"{path}: {name!r} is no {what} of this file")
