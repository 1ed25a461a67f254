"""Roles, their scopes, and who has them: the table of calls."""

from __future__ import annotations

from ...protocol.management import roles
from ..api_operation import C, Group, Listed, Operation


class Roles(Group[C]):
    """Roles: their scopes, and who has them."""

    list = Listed(roles.listed)
    get = Operation(roles.get)
    create = Operation(roles.create)
    update = Operation(roles.update)
    delete = Operation(roles.delete)
    list_scopes = Listed(roles.list_scopes)
    add_scopes = Operation(roles.add_scopes)
    remove_scope = Operation(roles.remove_scope)
    list_users = Listed(roles.list_users)
    add_users = Operation(roles.add_users)
    remove_user = Operation(roles.remove_user)
    list_applications = Listed(roles.list_applications)
    add_applications = Operation(roles.add_applications)
    remove_application = Operation(roles.remove_application)
