"""Calls about users' sessions at Logto."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ...models.management.session import UserSession
from ..api_call import Call, ListCall, entity, nothing, path

Revoked: TypeAlias = Literal["all", "firstParty"]
"""The applications whose tokens end with a session."""


def listed(user_id: str) -> ListCall[UserSession]:
    """The browsers in which a user is signed in at Logto."""
    place = path("users/{user_id}/sessions", user_id=user_id)
    return ListCall(place, UserSession.model_validate, paged=False, member="sessions")


def get(user_id: str, session_id: str) -> Call[UserSession]:
    """One of a user's sessions.

    Raises:
        LogtoApiNotFoundError: There is none such (any more).
    """
    place = path("users/{user_id}/sessions/{session_id}", user_id=user_id, session_id=session_id)
    return Call("GET", place, entity(UserSession))


def revoke(user_id: str, session_id: str, *, tokens: Revoked | None = None) -> Call[None]:
    """Ends one of a user's sessions: the next sign-in there asks who it is.

    Args:
        user_id: The user's id.
        session_id: The session's `id`.
        tokens: Which applications' refresh tokens end as well: `all`, or those of `firstParty` ones. Logto decides if
            not given.

    Raises:
        LogtoApiNotFoundError: There is none such (any more).
    """
    place = path("users/{user_id}/sessions/{session_id}", user_id=user_id, session_id=session_id)
    return Call("DELETE", place, nothing, query={"revokeGrantsTarget": tokens})
