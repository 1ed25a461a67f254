"""The revocation endpoint (RFC 7009; LOGTO.md 3.9)."""

from sqlalchemy import Connection
from starlette.responses import Response

from . import tokens
from .client_authentication import authenticate
from .errors import OidcError, invalid_request, missing_parameter
from .exchange import Exchange
from .origins import allow_origin
from .store import grants, issued


def revoke(exchange: Exchange, db: Connection) -> Response:
    """End the whole grant of a refresh token or opaque access token; an unknown one is no error."""
    exchange.form.refuse_duplicates()
    application = authenticate(exchange, db)
    value = exchange.form.get("token")
    if value is None:
        raise missing_parameter("token")
    if tokens.looks_like_jwt(value):
        raise OidcError("unsupported_token_type", "revocation of the presented token type is not supported")
    found = issued.find(db, issued.refresh_tokens, value) or issued.find(db, issued.access_tokens, value)
    if found is not None and found.application_id != application.id:
        raise invalid_request("client is not authorized to revoke the presented token")
    if found is not None:
        grants.revoke(db, found.grant_id)
    return allow_origin(exchange, Response(status_code=200))
