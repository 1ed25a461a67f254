"""The roles and the organizations of a machine-to-machine application."""

from sqlalchemy import select

from logto.server import shapes
from logto.server.api import page, search
from logto.server.api.call import Answer, Call
from logto.server.schema import application_roles as table
from logto.server.schema import organization_applications, organizations, roles
from logto.server.store import memberships, rows

from .applications import demand_machine
from .roles import SEARCHED, demand_roles, read_role_ids


def listed(call: Call) -> Answer:
    """List the roles of an application."""
    application = demand_machine(call, call.path["applicationId"])
    held = select(table.c.role_id).where(table.c.application_id == application.id)
    conditions = search.matching(call.exchange, SEARCHED)
    query = select(roles).where(roles.c.id.in_(held), *conditions).order_by(roles.c.name)
    return page.listed(call, query, shapes.role)


def add(call: Call) -> Answer:
    """Give roles to an application; those that it has already stay."""
    application, wanted = demand_machine(call, call.path["applicationId"]), read_role_ids(call)
    demand_roles(call, wanted, "MachineToMachine", "application.invalid_role_type")
    added = rows.link(call.db, table, "role_id", wanted, application_id=application.id)
    return Answer(201, {"roleIds": wanted, "addedRoleIds": added})


def replace(call: Call) -> Answer:
    """Give an application these roles and no others."""
    application, wanted = demand_machine(call, call.path["applicationId"]), read_role_ids(call)
    demand_roles(call, wanted, "MachineToMachine", "application.invalid_role_type")
    rows.relink(call.db, table, "role_id", wanted, application_id=application.id)
    return Answer(200)


def remove(call: Call) -> Answer:
    """Take a role from an application."""
    application = demand_machine(call, call.path["applicationId"])
    return page.ended(rows.unlink(call.db, table, application_id=application.id, role_id=call.path["roleId"]))


def listed_organizations(call: Call) -> Answer:
    """List the organizations that an application belongs to, with its roles in each."""
    link = organization_applications
    application_id = demand_machine(call, call.path["id"]).id
    held = select(link.c.organization_id).where(link.c.application_id == application_id)
    query = select(organizations).where(organizations.c.id.in_(held)).order_by(organizations.c.id)
    return page.listed(
        call,
        query,
        lambda row: {
            **shapes.organization(row),
            "organizationRoles": shapes.named(
                memberships.roles_of(call.db, memberships.APPLICATIONS, row.id, application_id)
            ),
        },
        optional=True,
    )
