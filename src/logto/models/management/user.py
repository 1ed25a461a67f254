"""A user, as the Management API tells of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field, StrictInt, StrictStr

from ..api import Told, moment


class UserAddress(Told):
    """A postal address."""

    formatted: str | None = None
    street_address: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class UserProfile(Told):
    """What a user says of themself, by the names of OpenID Connect."""

    family_name: str | None = None
    given_name: str | None = None
    middle_name: str | None = None
    nickname: str | None = None
    preferred_username: str | None = None
    profile: str | None = None
    website: str | None = None
    gender: str | None = None
    birthdate: str | None = None
    zoneinfo: str | None = None
    locale: str | None = None
    address: UserAddress | None = None


class User(Told):
    """A user; what is empty is None."""

    id: StrictStr
    """The `sub` of the user's tokens."""
    username: str | None = None
    primary_email: str | None = None
    primary_phone: str | None = None
    """Digits only, with the country's."""
    name: str | None = None
    avatar: str | None = None
    """The URL of a picture."""
    custom_data: dict[str, Any] = Field(default_factory=dict[str, Any], repr=False)
    """What your application keeps of the user."""
    identities: dict[str, Any] = Field(default_factory=dict[str, Any], repr=False)
    """The accounts at social providers, by the provider's name."""
    profile: UserProfile = Field(default_factory=UserProfile, repr=False)
    application_id: str | None = None
    """The application with which the user signed up."""
    is_suspended: bool = False
    """Whether the user may not sign in."""
    has_password: bool | None = None
    """None where Logto does not say: in lists of members."""
    last_sign_in_at: StrictInt | None = None
    """Milliseconds since 1970."""
    created_at: StrictInt | None = None
    """Milliseconds since 1970."""
    updated_at: StrictInt | None = None
    """Milliseconds since 1970."""

    @property
    def last_signed_in(self) -> datetime | None:
        """`last_sign_in_at` as a `datetime`; None for never."""
        return moment(self.last_sign_in_at)

    @property
    def created(self) -> datetime | None:
        """`created_at` as a `datetime`."""
        return moment(self.created_at)
