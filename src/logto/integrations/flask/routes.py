"""The routes: sign-in, sign-up, callback, sign-out, and Logto's word that a session is over."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, current_app, request
from flask.wrappers import Response

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


def sign_in() -> Response:
    """Sends the browser to Logto's sign-in page."""
    return _begin(sign_up=False)


def sign_up() -> Response:
    """Sends the browser to Logto's page for new users."""
    return _begin(sign_up=True)


def callback() -> Response:
    """Where Logto sends the browser back to."""
    here = visit()
    try:
        answer = here.installed.pages.callback(here.session, asked())
    except LogtoException as error:
        sign_in_failed.send(_application(), error=error)
        raise
    if answer.location is not None:
        signed_in.send(_application(), user=here.user)
    return as_response(answer)


def sign_out() -> Response:
    """Ends the session, here and at Logto."""
    here = visit()
    user = here.user
    answer = here.installed.pages.sign_out(here.session, asked())
    if user and not here.user:
        signed_out.send(_application(), user=user)
    return as_response(answer)


def backchannel_logout() -> Response:
    """Where Logto says that a session is over: it comes from Logto, so there is no browser's session, and no cookie."""
    body = request.stream.read(MAX_BODY + 1)  # one byte too many is enough to be refused
    return as_response(installed_in(current_app).pages.back_channel_logout(body, request.content_type))


def _begin(*, sign_up: bool) -> Response:
    here = visit()
    try:
        return as_response(here.installed.pages.sign_in(here.session, asked(), sign_up=sign_up))
    except LogtoException as error:
        sign_in_failed.send(_application(), error=error)
        raise


def _exempt_logto(endpoint: str | None, _values: object) -> None:
    """Lets Logto's own request pass Flask-WTF's CSRFProtect, whichever of the two extensions came first.

    It runs before any `before_request`, where CSRFProtect looks.
    """
    csrf = current_app.extensions.get("csrf")
    if csrf is not None and endpoint == f"{NAME}.{backchannel_logout.__name__}":
        csrf.exempt(backchannel_logout)


def _application() -> Flask:
    """The application itself: receivers compare senders by identity."""
    return cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - Flask documents it for signals
