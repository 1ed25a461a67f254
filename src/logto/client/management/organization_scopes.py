"""What may be done in organizations: the table of calls."""

from __future__ import annotations

from ...protocol.management import organization_scopes
from ..api_operation import C, Group, Listed, Operation


class OrganizationScopes(Group[C]):
    """What may be done in organizations."""

    list = Listed(organization_scopes.listed)
    get = Operation(organization_scopes.get)
    create = Operation(organization_scopes.create)
    update = Operation(organization_scopes.update)
    delete = Operation(organization_scopes.delete)
