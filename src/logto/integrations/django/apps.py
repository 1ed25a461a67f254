"""What Django reads of the app when it starts."""

from __future__ import annotations

from django.apps import AppConfig


class LogtoAppConfig(AppConfig):
    """The app: its models are `logto.LogtoAccount`, `logto.Session`, `logto.SessionIndex` and `logto.Lock`."""

    name = "logto.integrations.django"
    label = "logto"
    verbose_name = "Logto"

    def ready(self) -> None:
        """Listens to logins and logouts, and offers the system checks."""
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from . import checks
        from .login import follow_login, follow_logout

        user_logged_in.connect(follow_login, dispatch_uid="logto.follow_login")
        user_logged_out.connect(follow_logout, dispatch_uid="logto.follow_logout")
        checks.register()
