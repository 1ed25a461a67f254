"""The access token of a call, from its one `Authorization` header."""

from logto.server.errors import ApiError
from logto.server.exchange import Exchange

SCHEME = "Bearer"
LONGEST = 16_384


def bearer(exchange: Exchange) -> str:
    """Return the token.

    Raises: ApiError (auth.authorization_header_missing, auth.authorization_token_type_not_supported,
        auth.unauthorized).
    """
    headers = exchange.request.headers.getlist("authorization")
    if not headers:
        raise ApiError("auth.authorization_header_missing", 401)
    scheme, _, token = headers[0].partition(" ")
    if scheme.lower() != SCHEME.lower():
        raise ApiError("auth.authorization_token_type_not_supported", 401, {"supportedTypes": [SCHEME]})
    if len(headers) > 1 or not token or len(token) > LONGEST or not token.isascii():
        raise unauthorized()
    return token


def unauthorized() -> ApiError:
    """Return the refusal of a token that is not good here; it does not say why."""
    return ApiError("auth.unauthorized", 401)
