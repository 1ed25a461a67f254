"""A user's sessions at Logto, and tokens that stand for a user."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field, StrictInt, StrictStr

from ..api import Told, moment


class SessionPayload(Told):
    """What the server keeps of a session. Times in it are seconds."""

    uid: StrictStr
    exp: int | None = None
    """Seconds since 1970."""
    iat: int | None = None
    """Seconds since 1970."""
    login_ts: int | None = None
    """Seconds since 1970."""
    account_id: str | None = None
    authorizations: dict[str, Any] = Field(default_factory=dict[str, Any], repr=False)
    """What the session gave to which application, by the application's id."""


class UserSession(Told):
    """A browser in which a user is signed in."""

    payload: SessionPayload = Field(repr=False)
    client_id: str | None = None
    """The application through which it began."""
    account_id: str | None = None
    """The user."""
    expires_at: StrictInt | None = None
    """Milliseconds since 1970."""
    last_submission: dict[str, Any] | None = Field(default=None, repr=False)
    is_current: bool | None = None
    """Whether it is the one of the access token; where users ask for their own."""

    @property
    def id(self) -> str:
        """What the session is called in other calls."""
        return self.payload.uid

    @property
    def expires(self) -> datetime | None:
        """`expires_at` as a `datetime`."""
        return moment(self.expires_at)

    def __repr__(self) -> str:
        return f"UserSession(id={self.id!r}, client_id={self.client_id!r})"


class PersonalAccessToken(Told):
    """A user's token for programs."""

    name: StrictStr
    value: StrictStr = Field(repr=False)
    """The token itself, `pat_…`: what `exchange_token` takes."""
    user_id: str | None = None
    created_at: StrictInt | None = None
    """Milliseconds since 1970."""
    expires_at: StrictInt | None = None
    """Milliseconds since 1970; None for never."""

    @property
    def expires(self) -> datetime | None:
        """`expires_at` as a `datetime`; None for never."""
        return moment(self.expires_at)


class SubjectToken(Told):
    """A token that stands for a user, once."""

    subject_token: StrictStr = Field(repr=False)
    """The token itself, `sub_…`: what `exchange_token` takes."""
    expires_in: int
    """Seconds."""
