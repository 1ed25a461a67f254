"""Whoever makes the current request of Flask."""

from __future__ import annotations

from typing import Any, cast

from flask import current_app, request, url_for
from werkzeug.local import LocalProxy

from ...errors import LogtoException
from ...models.pages import PageRequest
from ...models.user import LogtoUser
from ...sessions.record_session import RecordSession
from ..pallets.extension import NAME, installed_in
from ..pallets.page_request import browser_url, page_request
from ..pallets.visit import Visit

_ATTRIBUTE = "_logto_visit"


class FlaskVisit(Visit):
    """A visit that asks the application who the user is when somebody first looks."""

    __slots__ = ()

    def _load(self, user: LogtoUser) -> Any:
        loader = self.installed.hooks.user_loader
        if loader is not None and self._loaded_for != user:
            self.keep(user, current_app.ensure_sync(loader)(user.claims))
        return self._loaded


def begun() -> Visit | None:
    """The current request's visit, if anybody has looked yet; where nobody does, no session is opened."""
    found: Visit | None = getattr(request, _ATTRIBUTE, None)
    return found


def visit() -> Visit:
    """The current request's visit: its session is opened now, if it is not yet.

    Raises:
        ConfigurationError: The application has no Logto.
    """
    found = begun()
    if found is None:
        pages = installed_in(current_app).pages
        opened: RecordSession | LogtoException
        try:
            # A redirect URI tells the application's address better than any request; its URL takes time to put together.
            opened = pages.open(request.cookies, pages.settings.redirect_uri or browser_url(request))
        except LogtoException as error:
            opened = error
        found = FlaskVisit(installed_in(current_app), opened)
        setattr(request, _ATTRIBUTE, found)
    return found


current_user = cast("LogtoUser", LocalProxy(lambda: visit().current()))
"""Whoever makes the current request: a `LogtoUser`, or what the application's `user_loader` returned; false for nobody."""


def asked() -> PageRequest:
    """The current request as the sign-in pages see it."""
    hooks = installed_in(current_app).hooks
    return page_request(request, sign_in_path=url_for(hooks.login_view), callback_path=url_for(f"{NAME}.callback"))
