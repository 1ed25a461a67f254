"""What Logto tells an application by webhook."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictStr
from pydantic.alias_generators import to_camel

InteractionEventName: TypeAlias = Literal["PostRegister", "PostSignIn", "PostResetPassword"]
"""Somebody has done something on Logto's own pages."""

DataEventName: TypeAlias = Literal[
    "User.Created",
    "User.Deleted",
    "User.Data.Updated",
    "User.SuspensionStatus.Updated",
    "Role.Created",
    "Role.Deleted",
    "Role.Data.Updated",
    "Role.Scopes.Updated",
    "Scope.Created",
    "Scope.Deleted",
    "Scope.Data.Updated",
    "Organization.Created",
    "Organization.Deleted",
    "Organization.Data.Updated",
    "Organization.Membership.Updated",
    "OrganizationRole.Created",
    "OrganizationRole.Deleted",
    "OrganizationRole.Data.Updated",
    "OrganizationRole.Scopes.Updated",
    "OrganizationScope.Created",
    "OrganizationScope.Deleted",
    "OrganizationScope.Data.Updated",
]
"""Something that Logto keeps has changed."""

ExceptionEventName: TypeAlias = Literal["Identifier.Lockout"]
"""Something was kept from happening."""

WebhookEventName: TypeAlias = InteractionEventName | DataEventName | ExceptionEventName


class _Told(BaseModel):
    """Members in Python's spelling; those that have no field here are kept, in Logto's."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="allow", frozen=True, defer_build=True
    )


class WebhookUser(_Told):
    """The user that an event is about; what is empty is None."""

    id: StrictStr
    username: str | None = None
    primary_email: str | None = None
    primary_phone: str | None = None
    name: str | None = None
    avatar: str | None = None
    custom_data: dict[str, Any] | None = None
    identities: dict[str, Any] | None = None
    last_sign_in_at: Any = None
    created_at: Any = None
    application_id: str | None = None
    is_suspended: bool | None = None


class WebhookApplication(_Told):
    """The application that an event is about."""

    id: StrictStr
    name: str | None = None
    type: str | None = None
    description: str | None = None


class WebhookEvent(_Told):
    """What a webhook tells. `user` and `application` come with interactions, `data` and `params` with changes of data."""

    event: StrictStr
    """What happened, such as `User.Created`."""
    hook_id: StrictStr
    """Which webhook tells it."""
    created_at: AwareDatetime
    """When Logto wrote this."""

    interaction_event: str | None = None
    """`SignIn`, `Register` or `ForgotPassword`."""
    session_id: str | None = None
    """The session at Logto."""
    user_agent: str | None = None
    """The browser of whoever did it."""
    user_ip: str | None = None
    """The address of whoever did it, with interactions."""
    ip: str | None = None
    """The address of whoever did it, with changes of data."""
    user_id: str | None = None
    """The user's id."""
    user: WebhookUser | None = None
    """The user."""
    application_id: str | None = None
    """The application's id."""
    application: WebhookApplication | None = None
    """The application."""

    data: Any = None
    """What changed, as it is now: an object as the Management API returns it; None where it was deleted."""
    params: dict[str, Any] | None = None
    """The ids in the path of the Management API's route."""
    path: str | None = None
    """The path of the call that changed it."""
    method: str | None = None
    """The method of the call that changed it."""
    status: int | None = None
    """The status that the call was answered."""
    matched_route: str | None = Field(default=None)
    """The route of the Management API."""

    organization_id: str | None = None
    """The organization, where its members changed."""
    added_user_ids: list[str] | None = None
    """Who joined it."""
    removed_user_ids: list[str] | None = None
    """Who left it."""

    @property
    def is_about_data(self) -> bool:
        """Whether something that Logto keeps has changed."""
        return "." in self.event
