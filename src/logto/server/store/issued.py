"""Codes and opaque tokens: kept by their SHA-256, found only while they are good."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select, update

from logto.server import ids
from logto.server.schema import access_tokens, codes, device_codes, refresh_tokens

from . import grants, sessions

__all__ = ["access_tokens", "codes", "consume", "device_codes", "find", "is_alive", "issue", "refresh_tokens"]


def issue(db: Connection, table: Table, now: float, values: Mapping[str, Any]) -> str:
    """Store a new code or token and return its value, which is written nowhere."""
    db.execute(delete(table).where(table.c.expires_at < now - 86400))  # memory stays bounded; a day for evidence
    value = ids.token()
    db.execute(table.insert().values(id=ids.digest(value), issued_at=now, **values))
    return value


def find(db: Connection, table: Table, value: str) -> Row[Any] | None:
    """Return what is known of a value, whether it is still good or not."""
    return db.execute(select(table).where(table.c.id == ids.digest(value))).one_or_none()


def is_alive(db: Connection, row: Row[Any], now: float) -> bool:
    """Tell whether the row has not expired, its grant stands, and the session that it is bound to goes on."""
    if row.expires_at <= now or (row.grant_id and grants.find(db, row.grant_id, now) is None):
        return False
    return row.session_id is None or sessions.is_live(db, row.session_id, now)


def consume(db: Connection, table: Table, row: Row[Any], now: float) -> None:
    """Note the moment of use."""
    db.execute(update(table).where(table.c.id == row.id).values(consumed_at=now))
