"""Webhooks: who wants to know of what."""

from typing import Any

from sqlalchemy import Connection, Row, select

from logto.server.schema import hooks


def waiting_for(db: Connection, event: str) -> list[Row[Any]]:
    """Return the enabled hooks of an event, oldest first."""
    enabled = db.execute(select(hooks).where(hooks.c.enabled).order_by(hooks.c.created_at))
    return [row for row in enabled if event in row.events]
