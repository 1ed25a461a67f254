"""Organizations, who belongs to them, with which roles: the table of calls."""

from __future__ import annotations

from ...protocol.management import organization_applications, organizations
from ..api_operation import C, Group, Listed, Operation


class Organizations(Group[C]):
    """Organizations: who belongs to them, with which roles."""

    list = Listed(organizations.listed)
    get = Operation(organizations.get)
    create = Operation(organizations.create)
    update = Operation(organizations.update)
    delete = Operation(organizations.delete)
    list_members = Listed(organizations.list_members)
    add_members = Operation(organizations.add_members)
    set_members = Operation(organizations.set_members)
    remove_member = Operation(organizations.remove_member)
    assign_roles = Operation(organizations.assign_roles)
    list_member_roles = Listed(organizations.list_member_roles)
    add_member_roles = Operation(organizations.add_member_roles)
    set_member_roles = Operation(organizations.set_member_roles)
    remove_member_role = Operation(organizations.remove_member_role)
    list_member_scopes = Listed(organizations.list_member_scopes)
    list_applications = Listed(organization_applications.list_applications)
    add_applications = Operation(organization_applications.add_applications)
    set_applications = Operation(organization_applications.set_applications)
    remove_application = Operation(organization_applications.remove_application)
    assign_application_roles = Operation(organization_applications.assign_application_roles)
    list_application_roles = Listed(organization_applications.list_application_roles)
    add_application_roles = Operation(organization_applications.add_application_roles)
    set_application_roles = Operation(organization_applications.set_application_roles)
    remove_application_role = Operation(organization_applications.remove_application_role)
