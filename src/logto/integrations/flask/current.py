"""Whoever makes the current request of Flask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import current_app, request, url_for
from flask.wrappers import Request
from werkzeug.local import LocalProxy

from ...errors import LogtoException
from ...models.pages import PageRequest
from ...models.user import LogtoUser
from ...sessions.record_session import RecordSession
from ..pallets.extension import NAME, installed_in
from ..pallets.page_request import browser_url, page_request
from ..pallets.visit import Visit

_ATTRIBUTE = "_logto_visit"
_LET_GO = "_logto_let_go"


class FlaskVisit(Visit):
    """A visit that asks the application who the user is when somebody first looks."""

    __slots__ = ()

    def _load(self, user: LogtoUser) -> Any:
        loader = self.installed.hooks.user_loader
        if loader is not None and self._loaded_for != user:
            self.keep(user, current_app.ensure_sync(loader)(user.claims))
        return self._loaded


_here: Callable[[], Request] = request._get_current_object  # type: ignore[attr-defined]  # noqa: SLF001 - a LocalProxy's own
"""The current request itself: every look through Flask's proxy costs as much as a dozen at what it stands for."""


def begun() -> Visit | None:
    """The current request's visit, if anybody has looked yet; where nobody does, no session is opened."""
    found: Visit | None = _here().__dict__.get(_ATTRIBUTE)
    return found


def visit() -> Visit:
    """The current request's visit: its session is opened now, if it is not yet.

    Raises:
        ConfigurationError: The application has no Logto.
    """
    asking = _here()
    found: Visit | None = asking.__dict__.get(_ATTRIBUTE)
    if found is None:
        found = asking.__dict__[_ATTRIBUTE] = _open(asking)
    return found


def let_go() -> None:
    """Notes that the answer goes out, and nobody has looked."""
    _here().__dict__[_LET_GO] = True


def _open(asking: Request) -> Visit:
    installed = installed_in(current_app)
    pages, address = installed.pages, installed.address or browser_url(asking)
    is_late = _LET_GO in asking.__dict__
    opened: RecordSession | LogtoException
    try:
        if is_late:
            # New cookies would not reach the browser any more: closed at once, the session spends no refresh token.
            opened = pages.sync_sessions.open(asking.cookies, address)
            pages.close(opened)
        else:
            opened = pages.open(asking.cookies, address)
    except LogtoException as error:
        opened = error
    begun_now = FlaskVisit(installed, opened)
    if is_late:
        begun_now.cookies = ()
    return begun_now


def _current() -> Any:
    return visit().current()


current_user = cast("LogtoUser", LocalProxy(_current))
"""Whoever makes the current request: a `LogtoUser`, or what the application's `user_loader` returned; false for nobody."""


def asked() -> PageRequest:
    """The current request as the sign-in pages see it."""
    hooks = installed_in(current_app).hooks
    return page_request(request, sign_in_path=url_for(hooks.login_view), callback_path=url_for(f"{NAME}.callback"))
