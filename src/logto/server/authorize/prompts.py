"""Whether the user must sign in or consent before a code may be given (LOGTO.md 3.6)."""

from typing import Any

from sqlalchemy import Connection, Row

from logto.server.store import users

from . import consent
from .draft import Draft

LOGIN = "login"
CONSENT = "consent"


def needs_login(db: Connection, draft: Draft, session: Row[Any] | None, now: float, *, just_done: bool) -> bool:
    """Tell whether nobody suitable is signed in, or a fresh sign-in is asked for and has not happened yet."""
    if session is None or users.find_active(db, session.user_id) is None:
        return True
    if draft.hinted_user is not None and draft.hinted_user != session.user_id:
        return True
    if just_done:
        return False
    too_old = draft.max_age is not None and now - session.authenticated_at >= draft.max_age
    return LOGIN in draft.prompts or too_old


def needs_consent(db: Connection, draft: Draft, session: Row[Any], now: float, *, just_done: bool) -> bool:
    """Tell whether something has not been granted yet, or consent is asked for and has not happened yet."""
    if just_done:
        return False
    return CONSENT in draft.prompts or consent.is_missing(db, draft, session, now)
