"""Who may call the Management API: a bearer of its own access token with the scope `all` (LOGTO.md 5.5)."""

from logto.server import tokens
from logto.server.api.bearer import bearer, unauthorized
from logto.server.api.call import Caller
from logto.server.errors import ApiError
from logto.server.exchange import Exchange
from logto.server.origins import demand_own_origin
from logto.server.seed_file import MANAGEMENT_API, MANAGEMENT_SCOPE


def authenticate(exchange: Exchange) -> Caller:
    """Return the caller; ID tokens, opaque tokens and tokens of other resources are nobody's.

    Raises: ApiError (auth.authorization_header_missing, auth.authorization_token_type_not_supported,
        auth.unauthorized, auth.forbidden).
    """
    demand_own_origin(exchange)
    world = exchange.world
    claims = tokens.read_own(world.keys, bearer(exchange), tokens.ACCESS)
    if claims is None or (claims.get("iss"), claims.get("aud")) != (world.issuer, MANAGEMENT_API):
        raise unauthorized()
    # An organization's view of the resource is no right to manage the whole server.
    if claims["exp"] <= exchange.now or "organization_id" in claims:
        raise unauthorized()
    scopes = frozenset(str(claims.get("scope", "")).split())
    if MANAGEMENT_SCOPE not in scopes:
        raise ApiError("auth.forbidden", 403)
    return Caller(str(claims["sub"]), scopes, str(claims["client_id"]))
