"""What is set once for the whole server, by name."""

from typing import Any

from sqlalchemy import Connection, delete, select

from logto.server.schema import settings


def find(db: Connection, name: str) -> Any | None:
    """Return a setting; None if it was never changed."""
    return db.scalar(select(settings.c.value).where(settings.c.name == name))


def store(db: Connection, name: str, value: Any) -> None:
    """Keep a setting."""
    db.execute(delete(settings).where(settings.c.name == name))
    db.execute(settings.insert().values(name=name, value=value))
