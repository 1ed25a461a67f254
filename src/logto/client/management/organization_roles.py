"""The roles that there are in organizations: the table of calls."""

from __future__ import annotations

from ...protocol.management import organization_roles
from ..api_operation import C, Group, Listed, Operation


class OrganizationRoles(Group[C]):
    """The roles that there are in organizations."""

    list = Listed(organization_roles.listed)
    get = Operation(organization_roles.get)
    create = Operation(organization_roles.create)
    update = Operation(organization_roles.update)
    delete = Operation(organization_roles.delete)
    list_scopes = Listed(organization_roles.list_scopes)
    add_scopes = Operation(organization_roles.add_scopes)
    set_scopes = Operation(organization_roles.set_scopes)
    remove_scope = Operation(organization_roles.remove_scope)
    list_resource_scopes = Listed(organization_roles.list_resource_scopes)
    add_resource_scopes = Operation(organization_roles.add_resource_scopes)
    set_resource_scopes = Operation(organization_roles.set_resource_scopes)
    remove_resource_scope = Operation(organization_roles.remove_resource_scope)
