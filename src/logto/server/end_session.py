"""Signing out: a page that submits itself, then back to the application (LOGTO.md 3.7, 3.8)."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from . import backchannel_logout, cookies, ids, tokens
from .client_authentication import unknown_client
from .errors import OidcError, invalid_request
from .exchange import Exchange
from .messenger import Notice
from .origins import demand_own_origin
from .pages import render
from .pages.views import SignedOutView
from .redirects import registered
from .store import applications, sessions
from .store.applications import Application

CONFIRM = "/oidc/session/end/confirm"
SUCCESS = "/oidc/session/end/success"
PENDING = "_session_end"
LIFETIME = 3600


def end(exchange: Exchange, db: Connection) -> Response:
    """Check the request and answer with a form that posts the confirmation."""
    params = exchange.form if exchange.request.method == "POST" else exchange.query
    params.refuse_duplicates()
    application = _application(exchange, db)
    uri = params.get("post_logout_redirect_uri")
    target = ""
    if application is not None and uri is not None:  # without a client the URI is ignored
        native = application.type == "Native"
        found = registered(uri, application.post_logout_redirect_uris, native=native)
        if found is None:
            raise invalid_request("post_logout_redirect_uri not registered")
        state = params.get("state")
        target = f"{found}{'&' if '?' in found else '?'}{urlencode({'state': state})}" if state else found
    pending = exchange.cookies.get(PENDING) or ids.token()
    exchange.cookies.set(PENDING, pending, LIFETIME)
    fields = {"xsrf": _sealed(exchange, pending, target), "logout": "yes"}
    return render.auto_submit(exchange.request, CONFIRM, fields, locale=exchange.locale)


async def confirm(exchange: Exchange) -> Response:
    """End the browser's session, if the form came from our own page in this browser; tell its applications."""
    response, notices = exchange.transact(lambda db: _end(exchange, db))
    await exchange.world.messenger.send(notices)
    return response


def _end(exchange: Exchange, db: Connection) -> tuple[Response, list[Notice]]:
    demand_own_origin(exchange)
    notices: list[Notice] = []
    target = _opened(exchange, exchange.cookies.get(PENDING), exchange.form.get("xsrf") or "")
    exchange.cookies.delete(PENDING)
    cookie = exchange.cookies.get(cookies.SESSION)
    if exchange.form.get("logout") is not None and cookie is not None:
        session = sessions.find(db, cookie, exchange.now)
        if session is not None:
            notices = backchannel_logout.notices(exchange.world, db, session, exchange.now)
            sessions.end(db, session.id)
        exchange.cookies.delete(cookies.SESSION)
    return RedirectResponse(target or SUCCESS, 303), notices


def success(exchange: Exchange, _db: Connection) -> Response:
    """Show that nobody is signed in any more."""
    return render.signed_out(exchange.request, SignedOutView(locale=exchange.locale))


def _application(exchange: Exchange, db: Connection) -> Application | None:
    """Find the client by its id, by an ID token of ours, or by both if they agree."""
    params = exchange.form if exchange.request.method == "POST" else exchange.query
    client_id, hint = params.get("client_id"), params.get("id_token_hint")
    if hint is not None:
        claims = tokens.read_own(exchange.world.keys, hint)
        if claims is None or claims.get("iss") != exchange.world.issuer:
            raise invalid_request("could not validate id_token_hint")
        hinted = str(claims.get("aud"))
        if client_id is not None and client_id != hinted:
            raise invalid_request("client_id does not match the provided id_token_hint")
        client_id = hinted
    if client_id is None:
        return None
    application = applications.find(db, client_id)
    if application is None:
        raise unknown_client(client_id)
    return application


def _sealed(exchange: Exchange, pending: str, target: str) -> str:
    """Bind where to go to this browser's cookie: the form's token is its own proof."""
    content = urlsafe_b64encode(json.dumps(target).encode()).decode()
    return f"{content}.{_seal(exchange, pending, content)}"


def _opened(exchange: Exchange, pending: str | None, token: str) -> str:
    content, _, seal = token.rpartition(".")
    if pending is None or not ids.same(seal, _seal(exchange, pending, content)):
        raise OidcError("invalid_request", "xsrf token invalid")
    return str(json.loads(urlsafe_b64decode(content)))


def _seal(exchange: Exchange, pending: str, content: str) -> str:
    return hmac.new(exchange.world.cookie_key, f"end:{pending}:{content}".encode(), hashlib.sha256).hexdigest()
