"""Devices that wait to be let in: a secret code for the device, and a short one for the person who decides."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select, update

from logto.server import ids, lifetimes
from logto.server.schema import device_codes

from . import issued

ALLOWED = "allowed"
DENIED = "denied"


def create(db: Connection, application_id: str, content: Mapping[str, Any], now: float) -> tuple[str, str]:
    """Add a device that asks for `content`, and return its device code and its user code."""
    user_code = ids.user_code()
    while db.execute(select(device_codes.c.id).where(device_codes.c.user_code == user_code)).first() is not None:
        user_code = ids.user_code()
    values = {
        "application_id": application_id,
        "user_code": user_code,
        "content": dict(content),
        "expires_at": now + lifetimes.DEVICE_CODE,
    }
    return issued.issue(db, device_codes, now, values), user_code


def find_waiting(db: Connection, user_code: str, now: float) -> Row[Any] | None:
    """Return the device of a user code about which nobody has decided yet."""
    return db.execute(_waiting(now).where(device_codes.c.user_code == user_code)).one_or_none()


def waiting_in(db: Connection, uid: str, now: float) -> Row[Any] | None:
    """Return the device about which is to be decided in an interaction."""
    return db.execute(_waiting(now).where(device_codes.c.interaction_id == ids.digest(uid))).one_or_none()


def take_up(db: Connection, device: Row[Any], uid: str) -> None:
    """Note in which interaction is decided about a device: the one in which its code was typed last."""
    db.execute(update(device_codes).where(device_codes.c.id == device.id).values(interaction_id=ids.digest(uid)))


def allow(db: Connection, device: Row[Any], values: Mapping[str, Any]) -> None:
    """Let a device in, with the user, grant and session in `values`."""
    db.execute(update(device_codes).where(device_codes.c.id == device.id).values(decision=ALLOWED, **values))


def deny(db: Connection, device: Row[Any]) -> None:
    """Turn a device away."""
    db.execute(update(device_codes).where(device_codes.c.id == device.id).values(decision=DENIED))


def _waiting(now: float) -> Any:
    return select(device_codes).where(device_codes.c.decision.is_(None), device_codes.c.expires_at > now)
