"""Who belongs to an organization, users and applications alike, and with which roles."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, select

from logto.server.schema import (
    applications,
    organization_application_roles,
    organization_applications,
    organization_member_roles,
    organization_members,
    organization_role_scopes,
    organization_roles,
    organization_scopes,
    users,
)


@dataclass(frozen=True)
class Kind:
    """What belongs: its table, the links, and the column that they have for it."""

    table: Table
    members: Table
    roles: Table
    column: str


USERS = Kind(users, organization_members, organization_member_roles, "user_id")
APPLICATIONS = Kind(applications, organization_applications, organization_application_roles, "application_id")


def of_organization(kind: Kind, organization_id: str) -> Select[Any]:
    """Return the query for whoever belongs to an organization."""
    held = select(kind.members.c[kind.column]).where(kind.members.c.organization_id == organization_id)
    return select(kind.table).where(kind.table.c.id.in_(held)).order_by(kind.table.c.id)


def belongs(db: Connection, kind: Kind, organization_id: str, member_id: str) -> bool:
    """Tell whether somebody belongs to an organization."""
    return db.execute(of_organization(kind, organization_id).where(kind.table.c.id == member_id)).first() is not None


def roles_query(kind: Kind, organization_id: str, member_id: str) -> Select[Any]:
    """Return the query for the roles that a member has in an organization."""
    held = select(kind.roles.c.organization_role_id).where(
        kind.roles.c.organization_id == organization_id, kind.roles.c[kind.column] == member_id
    )
    return select(organization_roles).where(organization_roles.c.id.in_(held)).order_by(organization_roles.c.name)


def roles_of(db: Connection, kind: Kind, organization_id: str, member_id: str) -> list[Row[Any]]:
    """Return the roles that a member has in an organization."""
    return list(db.execute(roles_query(kind, organization_id, member_id)).all())


def scopes_of(db: Connection, kind: Kind, organization_id: str, member_id: str) -> list[Row[Any]]:
    """Return the permissions of the organization template that a member's roles give."""
    given = organization_role_scopes
    held = select(kind.roles.c.organization_role_id).where(
        kind.roles.c.organization_id == organization_id, kind.roles.c[kind.column] == member_id
    )
    scope_ids = select(given.c.organization_scope_id).where(given.c.organization_role_id.in_(held))
    query = select(organization_scopes).where(organization_scopes.c.id.in_(scope_ids))
    return list(db.execute(query.order_by(organization_scopes.c.name)).all())


def end(db: Connection, kind: Kind, organization_id: str, member_id: str) -> bool:
    """End a membership with its roles; tell whether it was there."""
    ended = False
    for table in (kind.roles, kind.members):
        ours = (table.c.organization_id == organization_id, table.c[kind.column] == member_id)
        ended = db.execute(delete(table).where(*ours)).rowcount > 0
    return ended
