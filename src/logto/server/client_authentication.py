"""Who is asking: the client of a token, revocation, introspection or pushed request (LOGTO.md 3.5)."""

from base64 import b64decode
from binascii import Error as Base64Error
from urllib.parse import unquote_plus, urlsplit

from sqlalchemy import Connection

from .errors import OidcError, invalid_request
from .exchange import Exchange
from .ids import same
from .store import applications
from .store.applications import Application


def authenticate(exchange: Exchange, db: Connection) -> Application:
    """Return the client, authenticated by its secret, or by nothing if it is public.

    Raises: OidcError (invalid_request, invalid_client).
    """
    basic = _basic(exchange.request.headers.getlist("authorization"))
    body_id, body_secret = exchange.form.get("client_id"), exchange.form.get("client_secret")
    if basic and body_secret is not None:
        raise invalid_request("client authentication must only be provided using one mechanism")
    if basic and body_id is not None and body_id != basic[0]:
        raise invalid_request("mismatch in body and authorization client ids")
    assertion = exchange.form.get("client_assertion")
    if assertion is not None and (basic or body_secret is not None):
        raise invalid_request("client authentication must only be provided using one mechanism")
    client_id, secret = basic or (body_id, body_secret)
    if assertion is not None and not client_id:
        # Discovery names the two methods by assertion, as the real server's does; no application can be set to them.
        raise OidcError("invalid_client", "client authentication failed", 401)
    if not client_id:
        raise invalid_request("no client authentication mechanism provided")
    application = applications.find(db, client_id)
    if application is None:
        raise unknown_client(client_id)
    if not _is_authentic(exchange, db, application, secret):
        challenge = f'Basic realm="{exchange.world.issuer}", error="invalid_client"' if basic else None
        headers = {"WWW-Authenticate": challenge} if challenge else None
        raise OidcError("invalid_client", "client authentication failed", 401, headers)
    check_origin(exchange, application)
    return application


def unknown_client(client_id: str) -> OidcError:
    """Return the error of a client id that nobody has; it echoes only what could be one."""
    shown = client_id if client_id.isascii() and client_id.isprintable() and len(client_id) <= 64 else ""
    return OidcError("invalid_client", f"invalid client {shown}".rstrip())


def check_origin(exchange: Exchange, application: Application) -> None:
    """Let a browser's script in only from an origin of the application's redirect URIs (LOGTO.md 3.12).

    Raises: OidcError (invalid_request).
    """
    origin = exchange.request.headers.get("origin")
    if origin is None:
        return
    allowed = {*map(_origin, application.redirect_uris), *application.custom.get("corsAllowedOrigins", ())}
    if origin not in allowed:
        raise invalid_request(f"origin not allowed for client: {application.id}")


def _is_authentic(exchange: Exchange, db: Connection, application: Application, secret: str | None) -> bool:
    if application.is_public or secret is None:
        return application.is_public and secret is None
    valid = applications.secrets_of(db, application.id, exchange.now)
    # Every one is compared, whichever fits: the time tells nothing.
    return sum(same(secret, candidate) for candidate in valid) > 0


def _basic(headers: list[str]) -> tuple[str, str] | None:
    """Read `Authorization: Basic`, whose two halves are form-encoded (RFC 6749 2.3.1)."""
    if not headers:
        return None
    scheme, _, encoded = headers[0].partition(" ")
    if len(headers) > 1 or scheme.lower() != "basic":
        raise invalid_request("invalid authorization header value format")
    try:
        client_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
        decoded = (unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict"))
    except (Base64Error, ValueError) as error:
        raise invalid_request("invalid authorization header value format") from error
    if not colon or "\0" in decoded[0]:
        raise invalid_request("invalid authorization header value format")
    return decoded


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"
