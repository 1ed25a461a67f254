"""What the Account API tells users of themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, Field, StrictInt, StrictStr

from .api import Told, moment
from .management.user import UserProfile


class Account(Told):
    """A user's own account; None is what is empty, and what the tenant or the token's scopes do not show."""

    id: StrictStr
    """The `sub` of the user's tokens."""
    username: str | None = None
    primary_email: str | None = None
    """Scope `email`."""
    primary_phone: str | None = None
    """Scope `phone`."""
    name: str | None = None
    avatar: str | None = None
    """The URL of a picture."""
    profile: UserProfile | None = Field(default=None, repr=False)
    custom_data: dict[str, Any] | None = Field(default=None, repr=False)
    """What the application keeps of the user. Scope `custom_data`."""
    identities: dict[str, Any] | None = Field(default=None, repr=False)
    """The accounts at social providers. Scope `identities`."""
    has_password: bool | None = None
    has_security_verification_method: bool | None = None
    """Whether the user has something to prove with who they are."""
    last_sign_in_at: StrictInt | None = None
    """Milliseconds since 1970."""
    created_at: StrictInt | None = None
    """Milliseconds since 1970."""
    updated_at: StrictInt | None = None
    """Milliseconds since 1970."""

    @property
    def created(self) -> datetime | None:
        """`created_at` as a `datetime`."""
        return moment(self.created_at)


class Proof(Told):
    """That the user has just proved something, for a few minutes: to be themself, or that an address is theirs."""

    verification_record_id: StrictStr = Field(repr=False)
    expires_at: AwareDatetime | None = None


class SentCode(Proof):
    """A code that is on its way to an address; no proof until it has come back."""

    kind: str = Field(default="", exclude=True)
    """`email` or `phone`."""
    address: str = Field(default="", exclude=True, repr=False)
    """Where it went."""
