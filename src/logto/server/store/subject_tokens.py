"""Subject tokens: for ten minutes and one exchange somebody may act for a user (LOGTO.md 3.10)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from logto.server import ids, lifetimes
from logto.server.schema import subject_tokens

PREFIX = "sub_"


def create(db: Connection, user_id: str, context: Mapping[str, Any] | None, now: float) -> str:
    """Add a token for a user who exists, and return its value, of which only the digest is kept."""
    db.execute(delete(subject_tokens).where(subject_tokens.c.expires_at <= now))
    value = PREFIX + ids.secret()
    db.execute(
        subject_tokens.insert().values(
            id=ids.digest(value),
            user_id=user_id,
            context=dict(context or {}),
            created_at=now,
            expires_at=now + lifetimes.SUBJECT_TOKEN,
        )
    )
    return value


def find(db: Connection, value: str, now: float) -> Row[Any] | None:
    """Return a token that has neither expired nor been used."""
    good = (subject_tokens.c.expires_at > now, subject_tokens.c.consumed_at.is_(None))
    return db.execute(select(subject_tokens).where(subject_tokens.c.id == ids.digest(value), *good)).one_or_none()


def consume(db: Connection, value: str, now: float) -> None:
    """Note that a token has been used."""
    db.execute(update(subject_tokens).where(subject_tokens.c.id == ids.digest(value)).values(consumed_at=now))
