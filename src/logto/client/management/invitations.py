"""Invitations to organizations: the table of calls."""

from __future__ import annotations

from ...protocol.management import invitations
from ..api_operation import C, Group, Listed, Operation


class Invitations(Group[C]):
    """Invitations to organizations."""

    list = Listed(invitations.listed)
    get = Operation(invitations.get)
    create = Operation(invitations.create)
    accept = Operation(invitations.accept)
    revoke = Operation(invitations.revoke)
    delete = Operation(invitations.delete)
