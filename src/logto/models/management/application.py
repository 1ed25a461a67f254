"""Applications and their secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

from pydantic import Field, StrictInt, StrictStr

from ..api import Told, moment

ApplicationType: TypeAlias = Literal["Native", "SPA", "Traditional", "MachineToMachine"]
"""How an application runs, and whether it can keep a secret."""


class OidcClientMetadata(Told):
    """Where browsers may be sent, and whom to tell of a sign-out."""

    redirect_uris: list[str] | None = None
    post_logout_redirect_uris: list[str] | None = None
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool | None = None


class CustomClientMetadata(Told):
    """Settings that Logto has beyond OpenID Connect."""

    cors_allowed_origins: list[str] | None = None
    id_token_ttl: int | None = None
    """Seconds."""
    refresh_token_ttl_in_days: int | None = None
    always_issue_refresh_token: bool | None = None
    rotate_refresh_token: bool | None = None
    allow_token_exchange: bool | None = None
    is_device_flow: bool | None = None


class Application(Told):
    """An application: what signs users in, or acts for itself."""

    id: StrictStr
    """What `app_id` is in a `LogtoConfig`."""
    name: str | None = None
    description: str | None = None
    type: str | None = None
    """Such as `Traditional`, `SPA`, `Native` or `MachineToMachine`."""
    secret: str | None = Field(default=None, repr=False)
    """Given by older servers only: `list_secrets` has those that count."""
    oidc_client_metadata: OidcClientMetadata = Field(default_factory=OidcClientMetadata, repr=False)
    custom_client_metadata: CustomClientMetadata = Field(default_factory=CustomClientMetadata, repr=False)
    custom_data: dict[str, Any] = Field(default_factory=dict[str, Any], repr=False)
    is_third_party: bool | None = None
    is_admin: bool | None = None
    """Whether it may call the Management API; of a single application."""
    created_at: StrictInt | None = None
    """Milliseconds since 1970."""

    @property
    def created(self) -> datetime | None:
        """`created_at` as a `datetime`."""
        return moment(self.created_at)


class ApplicationSecret(Told):
    """A secret of an application."""

    name: StrictStr
    value: StrictStr = Field(repr=False)
    """What `app_secret` is in a `LogtoConfig`."""
    application_id: str | None = None
    created_at: StrictInt | None = None
    """Milliseconds since 1970."""
    expires_at: StrictInt | None = None
    """Milliseconds since 1970; None for never."""

    @property
    def expires(self) -> datetime | None:
        """`expires_at` as a `datetime`; None for never."""
        return moment(self.expires_at)
