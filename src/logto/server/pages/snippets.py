"""The settings on the home page, ready to paste into an application."""

from __future__ import annotations

import shlex

from logto.server.pages.views import ApplicationRow, HomeView


def main_application(view: HomeView) -> ApplicationRow | None:
    """The application that the snippets are for: the first web application with a secret, or else the first one."""
    web = (row for row in view.applications if row.type == "Traditional" and row.secret)
    return next(web, view.applications[0] if view.applications else None)


def environment_lines(view: HomeView, application: ApplicationRow) -> str:
    """The variables that `LogtoConfig.from_env()` reads, quoted for a shell and for a .env file alike."""
    variables = {
        "LOGTO_ENDPOINT": view.endpoint,
        "LOGTO_APP_ID": application.id,
        "LOGTO_APP_SECRET": application.secret,
    }
    return "\n".join(f"{name}={shlex.quote(value)}" for name, value in variables.items() if value)
