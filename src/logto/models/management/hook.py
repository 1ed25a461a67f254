"""Webhooks."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, StrictInt, StrictStr

from ..api import Told, moment


class HookConfig(Told):
    """Where a webhook goes."""

    url: str | None = None
    headers: dict[str, str] | None = Field(default=None, repr=False)
    """Sent along: they may hold secrets."""


class Hook(Told):
    """A webhook: who is told of which events."""

    id: StrictStr
    name: str | None = None
    events: list[str] = Field(default_factory=list[str])
    """Such as `User.Created`."""
    config: HookConfig = Field(default_factory=HookConfig)
    signing_key: str | None = Field(default=None, repr=False)
    """What `LogtoWebhooks` verifies with."""
    enabled: bool | None = None
    created_at: StrictInt | None = None
    """Milliseconds since 1970."""

    @property
    def created(self) -> datetime | None:
        """`created_at` as a `datetime`."""
        return moment(self.created_at)
