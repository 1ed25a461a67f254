"""Roles and the scopes that they give."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from pydantic import Field, StrictInt, StrictStr

from ..api import Told, moment

RoleType: TypeAlias = Literal["User", "MachineToMachine"]
"""Who can have a role: people, or programs."""


class Role(Told):
    """A role, which users or programs have everywhere."""

    id: StrictStr
    name: str | None = None
    description: str | None = None
    type: str | None = None
    """`User` or `MachineToMachine`."""
    is_default: bool | None = None
    """Whether new users get it."""
    users_count: int | None = None
    """How many users have it; in lists of roles."""
    applications_count: int | None = None
    """How many programs have it; in lists of roles."""


class Resource(Told):
    """An API, to which tokens are given."""

    id: StrictStr
    name: str | None = None
    indicator: str | None = None
    """The audience of its tokens: what `resource` is in other calls of the SDK."""
    is_default: bool | None = None
    access_token_ttl: int | None = None
    """Seconds for which its access tokens live."""
    scopes: list[Scope] | None = Field(default=None, repr=False)
    """Its scopes, where they were asked for."""


class Scope(Told):
    """What may be done with an API."""

    id: StrictStr
    resource_id: str | None = None
    name: str | None = None
    description: str | None = None
    created_at: StrictInt | None = None
    """Milliseconds since 1970."""
    resource: Resource | None = Field(default=None, repr=False)
    """The API, in lists of a role's scopes."""

    @property
    def created(self) -> datetime | None:
        """`created_at` as a `datetime`."""
        return moment(self.created_at)
