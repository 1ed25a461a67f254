"""Users, their roles and their organizations: the table of calls."""

from __future__ import annotations

from ...protocol.management import users
from ..api_operation import C, Group, Listed, Operation


class Users(Group[C]):
    """Users, their roles and their organizations."""

    list = Listed(users.listed)
    get = Operation(users.get)
    create = Operation(users.create)
    update = Operation(users.update)
    delete = Operation(users.delete)
    set_password = Operation(users.set_password)
    verify_password = Operation(users.verify_password)
    suspend = Operation(users.suspend)
    reinstate = Operation(users.reinstate)
    custom_data = Operation(users.custom_data)
    update_custom_data = Operation(users.update_custom_data)
    update_profile = Operation(users.update_profile)
    list_roles = Listed(users.list_roles)
    add_roles = Operation(users.add_roles)
    set_roles = Operation(users.set_roles)
    remove_role = Operation(users.remove_role)
    list_organizations = Listed(users.list_organizations)
