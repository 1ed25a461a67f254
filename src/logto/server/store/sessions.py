"""Browser sessions, and the grant that each application has within one."""

from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from logto.server import ids, lifetimes
from logto.server.schema import session_grants, sessions


def find(db: Connection, cookie: str, now: float) -> Row[Any] | None:
    """Return the live session of a cookie's value."""
    query = select(sessions).where(sessions.c.cookie_digest == ids.digest(cookie), sessions.c.expires_at > now)
    return db.execute(query).one_or_none()


def find_by_id(db: Connection, session_id: str, now: float) -> Row[Any] | None:
    """Return a live session by its id."""
    return db.execute(select(sessions).where(sessions.c.id == session_id, sessions.c.expires_at > now)).one_or_none()


def of_user(db: Connection, user_id: str, now: float) -> list[Row[Any]]:
    """Return a user's live sessions, the newest first."""
    query = select(sessions).where(sessions.c.user_id == user_id, sessions.c.expires_at > now)
    return list(db.execute(query.order_by(sessions.c.authenticated_at.desc(), sessions.c.id)).all())


def is_live(db: Connection, session_id: str, now: float) -> bool:
    """Tell whether a session has neither ended nor expired."""
    query = select(sessions.c.id).where(sessions.c.id == session_id, sessions.c.expires_at > now)
    return db.execute(query).first() is not None


def start(db: Connection, user_id: str, now: float) -> str:
    """Begin a session and return the value of its cookie."""
    cookie = ids.token()
    db.execute(
        sessions.insert().values(
            id=ids.application_id(),
            cookie_digest=ids.digest(cookie),
            user_id=user_id,
            authenticated_at=now,
            expires_at=now + lifetimes.SESSION,
        )
    )
    return cookie


def renew(db: Connection, session_id: str, now: float) -> str:
    """Note that the same user signed in again: a new cookie value, the old one is dead."""
    cookie = ids.token()
    changed = {"cookie_digest": ids.digest(cookie), "authenticated_at": now, "expires_at": now + lifetimes.SESSION}
    db.execute(update(sessions).where(sessions.c.id == session_id).values(**changed))
    return cookie


def end(db: Connection, session_id: str) -> None:
    """End a session; whatever was bound to it ends with it."""
    db.execute(delete(session_grants).where(session_grants.c.session_id == session_id))
    db.execute(delete(sessions).where(sessions.c.id == session_id))


def grant_of(db: Connection, session_id: str, application_id: str) -> Row[Any] | None:
    """Return the grant id and `sid` of an application within a session."""
    table = session_grants
    query = select(table).where(table.c.session_id == session_id, table.c.application_id == application_id)
    return db.execute(query).one_or_none()


def of_grant(db: Connection, grant_id: str | None) -> str | None:
    """Return the id of the session in which a grant was given, if it goes on."""
    return db.scalar(select(session_grants.c.session_id).where(session_grants.c.grant_id == grant_id))


def applications_of(db: Connection, session_id: str) -> list[Row[Any]]:
    """Return `application_id` and `sid` of every application that somebody signed in to within a session."""
    return list(db.execute(select(session_grants).where(session_grants.c.session_id == session_id)).all())


def replace_grant(db: Connection, linked: Row[Any], grant_id: str) -> None:
    """Put a new grant in the place of one that has ended; the `sid` stays."""
    ours = (session_grants.c.session_id == linked.session_id, session_grants.c.application_id == linked.application_id)
    db.execute(update(session_grants).where(*ours).values(grant_id=grant_id))


def add_grant(db: Connection, session_id: str, application_id: str, grant_id: str) -> None:
    """Bind an application's grant to a session, with a `sid` of its own."""
    values = {"session_id": session_id, "application_id": application_id, "grant_id": grant_id, "sid": ids.token()}
    db.execute(session_grants.insert().values(**values))
