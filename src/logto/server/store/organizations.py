"""Organizations, their members and the roles that members have in them."""

from typing import Any

from sqlalchemy import Connection, Row, delete, select

from logto.server.schema import (
    organization_applications,
    organization_member_roles,
    organization_members,
    organization_roles,
    organizations,
)


def every(db: Connection) -> list[Row[Any]]:
    """Return all organizations in the order of their creation."""
    return list(db.execute(select(organizations).order_by(organizations.c.created_at)).all())


def of_user(db: Connection, user_id: str) -> list[Row[Any]]:
    """Return the organizations of which the user is a member, by id."""
    members = organization_members
    query = select(organizations).join(members, members.c.organization_id == organizations.c.id)
    return list(db.execute(query.where(members.c.user_id == user_id).order_by(organizations.c.id)).all())


def role_names(db: Connection, user_id: str) -> list[str]:
    """Return `organization id:role name` for each role that the user has in an organization."""
    held = organization_member_roles
    query = (
        select(held.c.organization_id, organization_roles.c.name)
        .join(organization_roles, organization_roles.c.id == held.c.organization_role_id)
        .where(held.c.user_id == user_id)
        .order_by(held.c.organization_id, organization_roles.c.name)
    )
    return [f"{row.organization_id}:{row.name}" for row in db.execute(query)]


def is_member(db: Connection, organization_id: str, user_id: str) -> bool:
    """Tell whether the user is a member."""
    members = organization_members
    query = select(members.c.user_id).where(members.c.organization_id == organization_id, members.c.user_id == user_id)
    return db.execute(query).first() is not None


def has_application(db: Connection, organization_id: str, application_id: str) -> bool:
    """Tell whether a machine-to-machine application belongs to the organization."""
    linked = organization_applications
    query = select(linked.c.application_id).where(
        linked.c.organization_id == organization_id, linked.c.application_id == application_id
    )
    return db.execute(query).first() is not None


def requires_mfa(db: Connection, organization_id: str) -> bool:
    """Tell whether the organization wants its members to have a second factor."""
    return bool(db.scalar(select(organizations.c.is_mfa_required).where(organizations.c.id == organization_id)))


def add_member(db: Connection, organization_id: str, user_id: str, *role_names: str) -> None:
    """Make the user a member, with roles by name."""
    db.execute(organization_members.insert().values(organization_id=organization_id, user_id=user_id))
    for role_id in db.scalars(select(organization_roles.c.id).where(organization_roles.c.name.in_(role_names))).all():
        db.execute(
            organization_member_roles.insert().values(
                organization_id=organization_id, user_id=user_id, organization_role_id=role_id
            )
        )


def remove_member(db: Connection, organization_id: str, user_id: str) -> None:
    """End a membership and its roles."""
    for table in (organization_member_roles, organization_members):
        db.execute(delete(table).where(table.c.organization_id == organization_id, table.c.user_id == user_id))
