"""Webhooks: the table of calls."""

from __future__ import annotations

from ...protocol.management import hooks
from ..api_operation import C, Group, Listed, Operation


class Hooks(Group[C]):
    """Webhooks."""

    list = Listed(hooks.listed)
    get = Operation(hooks.get)
    create = Operation(hooks.create)
    update = Operation(hooks.update)
    delete = Operation(hooks.delete)
    renew_signing_key = Operation(hooks.renew_signing_key)
    send_test = Operation(hooks.send_test)
