"""Applications: what may sign users in, or acts for itself."""

from typing import Any

from sqlalchemy import Row, Select, select

from logto.server import application_settings, ids, shapes
from logto.server.api import body, page, search
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.schema import (
    application_roles,
    application_secrets,
    organization_applications,
    resources,
    role_scopes,
    scopes,
)
from logto.server.schema import applications as table
from logto.server.seed_checks import SeedError
from logto.server.seed_file import MANAGEMENT_API, MANAGEMENT_SCOPE
from logto.server.store import rows
from logto.server.store.applications import PUBLIC_TYPES

from .found import found

TYPES = ("Native", "SPA", "Traditional", "MachineToMachine")
CHANGED: body.Fields = {
    "name": body.text(256, 1),
    "description": body.nullable(body.text(4096)),
    "oidcClientMetadata": body.is_json_object,
    "customClientMetadata": body.is_json_object,
    "customData": body.is_json_object,
}
CREATED: body.Fields = {**CHANGED, "type": body.one_of(*TYPES), "isThirdParty": body.is_flag}
SEARCHED = {"id": table.c.id, "name": table.c.name, "description": table.c.description}
DEFAULT_SECRET = "Default secret"  # noqa: S105  # its name


def newest_first(*conditions: Any) -> Select[Any]:
    """Return the query for applications in the order in which lists show them."""
    return select(table).where(*conditions).order_by(table.c.created_at.desc(), table.c.id)


def listed(call: Call) -> Answer:
    """List applications."""
    query = call.exchange.query
    conditions = search.matching(call.exchange, SEARCHED)
    if types := query.as_dict().get("types"):
        if not set(types) <= set(TYPES):
            raise body.invalid(["types"], f"each is one of: {', '.join(TYPES)}")
        conditions.append(table.c.type.in_(types))
    if (third_party := query.get("isThirdParty")) is not None:
        conditions.append(table.c.is_third_party.is_(third_party == "true"))
    for link, column, value in (
        (application_roles, "role_id", query.get("excludeRoleId")),
        (organization_applications, "organization_id", query.get("excludeOrganizationId")),
    ):
        if value:
            conditions.append(table.c.id.not_in(select(link.c.application_id).where(link.c[column] == value)))
    return page.listed(call, newest_first(*conditions), shapes.application, optional=True)


def create(call: Call) -> Answer:
    """Add an application, with a secret if it can keep one."""
    given = call.read(CREATED, "name", "type")
    _demand_allowed(given["type"], given.get("isThirdParty", False), given.get("customClientMetadata", {}))
    application_id = ids.application_id()
    rows.add(
        call.db,
        table,
        {
            "id": application_id,
            "name": given["name"],
            "description": given.get("description"),
            "type": given["type"],
            "is_third_party": given.get("isThirdParty", False),
            "oidc_client_metadata": {},
            "custom_client_metadata": {},
            "consent_scopes": {},
            "custom_data": given.get("customData", {}),
            "created_at": call.now,
            **_metadata(given),
        },
    )
    if given["type"] not in PUBLIC_TYPES:
        secret = {"application_id": application_id, "name": DEFAULT_SECRET, "value": ids.secret()}
        rows.add(call.db, application_secrets, {**secret, "created_at": call.now})
    return Answer(200, shapes.application(found(call, table, application_id)))


def get(call: Call) -> Answer:
    """Return an application, and whether it may manage this server."""
    application = found(call, table, call.path["id"])
    return Answer(200, {**shapes.application(application), "isAdmin": _is_admin(call, application.id)})


def change(call: Call) -> Answer:
    """Change an application; metadata are replaced as a whole."""
    application, given = found(call, table, call.path["id"]), call.read(CHANGED)
    custom = given.get("customClientMetadata")
    if custom is not None:
        if bool(custom.get("isDeviceFlow")) != bool(application.custom_client_metadata.get("isDeviceFlow")):
            raise ApiError("application.device_flow_not_changeable", 422)
        _demand_allowed(application.type, application.is_third_party, custom)
    columns = {"name": "name", "description": "description", "customData": "custom_data"}
    values = {columns[name]: value for name, value in given.items() if name in columns}
    rows.change(call.db, table, application.id, {**values, **_metadata(given)})
    return Answer(200, shapes.application(found(call, table, application.id)))


def remove(call: Call) -> Answer:
    """Delete an application with its secrets, grants and tokens."""
    rows.remove(call.db, table, found(call, table, call.path["id"]).id)
    return Answer(204)


def demand_machine(call: Call, application_id: str) -> Row[Any]:
    """Return an application that acts for itself.

    Raises: ApiError (entity.not_exists_with_id, application.invalid_type).
    """
    application = found(call, table, application_id)
    if application.type != "MachineToMachine":
        raise ApiError("application.invalid_type", 422)
    return application


def _metadata(given: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of both kinds of metadata, checked as in a seed file."""
    columns = {}
    try:
        if "oidcClientMetadata" in given:
            columns["oidc_client_metadata"] = application_settings.oidc_metadata(
                "oidcClientMetadata", given["oidcClientMetadata"]
            )
        if "customClientMetadata" in given:
            columns["custom_client_metadata"] = application_settings.custom_metadata(
                "customClientMetadata", given["customClientMetadata"]
            )
    except SeedError as error:
        place, _, reason = str(error).partition(": ")
        raise body.invalid([*place.split(".")], reason) from error
    return columns


def _demand_allowed(kind: str, is_third_party: bool, custom: dict[str, Any]) -> None:
    if custom.get("isDeviceFlow") and kind != "Native":
        raise ApiError("application.device_flow_native_only", 422)
    if is_third_party and kind == "MachineToMachine":
        raise ApiError("application.invalid_third_party_application_type", 400)
    if is_third_party and custom.get("allowTokenExchange"):
        raise ApiError("application.third_party_application_cannot_enable_token_exchange", 422)


def _is_admin(call: Call, application_id: str) -> bool:
    held = select(application_roles.c.role_id).where(application_roles.c.application_id == application_id)
    query = (
        select(scopes.c.id)
        .join(resources, resources.c.id == scopes.c.resource_id)
        .join(role_scopes, role_scopes.c.scope_id == scopes.c.id)
        .where(
            resources.c.indicator == MANAGEMENT_API, scopes.c.name == MANAGEMENT_SCOPE, role_scopes.c.role_id.in_(held)
        )
    )
    return rows.count(call.db, query) > 0
