"""The userinfo endpoint: what the owner of an opaque access token may know (LOGTO.md 3.2)."""

from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from . import claims, scopes
from .client_authentication import check_origin
from .errors import OidcError, invalid_request
from .exchange import Exchange
from .origins import allow_origin
from .store import applications, issued, users


def userinfo(exchange: Exchange, db: Connection) -> Response:
    """Return the claims of the token's scopes."""
    token = issued.find(db, issued.access_tokens, _bearer(exchange))
    user = users.find_active(db, token.user_id) if token is not None else None
    application = applications.find(db, token.application_id) if token is not None else None
    if token is None or user is None or application is None or not issued.is_alive(db, token, exchange.now):
        raise _unauthorized(exchange, "invalid token provided")
    check_origin(exchange, application)
    granted = token.content["scopes"]
    if scopes.OPENID not in granted:
        challenge = f'Bearer realm="{exchange.world.issuer}", error="insufficient_scope", scope="openid"'
        raise OidcError(
            "insufficient_scope",
            "access token missing openid scope",
            403,
            {"WWW-Authenticate": challenge},
            {"scope": "openid"},
        )
    return allow_origin(exchange, JSONResponse(claims.about(db, user, granted, limited_to=None)))


def _bearer(exchange: Exchange) -> str:
    """Return the token from the header or the posted form, from exactly one of them (RFC 6750 2)."""
    if exchange.query.get("access_token") is not None:
        raise invalid_request("access tokens must not be provided via query parameter")
    headers = exchange.request.headers.getlist("authorization")
    posted = exchange.form.all("access_token")
    if len(headers) + len(posted) > 1:
        raise invalid_request("access token must only be provided using one mechanism")
    if posted:
        return posted[0]
    if not headers:
        raise _unauthorized(exchange, None)
    scheme, _, token = headers[0].partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise invalid_request("invalid authorization header value format")
    return token.strip()


def _unauthorized(exchange: Exchange, description: str | None) -> OidcError:
    """RFC 6750 3.1: who sent no token is told no error in the challenge."""
    challenge = f'Bearer realm="{exchange.world.issuer}"'
    if description is not None:
        challenge += f', error="invalid_token", error_description="{description}"'
    return OidcError("invalid_token", description or "no access token provided", 401, {"WWW-Authenticate": challenge})
