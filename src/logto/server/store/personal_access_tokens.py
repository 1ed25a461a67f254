"""Personal access tokens; their values are kept, as an application's secrets are: the Management API lists them.

They are found by the digest of a value, so that the time of a search tells nothing about the values.
"""

from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from logto.server import ids
from logto.server.schema import personal_access_tokens

PREFIX = "pat_"


def create(db: Connection, user_id: str, name: str, expires_at: float | None, now: float) -> str:
    """Add a token for a user who exists, under a name that no other of theirs has, and return its value."""
    value = PREFIX + ids.secret()
    db.execute(
        personal_access_tokens.insert().values(
            id=ids.digest(value), user_id=user_id, name=name, value=value, created_at=now, expires_at=expires_at
        )
    )
    return value


def find(db: Connection, value: str, now: float) -> Row[Any] | None:
    """Return a token that has not expired."""
    table = personal_access_tokens
    row = db.execute(select(table).where(table.c.id == ids.digest(value))).one_or_none()
    return None if row is None or (row.expires_at is not None and row.expires_at <= now) else row


def of_user(db: Connection, user_id: str) -> list[Row[Any]]:
    """Return a user's tokens, expired ones too, in the order of their creation."""
    table = personal_access_tokens
    query = select(table).where(table.c.user_id == user_id).order_by(table.c.created_at, table.c.name)
    return list(db.execute(query).all())


def named(db: Connection, user_id: str, name: str) -> Row[Any] | None:
    """Return a user's token by its name."""
    return db.execute(select(personal_access_tokens).where(*_is(user_id, name))).one_or_none()


def rename(db: Connection, user_id: str, name: str, new_name: str) -> None:
    """Change a token's name to one that no other of the user's has."""
    db.execute(update(personal_access_tokens).where(*_is(user_id, name)).values(name=new_name))


def remove(db: Connection, user_id: str, name: str) -> None:
    """Delete a token."""
    db.execute(delete(personal_access_tokens).where(*_is(user_id, name)))


def _is(user_id: str, name: str) -> Any:
    return personal_access_tokens.c.user_id == user_id, personal_access_tokens.c.name == name
