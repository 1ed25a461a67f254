"""Whoever makes the current request, or has the current WebSocket, of Quart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from quart import current_app, has_websocket_context, request, url_for, websocket
from quart.wrappers.base import BaseRequestWebsocket
from werkzeug.local import LocalProxy

from ...errors import LogtoException
from ...flows.pages import base_url, check_same_origin
from ...models.pages import PageRequest
from ...models.user import LogtoUser
from ...sessions.cookie_store import CookieStore
from ...sessions.record_session import RecordSession
from ..pallets.extension import NAME, installed_in
from ..pallets.page_request import browser_url, page_request
from ..pallets.visit import Visit

_ATTRIBUTE = "_logto_visit"


def connection() -> BaseRequestWebsocket:
    """The current request, or the current WebSocket: itself, not Quart's proxy of it."""
    proxy: Any = websocket if has_websocket_context() else request
    return cast("BaseRequestWebsocket", proxy._get_current_object())  # noqa: SLF001 - a LocalProxy's own


def begun() -> Visit | None:
    """The current visit, where there is one: static files have none."""
    found: Visit | None = getattr(connection(), _ATTRIBUTE, None)
    return found


def visit() -> Visit:
    """The current visit, which began before any view; nobody's, where none did.

    Raises:
        ConfigurationError: The application has no Logto.
    """
    found = begun()
    if found is None:
        installed = installed_in(current_app)
        # Of a static file that is not there, the application's page of errors: without cookies no store is asked.
        found = Visit(installed, installed.pages.sync_sessions.open({}, "https://localhost/"))
        found.cookies = ()
        setattr(connection(), _ATTRIBUTE, found)
    return found


current_user = cast("LogtoUser", LocalProxy(lambda: visit().current()))
"""Whoever makes the current request: a `LogtoUser`, or what the application's `user_loader` returned; false for nobody."""


def asked() -> PageRequest:
    """The current request, or WebSocket, as the sign-in pages see it."""
    hooks = installed_in(current_app).hooks
    return page_request(connection(), sign_in_path=url_for(hooks.login_view), callback_path=url_for(f"{NAME}.callback"))


async def enter() -> None:
    """Opens the session, before anything of the application looks."""
    if _is_without():
        return
    installed = installed_in(current_app)
    opened: RecordSession | LogtoException
    try:
        opened = await installed.pages.open(request.cookies, installed.address or browser_url(request))
    except LogtoException as error:
        opened = error  # a page that does not look at the user does not need the store either
    await _begin(opened)


def _is_without() -> bool:
    """Whether no browser's session has to do with a request: one for a static file, and Logto's own."""
    endpoint = request.endpoint or ""
    view = current_app.view_functions.get(endpoint)
    return endpoint == f"{NAME}.backchannel_logout" or getattr(view, "__name__", "") == "send_static_file"


async def enter_websocket() -> None:
    """Opens the session of a WebSocket: nobody's, where another site's page opened it."""
    pages = installed_in(current_app).pages
    here = asked()
    cookies: Mapping[str, str] = websocket.cookies
    refusal = None
    opened: RecordSession | LogtoException
    try:
        # Browsers send cookies along whichever page opens a WebSocket, and let it read everything.
        check_same_origin(here, base_url(pages.settings, here))
    except LogtoException as error:
        cookies, refusal = {}, error
    try:
        if isinstance(pages.store, CookieStore):
            # A WebSocket has no answer that could bring new cookies: it must not spend the browser's refresh token.
            opened = await pages.sessions.open(cookies, pages.settings.redirect_uri or here.url)
            await pages.close(opened)
        else:
            opened = await pages.open(cookies, pages.settings.redirect_uri or here.url)
    except LogtoException as error:
        opened = error
    await _begin(opened, refusal)


async def _begin(opened: RecordSession | LogtoException, refusal: LogtoException | None = None) -> None:
    installed = installed_in(current_app)
    here = Visit(installed, opened, refusal)
    setattr(connection(), _ATTRIBUTE, here)
    loader = installed.hooks.user_loader
    if loader is None or isinstance(opened, LogtoException):
        return
    user = installed.pages.user(opened)
    if user:
        # Whoever looks later cannot wait, so the application is asked now.
        here.keep(user, await current_app.ensure_async(loader)(user.claims))
