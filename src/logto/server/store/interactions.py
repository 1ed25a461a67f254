"""Sign-ins in progress, and authorization requests pushed in advance."""

from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from logto.server import ids, lifetimes
from logto.server.schema import interactions, pushed_requests


def create(db: Connection, application_id: str, prompt: str, params: dict[str, Any], now: float) -> str:
    """Begin an interaction and return its uid, of which only the digest is kept."""
    db.execute(delete(interactions).where(interactions.c.expires_at < now))
    uid = ids.token()
    db.execute(
        interactions.insert().values(
            id=ids.digest(uid),
            application_id=application_id,
            prompt=prompt,
            params=params,
            progress={},
            expires_at=now + lifetimes.INTERACTION,
        )
    )
    return uid


def find(db: Connection, uid: str, now: float) -> Row[Any] | None:
    """Return an interaction that has not expired."""
    query = select(interactions).where(interactions.c.id == ids.digest(uid), interactions.c.expires_at > now)
    return db.execute(query).one_or_none()


def update_progress(db: Connection, uid: str, progress: dict[str, Any], prompt: str | None = None) -> None:
    """Replace what has happened so far, and the prompt if it is another one now."""
    values: dict[str, Any] = {"progress": progress} | ({"prompt": prompt} if prompt else {})
    db.execute(update(interactions).where(interactions.c.id == ids.digest(uid)).values(**values))


def finish(db: Connection, uid: str) -> None:
    """Forget an interaction that has come to its end."""
    db.execute(delete(interactions).where(interactions.c.id == ids.digest(uid)))


def push(db: Connection, application_id: str, params: dict[str, Any], now: float) -> str:
    """Keep a pushed request for a minute and return its reference (RFC 9126 2.2)."""
    db.execute(delete(pushed_requests).where(pushed_requests.c.expires_at < now))
    reference = ids.token()
    db.execute(
        pushed_requests.insert().values(
            id=ids.digest(reference),
            application_id=application_id,
            params=params,
            expires_at=now + lifetimes.PUSHED_REQUEST,
        )
    )
    return reference


def pull(db: Connection, reference: str, application_id: str, now: float) -> dict[str, Any] | None:
    """Return a pushed request's parameters, once, to the application that pushed it."""
    table = pushed_requests
    ours = (table.c.id == ids.digest(reference), table.c.application_id == application_id, table.c.expires_at > now)
    row = db.execute(select(table).where(*ours)).one_or_none()
    if row is None:
        return None
    db.execute(delete(table).where(table.c.id == row.id))
    return dict(row.params)
