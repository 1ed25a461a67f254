"""What Django reads of the app when it starts."""

from __future__ import annotations

from django.apps import AppConfig


class LogtoAppConfig(AppConfig):
    """The app: its models are `logto.Session`, `logto.SessionIndex` and `logto.Lock`."""

    name = "logto.integrations.django"
    label = "logto"
    verbose_name = "Logto"
