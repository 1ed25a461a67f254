"""Who is signed in to this server in a browser."""

from typing import Any

from sqlalchemy import Connection, Row

from . import cookies, lifetimes
from .exchange import Exchange
from .interaction import Interaction
from .store import sessions, users


def current(exchange: Exchange, db: Connection) -> Row[Any] | None:
    """Return the browser's live session."""
    cookie = exchange.cookies.get(cookies.SESSION)
    return sessions.find(db, cookie, exchange.now) if cookie else None


def settled(exchange: Exchange, db: Connection, ongoing: Interaction | None) -> Row[Any] | None:
    """Return the browser's session; a sign-in that has just happened starts or renews it, under a new id."""
    session = current(exchange, db)
    login = ongoing.progress.get("login") if ongoing else None
    if ongoing is None or login is None or login.get("settled"):
        return session
    if session is not None and session.user_id == login["user_id"]:
        cookie = sessions.renew(db, session.id, exchange.now)
    else:
        if session is not None:
            sessions.end(db, session.id)
        cookie = sessions.start(db, login["user_id"], exchange.now)
    exchange.cookies.set(cookies.SESSION, cookie, lifetimes.SESSION)
    ongoing.progress["login"] = {"settled": True}
    users.signed_in(db, login["user_id"], exchange.now)
    return sessions.find(db, cookie, exchange.now)
