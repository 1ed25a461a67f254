"""The routes: sign-in, sign-up, callback, sign-out, and Logto's word that a session is over."""

from __future__ import annotations

from typing import Any, cast

from blinker import Signal
from quart import Blueprint, Quart, current_app, request
from quart.wrappers import Response

from ...errors import LogtoException
from ...models.pages import PageSettings
from ...protocol.logout_token import MAX_BODY
from ..pallets.extension import NAME, installed_in
from ..pallets.signals import sign_in_failed, signed_in, signed_out
from .answers import as_response
from .current import asked, visit


def blueprint(settings: PageSettings) -> Blueprint:
    """The routes of one application."""
    routes = Blueprint(NAME, __name__, url_prefix=settings.url_prefix or None)
    routes.add_url_rule(settings.sign_in_path, view_func=sign_in)
    routes.add_url_rule(settings.sign_up_path, view_func=sign_up)
    routes.add_url_rule(settings.callback_path, view_func=callback)
    methods = ["GET", "POST"] if settings.allow_sign_out_by_get else ["POST"]
    routes.add_url_rule(settings.sign_out_path, view_func=sign_out, methods=methods)
    routes.add_url_rule(settings.back_channel_logout_path, view_func=backchannel_logout, methods=["POST"])
    routes.url_value_preprocessor(_exempt_logto)
    return routes


async def sign_in() -> Response:
    """Sends the browser to Logto's sign-in page."""
    return await _begin(sign_up=False)


async def sign_up() -> Response:
    """Sends the browser to Logto's page for new users."""
    return await _begin(sign_up=True)


async def callback() -> Response:
    """Where Logto sends the browser back to."""
    here = visit()
    try:
        answer = await here.installed.pages.callback(here.session, asked())
    except LogtoException as error:
        await _send(sign_in_failed, error=error)
        raise
    if answer.location is not None:
        await _send(signed_in, user=here.user)
    return as_response(answer)


async def sign_out() -> Response:
    """Ends the session, here and at Logto."""
    here = visit()
    user = here.user
    answer = await here.installed.pages.sign_out(here.session, asked())
    if user and not here.user:
        await _send(signed_out, user=user)
    return as_response(answer)


async def backchannel_logout() -> Response:
    """Where Logto says that a session is over: it comes from Logto, so there is no browser's session, and no cookie."""
    body = bytearray()
    async for part in request.body:
        body += part
        if len(body) > MAX_BODY:
            break  # one byte too many is enough to be refused
    pages = installed_in(current_app).pages
    return as_response(await pages.back_channel_logout(bytes(body), request.content_type))


async def _begin(*, sign_up: bool) -> Response:
    here = visit()
    try:
        return as_response(await here.installed.pages.sign_in(here.session, asked(), sign_up=sign_up))
    except LogtoException as error:
        await _send(sign_in_failed, error=error)
        raise


def _exempt_logto(endpoint: str | None, _values: object) -> None:
    """Lets Logto's own request pass Quart-WTF's CSRFProtect, whichever of the two extensions came first.

    It runs before any `before_request`, where CSRFProtect looks.
    """
    csrf = current_app.extensions.get("csrf")
    if csrf is not None and endpoint == f"{NAME}.{backchannel_logout.__name__}":
        csrf.exempt(backchannel_logout)


async def _send(signal: Signal, **told: Any) -> None:
    app = cast("Quart", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - receivers compare senders by identity
    # Plain receivers run in a thread, as plain views do.
    wrapper = cast("Any", app.ensure_async)
    await signal.send_async(app, _sync_wrapper=wrapper, **told)
