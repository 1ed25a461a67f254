"""`grant_type=refresh_token`: rotation, the reuse window, resources and organizations (LOGTO.md 3.3, 3.4)."""

from typing import Any

from sqlalchemy import Connection, Row

from logto.server import lifetimes, scopes
from logto.server.errors import OidcError, invalid_grant, missing_parameter
from logto.server.exchange import Exchange
from logto.server.issuance import Issuer, Target, answer
from logto.server.store import grants, issued
from logto.server.store.applications import Application


def refresh(exchange: Exchange, db: Connection, application: Application) -> dict[str, Any]:
    """Return the token response for a refresh token; every refusal comes before the token is used up."""
    value = exchange.form.get("refresh_token")
    if value is None:
        raise missing_parameter("refresh_token")
    source = _checked_token(exchange, db, application, value)
    narrowed = _narrowed(exchange, source.content["scopes"])
    issuer = Issuer(exchange, db, application, source, narrowed)
    target = Target.asked(exchange)
    issuer.check_target(target)
    if _rotates(application, source, exchange.now):
        issued.consume(db, issued.refresh_tokens, source, exchange.now)
        expires_at = _successor_expiry(application, source, exchange.now)
        value = issuer.refresh_token(expires_at, source.first_issued_at)
    id_token = issuer.id_token() if scopes.OPENID in narrowed else None
    return answer(issuer.access_token(target), id_token, value)


def _checked_token(exchange: Exchange, db: Connection, application: Application, value: str) -> Row[Any]:
    """Find a good token; one consumed longer ago than the reuse window ends its whole grant."""
    source = issued.find(db, issued.refresh_tokens, value)
    if source is None or source.application_id != application.id or not issued.is_alive(db, source, exchange.now):
        raise invalid_grant()
    if source.consumed_at is not None and not _within_window(application, source, exchange.now):
        grants.revoke(db, source.grant_id)
        raise invalid_grant()
    return source


def _within_window(application: Application, source: Row[Any], now: float) -> bool:
    # Without a window even a second use in the same instant is a reuse.
    return 0 < application.reuse_window >= now - float(source.consumed_at)


def _narrowed(exchange: Exchange, granted: list[str]) -> list[str]:
    asked = exchange.form.get("scope")
    if asked is None:
        return granted
    names = list(dict.fromkeys(asked.split()))
    for name in names:
        if name not in granted:
            raise OidcError("invalid_scope", "refresh token missing requested scope", extra={"scope": name})
    return names


def _rotates(application: Application, source: Row[Any], now: float) -> bool:
    if not application.rotates or now - source.first_issued_at >= lifetimes.REFRESH_TOTAL:
        return False
    # One that was consumed already is being reused within the window: it gets another successor.
    if application.is_public or application.always_rotates or source.consumed_at is not None:
        return True
    lifetime = source.expires_at - source.issued_at
    return bool(now - source.issued_at >= lifetimes.REFRESH_ROTATION_SHARE * lifetime)


def _successor_expiry(application: Application, source: Row[Any], now: float) -> float:
    """A single-page application's refresh token lives no longer for being replaced."""
    return float(source.expires_at) if application.type == "SPA" else now + application.refresh_token_ttl
