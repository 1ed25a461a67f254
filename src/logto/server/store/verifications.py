"""Proofs that a user has given lately: of the password, or of having received a code."""

from typing import Any

from sqlalchemy import Connection, Row, delete, select

from logto.server import ids, lifetimes
from logto.server.schema import verification_records as table

from . import rows

MOST = 20  # records a user
PASSWORD = "password"  # noqa: S105  # a kind of proof


def create(db: Connection, user_id: str, kind: str, value: str | None, code: str | None, now: float) -> Row[Any]:
    """Add a record; without a code to come it is verified at once."""
    db.execute(delete(table).where(table.c.expires_at <= now))
    newest = select(table.c.id).where(table.c.user_id == user_id).order_by(table.c.expires_at.desc(), table.c.id)
    kept = list(db.scalars(newest.limit(MOST - 1)))
    db.execute(delete(table).where(table.c.user_id == user_id, table.c.id.not_in(kept)))
    record_id = ids.application_id()
    rows.add(
        db,
        table,
        {
            "id": record_id,
            "user_id": user_id,
            "kind": kind,
            "value": value,
            "code_digest": None if code is None else ids.digest(f"{record_id}:{code}"),
            "attempts": 0,
            "is_verified": code is None,
            "expires_at": now + lifetimes.VERIFICATION,
        },
    )
    return db.execute(select(table).where(table.c.id == record_id)).one()


def find(db: Connection, record_id: str, user_id: str, now: float) -> Row[Any] | None:
    """Return a user's record that has not expired."""
    ours = (table.c.id == record_id, table.c.user_id == user_id, table.c.expires_at > now)
    return db.execute(select(table).where(*ours)).one_or_none()


def fits(record: Row[Any], code: str) -> bool:
    """Compare a code with a record's, in constant time."""
    return record.code_digest is not None and ids.same(record.code_digest, ids.digest(f"{record.id}:{code}"))


def tried(db: Connection, record: Row[Any], *, right: bool) -> None:
    """Note an attempt; a right code cannot be used again."""
    values = {"attempts": record.attempts + 1, "is_verified": right}
    rows.change(db, table, record.id, {**values, "code_digest": None if right else record.code_digest})


def forget(db: Connection, record_id: str) -> None:
    """Drop a record that has served."""
    rows.remove(db, table, record_id)
