"""Users' personal access tokens: the table of calls."""

from __future__ import annotations

from ...protocol.management import personal_access_tokens
from ..api_operation import C, Group, Listed, Operation


class PersonalAccessTokens(Group[C]):
    """Users' personal access tokens."""

    list = Listed(personal_access_tokens.listed)
    create = Operation(personal_access_tokens.create)
    rename = Operation(personal_access_tokens.rename)
    delete = Operation(personal_access_tokens.delete)
