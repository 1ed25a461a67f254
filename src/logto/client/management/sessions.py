"""Users' sessions at Logto: the table of calls."""

from __future__ import annotations

from ...protocol.management import sessions
from ..api_operation import C, Group, Listed, Operation


class Sessions(Group[C]):
    """Users' sessions at Logto."""

    list = Listed(sessions.listed)
    get = Operation(sessions.get)
    revoke = Operation(sessions.revoke)
