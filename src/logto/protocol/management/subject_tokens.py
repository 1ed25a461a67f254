"""Calls for impersonation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.management.session import SubjectToken
from ..api_call import Call, entity, present


def create(user_id: str, *, context: Mapping[str, Any] | None = None) -> Call[SubjectToken]:
    """Makes a token that stands for a user, for ten minutes and one exchange: `exchange_token` takes it.

    Args:
        user_id: In whose name.
        context: What is known of the reason, for the script that adds claims to tokens.

    Raises:
        LogtoApiNotFoundError: There is no such user.
    """
    return Call("POST", "subject-tokens", entity(SubjectToken), body=present(user_id=user_id, context=context))
