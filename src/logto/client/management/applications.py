"""Applications, their secrets, their roles, their organizations: the table of calls."""

from __future__ import annotations

from ...protocol.management import applications
from ..api_operation import C, Group, Listed, Operation


class Applications(Group[C]):
    """Applications: their secrets, their roles, their organizations."""

    list = Listed(applications.listed)
    get = Operation(applications.get)
    create = Operation(applications.create)
    update = Operation(applications.update)
    delete = Operation(applications.delete)
    list_secrets = Listed(applications.list_secrets)
    create_secret = Operation(applications.create_secret)
    rename_secret = Operation(applications.rename_secret)
    delete_secret = Operation(applications.delete_secret)
    list_roles = Listed(applications.list_roles)
    add_roles = Operation(applications.add_roles)
    set_roles = Operation(applications.set_roles)
    remove_role = Operation(applications.remove_role)
    list_organizations = Listed(applications.list_organizations)
