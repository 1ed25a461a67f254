"""`grant_type=urn:ietf:params:oauth:grant-type:device_code`: what a device asks for until it is answered (RFC 8628 3.5)."""

from typing import Any

from sqlalchemy import Connection, Row

from logto.server.errors import OidcError, invalid_grant, missing_parameter
from logto.server.exchange import Exchange
from logto.server.store import device_codes, grants, issued
from logto.server.store.applications import Application

from .authorization_code import first_tokens

PENDING = "authorization request is still pending as the end-user hasn't yet completed the user interaction steps"


def poll(exchange: Exchange, db: Connection, application: Application) -> dict[str, Any]:
    """Return the token response, once, for a device that somebody has let in."""
    device = _decided(exchange, db, application)
    if device.decision == device_codes.DENIED:
        issued.consume(db, issued.device_codes, device, exchange.now)
        raise OidcError("access_denied", "End-User aborted interaction")
    if not issued.is_alive(db, device, exchange.now):
        raise invalid_grant()
    return first_tokens(exchange, db, application, issued.device_codes, device)


def _decided(exchange: Exchange, db: Connection, application: Application) -> Row[Any]:
    """Return the device, about which somebody has decided and which has not been told yet."""
    value = exchange.form.get("device_code")
    if value is None:
        raise missing_parameter("device_code")
    device = issued.find(db, issued.device_codes, value)
    if device is None or device.application_id != application.id:
        raise invalid_grant()
    if device.expires_at <= exchange.now:
        raise OidcError("expired_token", "device code is expired")
    if device.decision is None:
        raise OidcError("authorization_pending", PENDING)
    if device.consumed_at is not None:
        if device.grant_id is not None:
            grants.revoke(db, device.grant_id)
        raise invalid_grant()
    return device
