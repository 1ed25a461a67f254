"""Writing a checked seed into an empty database."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from . import ids, schema
from .passwords import SeededPasswords, hashed
from .seed_file import Seed, user_key


def is_empty(db: Connection) -> bool:
    """Tell whether nothing has been planted yet."""
    return db.execute(select(schema.applications.c.id)).first() is None and (
        db.execute(select(schema.users.c.id)).first() is None
    )


def plant(db: Connection, seed: Seed, now: float, passwords: SeededPasswords, *, hash_now: bool) -> None:
    """Write everything; `hash_now` for a database that outlives the process, else hashes wait for their first use."""
    scopes = _resources(db, seed)
    roles = _roles(db, seed, scopes)
    applications = _applications(db, seed, now, roles)
    users = _users(db, seed, now, roles, passwords, hash_now=hash_now)
    organization_roles = _organization_template(db, seed, scopes)
    _organizations(db, seed, now, users, applications, organization_roles)


ScopeIds = dict[tuple[str, str], str]


def _insert(db: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    found = [dict(row) for row in rows]
    if found:
        db.execute(table.insert(), found)


def _resources(db: Connection, seed: Seed) -> ScopeIds:
    resources: list[dict[str, Any]] = []
    scopes: list[tuple[str, dict[str, Any]]] = []
    for row in seed["resources"]:
        resource_id = ids.application_id()
        resources.append(
            {
                "id": resource_id,
                "name": row["name"] or row["indicator"],
                "indicator": row["indicator"],
                "access_token_ttl": int(row["accessTokenTtl"]),
                "is_default": row["isDefault"],
            }
        )
        scopes.extend((row["indicator"], _described(scope) | {"resource_id": resource_id}) for scope in row["scopes"])
    _insert(db, schema.resources, resources)
    _insert(db, schema.scopes, [scope for _, scope in scopes])
    return {(indicator, scope["name"]): scope["id"] for indicator, scope in scopes}


def _roles(db: Connection, seed: Seed, scopes: ScopeIds) -> dict[str, str]:
    known = {row["name"]: ids.application_id() for row in seed["roles"]}
    _insert(
        db,
        schema.roles,
        [
            {
                "id": known[row["name"]],
                "name": row["name"],
                "description": row["description"],
                "type": row["type"],
                "is_default": row["isDefault"],
            }
            for row in seed["roles"]
        ],
    )
    links = _links(seed["roles"], "scopes", "role_id", known, scopes)
    _insert(db, schema.role_scopes, links)
    return known


def _applications(db: Connection, seed: Seed, now: float, roles: Mapping[str, str]) -> dict[str, str]:
    known = {row["name"]: row["id"] or ids.application_id() for row in seed["applications"]}
    applications: list[dict[str, Any]] = []
    secrets: list[dict[str, Any]] = []
    held: list[dict[str, Any]] = []
    for index, row in enumerate(seed["applications"]):
        application_id, moment = known[row["name"]], now + index / 1e6  # distinct, so that the order is kept
        applications.append(
            {
                "id": application_id,
                "name": row["name"],
                "description": row["description"],
                "type": row["type"],
                "is_third_party": row["isThirdParty"],
                "oidc_client_metadata": row["oidcClientMetadata"],
                "custom_client_metadata": row["customClientMetadata"],
                "consent_scopes": row["userConsentScopes"],
                "custom_data": {},
                "created_at": moment,
            }
        )
        value = row["secret"] or ids.secret()
        secrets.append({"application_id": application_id, "name": "Default secret", "value": value, "created_at": now})
        held.extend({"application_id": application_id, "role_id": roles[name]} for name in row["roles"])
    _insert(db, schema.applications, applications)
    _insert(db, schema.application_secrets, secrets)
    _insert(db, schema.application_roles, held)
    return known


def _users(
    db: Connection, seed: Seed, now: float, roles: Mapping[str, str], passwords: SeededPasswords, *, hash_now: bool
) -> dict[str, str]:
    known = {user_key(row): row["id"] or ids.user_id() for row in seed["users"]}
    users: list[dict[str, Any]] = []
    held: list[dict[str, Any]] = []
    for index, row in enumerate(seed["users"]):
        user_id, moment = known[user_key(row)], int(now * 1000) + index
        password = row["password"]
        if password and not hash_now:
            passwords.remember(user_id, password)
        users.append(
            {
                "id": user_id,
                "username": row["username"],
                "primary_email": row["primaryEmail"],
                "primary_phone": row["primaryPhone"],
                "name": row["name"],
                "avatar": row["avatar"],
                "profile": row["profile"],
                "custom_data": row["customData"],
                "identities": row["identities"],
                "sso_identities": [],
                "password_hash": hashed(password) if password and hash_now else None,
                "password_is_seeded": bool(password),
                "is_suspended": row["isSuspended"],
                "created_at_ms": moment,
                "updated_at_ms": moment,
            }
        )
        held.extend({"user_id": user_id, "role_id": roles[name]} for name in row["roles"])
    _insert(db, schema.users, users)
    _insert(db, schema.user_roles, held)
    return known


def _organization_template(db: Connection, seed: Seed, scopes: ScopeIds) -> dict[str, str]:
    permissions = [_described(row) for row in seed["organizationScopes"]]
    permission_ids = {row["name"]: row["id"] for row in permissions}
    known = {row["name"]: ids.application_id() for row in seed["organizationRoles"]}
    _insert(db, schema.organization_scopes, permissions)
    _insert(
        db,
        schema.organization_roles,
        [
            {"id": known[row["name"]], **{name: row[name] for name in ("name", "description", "type")}}
            for row in seed["organizationRoles"]
        ],
    )
    _insert(
        db,
        schema.organization_role_scopes,
        [
            {"organization_role_id": known[row["name"]], "organization_scope_id": permission_ids[name]}
            for row in seed["organizationRoles"]
            for name in row["scopes"]
        ],
    )
    links = _links(seed["organizationRoles"], "resourceScopes", "organization_role_id", known, scopes)
    _insert(db, schema.organization_role_resource_scopes, links)
    return known


def _organizations(
    db: Connection,
    seed: Seed,
    now: float,
    users: Mapping[str, str],
    applications: Mapping[str, str],
    roles: Mapping[str, str],
) -> None:
    known = {row["name"]: row["id"] or ids.user_id() for row in seed["organizations"]}
    rows = [
        {
            "id": known[row["name"]],
            "name": row["name"],
            "description": row["description"],
            "custom_data": row["customData"],
            "is_mfa_required": row["isMfaRequired"],
            "created_at": now + index / 1e6,
        }
        for index, row in enumerate(seed["organizations"])
    ]
    _insert(db, schema.organizations, rows)
    for member, column, people, linked, held in (
        ("members", "user_id", users, schema.organization_members, schema.organization_member_roles),
        (
            "applications",
            "application_id",
            applications,
            schema.organization_applications,
            schema.organization_application_roles,
        ),
    ):
        belonging = [
            ({"organization_id": known[row["name"]], column: people[name]}, names)
            for row in seed["organizations"]
            for name, names in row[member].items()
        ]
        _insert(db, linked, [link for link, _ in belonging])
        _insert(db, held, [link | {"organization_role_id": roles[name]} for link, names in belonging for name in names])


def _described(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": ids.application_id(), "name": row["name"], "description": row.get("description")}


def _links(
    rows: Iterable[Mapping[str, Any]], member: str, column: str, known: Mapping[str, str], scopes: ScopeIds
) -> list[dict[str, str]]:
    return [
        {column: known[row["name"]], "scope_id": scopes[indicator, name]}
        for row in rows
        for indicator, names in row[member].items()
        for name in names
    ]
