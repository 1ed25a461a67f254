"""Impersonation: the table of calls."""

from __future__ import annotations

from ...protocol.management import subject_tokens
from ..api_operation import C, Group, Operation


class SubjectTokens(Group[C]):
    """Impersonation."""

    create = Operation(subject_tokens.create)
