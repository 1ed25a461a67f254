"""Who may call the Account API: the bearer of a user's opaque access token with `openid` (LOGTO.md 5.5)."""

from sqlalchemy import Connection
from starlette.responses import Response

from logto.server import scopes, tenant
from logto.server.api.bearer import bearer, unauthorized
from logto.server.api.call import Call, Caller
from logto.server.client_authentication import check_origin
from logto.server.errors import ApiError
from logto.server.exchange import Exchange
from logto.server.origins import allow_origin
from logto.server.store import applications, issued, sessions, users, verifications
from logto.server.store.users import User

VERIFICATION = "logto-verification-id"


def authenticate(exchange: Exchange) -> Caller:
    """Return the user whose token it is, and whether they have just proved to be themself.

    Raises: ApiError (auth.*), OidcError (invalid_request) for a page that the application does not allow.
    """
    token = bearer(exchange)
    return exchange.transact(lambda db: _caller(exchange, db, token))


def dressed(exchange: Exchange, response: Response) -> Response:
    """Let the asking page read the answer."""
    return allow_origin(exchange, response)


def preflight(exchange: Exchange, _db: Connection) -> Response:
    """Answer OPTIONS; whether the application allows the origin is known only when the request itself comes."""
    response = allow_origin(exchange, Response(status_code=204))
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, PATCH, DELETE"
    response.headers["Access-Control-Allow-Headers"] = f"Authorization, Content-Type, {VERIFICATION}"
    response.headers["Access-Control-Max-Age"] = "3600"
    return response


def user_of(call: Call) -> User:
    """Return the user who calls.

    Raises: ApiError (auth.unauthorized).
    """
    user = users.find_active(call.db, call.caller.id)
    if user is None:
        raise unauthorized()
    return user


def fields(call: Call) -> dict[str, str]:
    """Return what users may do with each field.

    Raises: ApiError (account_center.not_enabled).
    """
    center = tenant.get(call.db, tenant.ACCOUNT_CENTER)
    if not center["enabled"]:
        raise ApiError("account_center.not_enabled", 400)
    return dict(center["fields"])


def demand_editable(call: Call, *names: str) -> None:
    """Refuse a change of a field that users may not change.

    Raises: ApiError (account_center.not_enabled, account_center.field_not_editable).
    """
    known = fields(call)
    if any(known.get(name) != tenant.EDIT for name in names):
        raise ApiError("account_center.field_not_editable", 400)


def demand_scope(call: Call, *names: str, status: int = 400) -> None:
    """Refuse a token without a scope; where the real server says 400, so does this one.

    Raises: ApiError (auth.unauthorized).
    """
    if not call.caller.scopes.issuperset(names):
        raise ApiError("auth.unauthorized", status)


def demand_verified(call: Call) -> None:
    """Refuse a user who has not just proved to be themself.

    Raises: ApiError (verification_record.permission_denied).
    """
    if not call.caller.is_verified:
        raise ApiError("verification_record.permission_denied", 401)


def demand_first_party(call: Call) -> None:
    """Refuse a third party's application.

    Raises: ApiError (auth.third_party_application_forbidden).
    """
    application = applications.find(call.db, call.caller.client_id)
    if application is None or application.is_third_party:
        raise ApiError("auth.third_party_application_forbidden", 403)


def _caller(exchange: Exchange, db: Connection, value: str) -> Caller:
    token = issued.find(db, issued.access_tokens, value)
    user = users.find_active(db, token.user_id) if token is not None else None
    application = applications.find(db, token.application_id) if token is not None else None
    if token is None or user is None or application is None or not issued.is_alive(db, token, exchange.now):
        raise unauthorized()
    check_origin(exchange, application)
    granted = frozenset(token.content["scopes"])
    if scopes.OPENID not in granted:
        raise ApiError("auth.forbidden", 403)
    session_id = token.session_id or sessions.of_grant(db, token.grant_id)
    return Caller(user.id, granted, application.id, session_id, _is_verified(exchange, db, user))


def _is_verified(exchange: Exchange, db: Connection, user: User) -> bool:
    record_id = exchange.request.headers.get(VERIFICATION)
    record = verifications.find(db, record_id, user.id, exchange.now) if record_id else None
    if record is None or not record.is_verified:
        return False
    # A code that went to a new address proves the address, not the user.
    own = {verifications.PASSWORD: None, "email": user.primary_email, "phone": user.primary_phone}
    return bool(record.value == own[record.kind])
