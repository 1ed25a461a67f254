"""The token endpoint: authenticate the client, then the grant."""

from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from .client_authentication import authenticate
from .errors import OidcError, invalid_request, missing_parameter
from .exchange import Exchange
from .grants import GRANTS
from .origins import allow_origin


def token(exchange: Exchange, db: Connection) -> Response:
    """Answer a token request."""
    exchange.form.refuse_duplicates()
    application = authenticate(exchange, db)
    grant_type = exchange.form.get("grant_type")
    if grant_type is None:
        raise missing_parameter("grant_type")
    if grant_type not in GRANTS:
        raise OidcError("unsupported_grant_type", "unsupported grant_type requested")
    if grant_type not in application.grant_types:
        raise invalid_request("requested grant type is not allowed for this client")
    body = GRANTS[grant_type](exchange, db, application)
    return allow_origin(exchange, JSONResponse(body))
