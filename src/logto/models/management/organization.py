"""Organizations, their members, the roles there are in them, and invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field, StrictInt, StrictStr

from ..api import Told, moment
from .application import Application
from .user import User


class Named(Told):
    """The id and the name of something."""

    id: StrictStr
    name: str | None = None


class Organization(Told):
    """An organization, to which users and programs belong."""

    id: StrictStr
    name: str | None = None
    description: str | None = None
    custom_data: dict[str, Any] = Field(default_factory=dict[str, Any], repr=False)
    is_mfa_required: bool | None = None
    """Whether its members must have a second factor."""
    color: dict[str, Any] = Field(default_factory=dict[str, Any], repr=False)
    branding: dict[str, Any] = Field(default_factory=dict[str, Any], repr=False)
    custom_css: str | None = Field(default=None, repr=False)
    created_at: StrictInt | None = None
    """Milliseconds since 1970."""

    @property
    def created(self) -> datetime | None:
        """`created_at` as a `datetime`."""
        return moment(self.created_at)


class Membership(Organization):
    """An organization that somebody belongs to, with the roles there."""

    organization_roles: list[Named] = Field(default_factory=list[Named])


class Member(User):
    """A user who belongs to an organization, with the roles there."""

    organization_roles: list[Named] = Field(default_factory=list[Named])


class MemberApplication(Application):
    """A program that belongs to an organization, with the roles there."""

    organization_roles: list[Named] = Field(default_factory=list[Named])


class NamedScope(Named):
    """A scope of an API, and which one."""

    resource: Named | None = None


class OrganizationRole(Told):
    """A role that members of organizations can have."""

    id: StrictStr
    name: str | None = None
    description: str | None = None
    type: str | None = None
    """`User` or `MachineToMachine`."""
    scopes: list[Named] | None = Field(default=None, repr=False)
    """The scopes of the organization that it gives; in lists of the template."""
    resource_scopes: list[NamedScope] | None = Field(default=None, repr=False)
    """The scopes of APIs that it gives; in lists of the template."""


class OrganizationScope(Told):
    """What may be done in an organization."""

    id: StrictStr
    name: str | None = None
    description: str | None = None


class Invitation(Told):
    """An invitation to an organization."""

    id: StrictStr
    organization_id: str | None = None
    invitee: str | None = None
    """The e-mail address."""
    inviter_id: str | None = None
    accepted_user_id: str | None = None
    status: str | None = None
    """`Pending`, `Accepted`, `Expired` or `Revoked`."""
    organization_roles: list[Named] = Field(default_factory=list[Named])
    """The roles that whoever accepts it gets."""
    created_at: StrictInt | None = None
    """Milliseconds since 1970."""
    updated_at: StrictInt | None = None
    """Milliseconds since 1970."""
    expires_at: StrictInt | None = None
    """Milliseconds since 1970."""

    @property
    def expires(self) -> datetime | None:
        """`expires_at` as a `datetime`."""
        return moment(self.expires_at)
