"""The introspection endpoint (RFC 7662; LOGTO.md 3.9)."""

from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from . import tokens
from .client_authentication import authenticate
from .errors import OidcError, invalid_request, missing_parameter
from .exchange import Exchange
from .store import issued, users


def introspect(exchange: Exchange, db: Connection) -> Response:
    """Tell any application with a secret what an opaque token is good for."""
    exchange.form.refuse_duplicates()
    if authenticate(exchange, db).is_public:
        raise invalid_request("client is not authorized to introspect tokens")
    value = exchange.form.get("token")
    if value is None:
        raise missing_parameter("token")
    if tokens.looks_like_jwt(value):
        raise OidcError("unsupported_token_type", "introspection of the presented token type is not supported")
    refresh = issued.find(db, issued.refresh_tokens, value)
    found = refresh or issued.find(db, issued.access_tokens, value)
    if found is None or not issued.is_alive(db, found, exchange.now) or not users.find_active(db, found.user_id):
        return JSONResponse({"active": False})
    if refresh is not None and refresh.consumed_at is not None:
        return JSONResponse({"active": False})
    body = {
        **({"act": found.content["act"]} if "act" in found.content else {}),
        "active": True,
        "sub": found.user_id,
        "client_id": found.application_id,
        "exp": int(found.expires_at),
        "iat": int(found.issued_at),
        "iss": exchange.world.issuer,
        "scope": " ".join(found.content["scopes"]),
    }
    return JSONResponse(body if refresh is not None else {**body, "token_type": "Bearer"})
