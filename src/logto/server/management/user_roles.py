"""The roles of a user."""

from sqlalchemy import select

from logto.server import shapes
from logto.server.api import page, search
from logto.server.api.call import Answer, Call, found_user
from logto.server.schema import roles, user_roles
from logto.server.store import rows

from .roles import SEARCHED, demand_roles, read_role_ids


def listed(call: Call) -> Answer:
    """List the roles of a user."""
    user = found_user(call, call.path["userId"])
    held = select(user_roles.c.role_id).where(user_roles.c.user_id == user.id)
    conditions = search.matching(call.exchange, SEARCHED)
    query = select(roles).where(roles.c.id.in_(held), *conditions).order_by(roles.c.name)
    return page.listed(call, query, shapes.role)


def add(call: Call) -> Answer:
    """Give roles to a user; those that the user has already stay."""
    user, wanted = found_user(call, call.path["userId"]), read_role_ids(call)
    demand_roles(call, wanted, "User", "user.invalid_role_type")
    added = rows.link(call.db, user_roles, "role_id", wanted, user_id=user.id)
    return Answer(201, {"roleIds": wanted, "addedRoleIds": added})


def replace(call: Call) -> Answer:
    """Give a user these roles and no others."""
    user, wanted = found_user(call, call.path["userId"]), read_role_ids(call)
    demand_roles(call, wanted, "User", "user.invalid_role_type")
    rows.relink(call.db, user_roles, "role_id", wanted, user_id=user.id)
    return Answer(200, {"roleIds": list(dict.fromkeys(wanted))})


def remove(call: Call) -> Answer:
    """Take a role from a user."""
    return removed(call, user_id=call.path["userId"], role_id=call.path["roleId"])


def removed(call: Call, user_id: str, role_id: str) -> Answer:
    """Take a role from a user, whichever of the two the path begins with.

    Raises: ApiError (entity.not_found).
    """
    return page.ended(rows.unlink(call.db, user_roles, user_id=user_id, role_id=role_id))
