"""The first page: what is configured, ready to paste, and the same as one object."""

from ipaddress import ip_address
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from .exchange import Exchange
from .pages import render
from .pages.views import ApplicationRow, HomeView, OrganizationRow, ResourceRow, RoleRow, UserRow
from .seed_file import MANAGEMENT_API, MANAGEMENT_ROLE
from .store import applications, organizations, resources, users
from .store.applications import DEVICE_CODE
from .store.users import User
from .world import World


def home(exchange: Exchange, db: Connection) -> Response:
    """Show everything; secrets and passwords only to this machine."""
    near = is_loopback(exchange.address)
    world = exchange.world
    names = {row.id: row.name for row in organizations.every(db)}
    view = HomeView(
        endpoint=world.endpoint,
        issuer=world.issuer,
        applications=tuple(
            ApplicationRow(
                name=application.name,
                type=application.type,
                id=application.id,
                secret=_secret(db, world, application.id, application.is_public) if near else None,
                redirect_uris=application.redirect_uris,
                post_logout_redirect_uris=application.post_logout_redirect_uris,
            )
            for application in applications.every(db)
        ),
        users=tuple(
            UserRow(
                username=_name(user),
                password=sample_password(world, user) if near else None,
                id=user.id,
                email=user.primary_email,
                roles=tuple(users.role_names(db, user.id)),
                organizations=tuple(names[row.id] for row in organizations.of_user(db, user.id)),
            )
            for user in users.every(db)
        ),
        organizations=tuple(OrganizationRow(name=name, id=organization_id) for organization_id, name in names.items()),
        resources=tuple(
            ResourceRow(indicator=row.indicator, scopes=tuple(sorted(resources.scope_names(db, row.id))))
            for row in resources.every(db)
        ),
        roles=tuple(
            RoleRow(name, tuple(dict.fromkeys(held))) for name, held in resources.roles_with_scopes(db).items()
        ),
        warning=None if near else "Secrets and passwords are shown only on the machine where local Logto runs.",
        locale=exchange.locale,
    )
    return render.home(exchange.request, view)


def seeded(world: World) -> dict[str, Any]:
    """Return what `logto dev --json` prints: the first applications of each type, the users, and what they may use."""
    with world.transaction() as db:
        known = applications.every(db)
        web = [application for application in known if application.type == "Traditional"]
        first, second = [*web, None, None][:2]
        spa = next((application for application in known if application.type == "SPA"), None)
        device = next((application for application in known if DEVICE_CODE in application.grant_types), None)
        managing = {*applications.with_role(db, MANAGEMENT_ROLE)}
        machine = next((a for a in known if a.is_machine and a.id not in managing), None)
        manager = next((a for a in known if a.is_machine and a.id in managing), None)
        secret = {a.id: _secret(db, world, a.id, a.is_public) for a in (first, second, machine, manager) if a}
        return {
            "endpoint": world.endpoint,
            "appId": first and first.id,
            "appSecret": first and secret[first.id],
            "app2Id": second and second.id,
            "app2Secret": second and secret[second.id],
            "spaAppId": spa and spa.id,
            "deviceAppId": device and device.id,
            "m2mAppId": machine and machine.id,
            "m2mAppSecret": machine and secret[machine.id],
            "managementAppId": manager and manager.id,
            "managementAppSecret": manager and secret[manager.id],
            "users": [
                {"username": _name(user), "password": sample_password(world, user), "id": user.id}
                for user in users.every(db)
            ],
            "organizations": [{"id": row.id, "name": row.name} for row in organizations.every(db)],
            "resources": [row.indicator for row in resources.every(db) if row.indicator != MANAGEMENT_API],
        }


def sample_password(world: World, user: User) -> str | None:
    """Return a sample user's password while it is the one of the seed; None for everybody else's."""
    return world.sample_passwords.get(_name(user)) if user.password_is_seeded else None


def is_loopback(address: str) -> bool:
    """Tell whether an address is of this machine."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _name(user: User) -> str:
    return str(user.username or user.primary_email or user.primary_phone)


def _secret(db: Connection, world: World, application_id: str, public: bool) -> str | None:
    valid = applications.secrets_of(db, application_id, world.clock.now())
    return valid[0] if valid and not public else None
