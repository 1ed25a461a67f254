"""Reading and checking a seed file: YAML or JSON, with the Management API's names.

A seed file is an object with any of these members, each a list; what is not named stays empty:

    applications        name, type (Traditional | SPA | Native | MachineToMachine); id, secret, description, isThirdParty,
                        oidcClientMetadata {redirectUris, postLogoutRedirectUris, backchannelLogoutUri,
                        backchannelLogoutSessionRequired}, customClientMetadata {idTokenTtl, refreshTokenTtlInDays,
                        refreshTokenTtl, rotateRefreshToken, alwaysIssueRefreshToken, allowTokenExchange,
                        corsAllowedOrigins, …}, userConsentScopes {userScopes, resourceScopes {indicator: [scope]},
                        organizationScopes}, roles [name] (MachineToMachine only)
    resources           indicator; name, accessTokenTtl (seconds), isDefault, scopes [name or {name, description}]
    roles               name; description, type (User | MachineToMachine), isDefault, scopes {indicator: [scope]}
    organizationScopes  name or {name, description}
    organizationRoles   name; description, scopes [organization scope], resourceScopes {indicator: [scope]}
    organizations       name; id, description, customData, isMfaRequired, members {username: [organization role]},
                        applications {application name: [organization role]}
    users               username or primaryEmail or primaryPhone; id, password, name, avatar, profile {familyName, …,
                        address {…}}, customData, identities, isSuspended, roles [name]
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Seed = dict[str, list[dict[str, Any]]]
Check = Callable[[Any], bool]

MAX_BYTES = 4 * 1024 * 1024


class SeedError(Exception):
    """A seed file that cannot be used; the text is one line that names the place in it."""


def read(path: str) -> Seed:
    """Read a YAML or JSON file and check it.

    Raises: SeedError naming the file and the place in it.
    """
    try:
        text = _text(Path(path))
        return check(json.loads(text) if path.endswith(".json") else _yaml(text))
    except SeedError as error:
        raise SeedError(f"{path}: {error}") from error
    except OSError as error:
        raise SeedError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SeedError(f"{path}: is not UTF-8 text") from error
    except ValueError as error:
        raise SeedError(f"{path}: is not valid JSON ({error})") from error


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise SeedError(f"is larger than {MAX_BYTES} bytes")
    return path.read_text(encoding="utf-8")


def _yaml(text: str) -> Any:
    import yaml  # takes long to import, and few starts need it

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SeedError("is not valid YAML: " + " ".join(str(error).split())) from error


def check(data: Any) -> Seed:
    """Return the seed with every list present and scopes in their long form.

    Raises: SeedError naming the first wrong place, such as `users[1].primaryEmail`.
    """
    members = _object("the file", data)
    _known("", members, _KINDS)
    seed: Seed = {}
    for kind, fields in _KINDS.items():
        rows = members.get(kind, [])
        if not isinstance(rows, list):
            raise SeedError(f"{kind}: a list is expected, not {_name(rows)}")
        seed[kind] = [_row(f"{kind}[{index}]", row, fields) for index, row in enumerate(rows)]
    _check_uniqueness(seed)
    _check_references(seed)
    return seed


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 4096 and value.isprintable()


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_seconds(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 10**10


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) for name in value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _is_texts_by_name(value: Any) -> bool:
    return _is_object(value) and all(_is_texts(item) for item in value.values())


def _is_application_type(value: Any) -> bool:
    return value in ("Traditional", "SPA", "Native", "MachineToMachine")


def _is_role_type(value: Any) -> bool:
    return value in ("User", "MachineToMachine")


def _is_scopes(value: Any) -> bool:
    named = [item.get("name") if isinstance(item, dict) else item for item in value] if isinstance(value, list) else []
    return isinstance(value, list) and all(_is_text(name) and " " not in str(name) for name in named)


_EXPECTED: dict[Check, str] = {
    _is_text: "text",
    _is_flag: "true or false",
    _is_seconds: "a number of seconds above zero",
    _is_object: "an object",
    _is_texts: "a list of texts",
    _is_texts_by_name: "an object with lists of texts",
    _is_application_type: "Traditional, SPA, Native or MachineToMachine",
    _is_role_type: "User or MachineToMachine",
    _is_scopes: "a list of scope names without spaces",
}

_KINDS: dict[str, dict[str, tuple[Check, Any]]] = {
    "applications": {
        "name": (_is_text, ...),
        "type": (_is_application_type, ...),
        "id": (_is_text, None),
        "secret": (_is_text, None),
        "description": (_is_text, None),
        "isThirdParty": (_is_flag, False),
        "oidcClientMetadata": (_is_object, {}),
        "customClientMetadata": (_is_object, {}),
        "userConsentScopes": (_is_object, {}),
        "roles": (_is_texts, []),
    },
    "resources": {
        "indicator": (_is_text, ...),
        "name": (_is_text, None),
        "accessTokenTtl": (_is_seconds, 3600),
        "isDefault": (_is_flag, False),
        "scopes": (_is_scopes, []),
    },
    "roles": {
        "name": (_is_text, ...),
        "description": (_is_text, None),
        "type": (_is_role_type, "User"),
        "isDefault": (_is_flag, False),
        "scopes": (_is_texts_by_name, {}),
    },
    "organizationScopes": {"name": (_is_text, ...), "description": (_is_text, None)},
    "organizationRoles": {
        "name": (_is_text, ...),
        "description": (_is_text, None),
        "scopes": (_is_texts, []),
        "resourceScopes": (_is_texts_by_name, {}),
    },
    "organizations": {
        "name": (_is_text, ...),
        "id": (_is_text, None),
        "description": (_is_text, None),
        "customData": (_is_object, {}),
        "isMfaRequired": (_is_flag, False),
        "members": (_is_texts_by_name, {}),
        "applications": (_is_texts_by_name, {}),
    },
    "users": {
        "username": (_is_text, None),
        "primaryEmail": (_is_text, None),
        "primaryPhone": (_is_text, None),
        "id": (_is_text, None),
        "password": (_is_text, None),
        "name": (_is_text, None),
        "avatar": (_is_text, None),
        "profile": (_is_object, {}),
        "customData": (_is_object, {}),
        "identities": (_is_object, {}),
        "isSuspended": (_is_flag, False),
        "roles": (_is_texts, []),
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


def _row(path: str, row: Any, fields: Mapping[str, tuple[Check, Any]]) -> dict[str, Any]:
    if isinstance(row, str) and path.startswith("organizationScopes"):
        row = {"name": row}
    members = _object(path, row)
    _known(f"{path}.", members, fields)
    checked = {name: _member(path, members, name, *rule) for name, rule in fields.items()}
    if fields is _KINDS["users"] and not any(checked[name] for name in ("username", "primaryEmail", "primaryPhone")):
        raise SeedError(f"{path}: a username, primaryEmail or primaryPhone is needed")
    if fields is _KINDS["resources"]:
        checked["scopes"] = [item if isinstance(item, dict) else {"name": item} for item in checked["scopes"]]
    if fields is _KINDS["applications"]:
        _check_uris(path, checked["oidcClientMetadata"])
    return checked


def _member(path: str, members: Mapping[str, Any], name: str, accepts: Check, default: Any) -> Any:
    value = members.get(name)
    if value is None:
        if default is ...:
            raise SeedError(f"{path}.{name}: is missing")
        return default
    if not accepts(value):
        raise SeedError(f"{path}.{name}: {_EXPECTED[accepts]} is expected, not {_name(value)}")
    return value


def _check_uris(path: str, metadata: Mapping[str, Any]) -> None:
    for name in ("redirectUris", "postLogoutRedirectUris"):
        uris = metadata.get(name, [])
        if not _is_texts(uris):
            raise SeedError(f"{path}.oidcClientMetadata.{name}: a list of texts is expected, not {_name(uris)}")
        for index, uri in enumerate(uris):
            if ":" not in uri or "#" in uri:
                raise SeedError(f"{path}.oidcClientMetadata.{name}[{index}]: an absolute URI without # is expected")


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
    for kind, member in (("roles", "scopes"), ("organizationRoles", "resourceScopes")):
        for index, row in enumerate(seed[kind]):
            _check_resource_scopes(f"{kind}[{index}].{member}", row[member], scopes)
    for index, row in enumerate(seed["organizationRoles"]):
        path = f"organizationRoles[{index}].scopes"
        _refer(path, row["scopes"], _names(seed["organizationScopes"]), "organization scope")
    for kind in ("users", "applications"):
        for index, row in enumerate(seed[kind]):
            _refer(f"{kind}[{index}].roles", row["roles"], roles, "role")
    known = {"user": {user_key(user) for user in seed["users"]}, "application": _names(seed["applications"])}
    for index, row in enumerate(seed["organizations"]):
        for member, what in (("members", "user"), ("applications", "application")):
            _check_belonging(f"organizations[{index}].{member}", row[member], known[what], what, organization_roles)


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


def _object(path: str, value: Any) -> dict[str, Any]:
    if not _is_object(value):
        raise SeedError(f"{path}: an object is expected, not {_name(value)}")
    return dict(value)


def _known(prefix: str, members: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in members:
        if name not in names:
            raise SeedError(f"{prefix}{name}: is not known here; known are {', '.join(names)}")


def _name(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    kinds = {bool: "true or false", str: "this text", int: "a number", float: "a number", list: "a list"}
    return kinds.get(type(value), "an object" if isinstance(value, dict) else "this value")
