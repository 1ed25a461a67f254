"""Who has a role: users, or machine-to-machine applications."""

from sqlalchemy import select

from logto.server import shapes
from logto.server.api import body, page, search
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.schema import application_roles, applications, roles, user_roles, users
from logto.server.store import rows

from .applications import SEARCHED as SEARCHED_APPLICATIONS
from .applications import newest_first as newest_applications
from .found import demand_all, found
from .user_roles import removed
from .users import SEARCHED as SEARCHED_USERS
from .users import newest_first as newest_users


def listed_users(call: Call) -> Answer:
    """List the users who have a role."""
    role = found(call, roles, call.path["id"])
    held = select(user_roles.c.user_id).where(user_roles.c.role_id == role.id)
    conditions = search.matching(call.exchange, SEARCHED_USERS)
    return page.listed(call, newest_users(users.c.id.in_(held), *conditions), shapes.user)


def add_users(call: Call) -> Answer:
    """Give a role to users, none of whom has it yet."""
    role = found(call, roles, call.path["id"])
    given = call.read({"userIds": body.SOME_IDS}, "userIds")["userIds"]
    if set(given) & set(rows.linked(call.db, user_roles, "user_id", role_id=role.id)):
        raise ApiError("role.user_exists", 422)
    demand_all(call, users, given, "entity.not_exists_with_id", 404)
    if role.type != "User":
        raise ApiError("entity.db_constraint_violated", 422)
    rows.link(call.db, user_roles, "user_id", given, role_id=role.id)
    return Answer(201)


def remove_user(call: Call) -> Answer:
    """Take a role from a user."""
    return removed(call, user_id=call.path["userId"], role_id=call.path["id"])


def listed_applications(call: Call) -> Answer:
    """List the applications that have a role."""
    role = found(call, roles, call.path["id"])
    held = select(application_roles.c.application_id).where(application_roles.c.role_id == role.id)
    conditions = search.matching(call.exchange, SEARCHED_APPLICATIONS)
    return page.listed(call, newest_applications(applications.c.id.in_(held), *conditions), shapes.application)


def add_applications(call: Call) -> Answer:
    """Give a role to machine-to-machine applications, none of which has it yet."""
    role = found(call, roles, call.path["id"])
    given = call.read({"applicationIds": body.SOME_IDS}, "applicationIds")["applicationIds"]
    if set(given) & set(rows.linked(call.db, application_roles, "application_id", role_id=role.id)):
        raise ApiError("role.application_exists", 422)
    demand_all(call, applications, given, "entity.not_exists_with_id", 404)
    others = select(applications).where(applications.c.id.in_(given), applications.c.type != "MachineToMachine")
    if role.type != "MachineToMachine" or rows.count(call.db, others):
        raise ApiError("entity.db_constraint_violated", 422)
    rows.link(call.db, application_roles, "application_id", given, role_id=role.id)
    return Answer(201)


def remove_application(call: Call) -> Answer:
    """Take a role from an application."""
    values = {"application_id": call.path["applicationId"], "role_id": call.path["id"]}
    return page.ended(rows.unlink(call.db, application_roles, **values))
