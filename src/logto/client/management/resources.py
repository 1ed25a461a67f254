"""APIs and their scopes: the table of calls."""

from __future__ import annotations

from ...protocol.management import resources
from ..api_operation import C, Group, Listed, Operation


class Resources(Group[C]):
    """APIs and their scopes."""

    list = Listed(resources.listed)
    get = Operation(resources.get)
    create = Operation(resources.create)
    update = Operation(resources.update)
    delete = Operation(resources.delete)
    set_default = Operation(resources.set_default)
    list_scopes = Listed(resources.list_scopes)
    create_scope = Operation(resources.create_scope)
    update_scope = Operation(resources.update_scope)
    delete_scope = Operation(resources.delete_scope)
