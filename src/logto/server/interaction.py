"""The sign-in in progress in a browser: begun at the authorization endpoint, found again through signed cookies."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from sqlalchemy import Connection

from . import cookies, lifetimes
from .errors import ApiError
from .exchange import Exchange
from .ids import digest, same
from .params import Params
from .store import interactions

MOST_TABS = 10


@dataclass
class Interaction:
    """One sign-in in progress; `progress` is what has happened so far."""

    uid: str = field(repr=False)
    application_id: str
    prompt: str
    params: Params
    progress: dict[str, Any]

    @property
    def handle(self) -> str:
        """Return what tells this sign-in from others of the same browser in a URL; it opens nothing."""
        return digest(self.uid)[:16]


def begin(exchange: Exchange, db: Connection, application_id: str, params: Params) -> Interaction:
    """Store a new interaction and hand its uid to the browser."""
    uid = interactions.create(db, application_id, "login", params.as_dict(), exchange.now)
    tabs = [uid, *_tabs(exchange)][:MOST_TABS]
    _set_cookies(exchange, {**_by_application(exchange), application_id: uid}, tabs, application_id)
    exchange.cookies.set(cookies.RESUME, uid, lifetimes.INTERACTION, resume_path(uid))
    return Interaction(uid, application_id, "login", params, {})


def resume_path(uid: str) -> str:
    """Return where the browser goes when the user has done their part."""
    return f"/oidc/auth/{uid}"


def current(exchange: Exchange, db: Connection) -> Interaction:
    """Return the interaction that this request is about, of those that its browser has cookies for.

    Raises: ApiError (session.not_found).
    """
    for uid in _candidates(exchange):
        found = load(exchange, db, uid)
        if found is not None:
            return found
    raise ApiError("session.not_found", 400)


def resumed(exchange: Exchange, db: Connection, uid: str) -> Interaction:
    """Return the interaction of a resume URL, if this browser has its path-scoped cookie.

    Raises: ApiError (session.not_found).
    """
    cookie = exchange.cookies.get(cookies.RESUME)
    found = load(exchange, db, uid) if cookie is not None and same(cookie, uid) else None
    if found is None:
        raise ApiError("session.not_found", 400)
    return found


def load(exchange: Exchange, db: Connection, uid: str) -> Interaction | None:
    """Return a stored interaction by its uid."""
    row = interactions.find(db, uid, exchange.now)
    if row is None:
        return None
    return Interaction(uid, row.application_id, row.prompt, Params(row.params), dict(row.progress))


def save(db: Connection, interaction: Interaction) -> None:
    """Store progress and prompt."""
    interactions.update_progress(db, interaction.uid, interaction.progress, interaction.prompt)


def finish(exchange: Exchange, db: Connection, interaction: Interaction) -> None:
    """Forget the interaction, here and in the browser."""
    interactions.finish(db, interaction.uid)
    remaining = {name: uid for name, uid in _by_application(exchange).items() if uid != interaction.uid}
    tabs = [uid for uid in _tabs(exchange) if uid != interaction.uid]
    _set_cookies(exchange, remaining, tabs, interaction.application_id)
    exchange.cookies.delete(cookies.RESUME, resume_path(interaction.uid))


def csrf(exchange: Exchange, interaction: Interaction) -> str:
    """Return the token that a form of this interaction must send back."""
    made = hmac.new(exchange.world.cookie_key, f"csrf:{interaction.uid}".encode(), hashlib.sha256)
    return made.hexdigest()


def _candidates(exchange: Exchange) -> list[str]:
    """Return the uids in question: named by the URL, else those of the application, else the newest."""
    tabs, handle = _tabs(exchange), exchange.query.get("interaction")
    if handle is not None:
        return [uid for uid in tabs if digest(uid)[:16] == handle]
    by_application = _by_application(exchange)
    application_id = exchange.query.get("app_id") or _referring_application(exchange)
    if application_id in by_application:
        return [by_application[application_id]]
    return tabs


def _referring_application(exchange: Exchange) -> str:
    try:
        query = urlsplit(exchange.request.headers.get("referer", "")).query
    except ValueError:
        return ""
    return parse_qs(query).get("app_id", [""])[0]


def _tabs(exchange: Exchange) -> list[str]:
    found = exchange.cookies.get(cookies.TABS)
    return found.split(".") if found else []


def _by_application(exchange: Exchange) -> dict[str, str]:
    found = exchange.cookies.get(cookies.INTERACTION)
    return json.loads(unquote(found)) if found else {}  # signed by us, so it is what we wrote


def _set_cookies(exchange: Exchange, by_application: dict[str, str], tabs: list[str], application_id: str) -> None:
    live = {name: uid for name, uid in by_application.items() if uid in tabs}
    values = {
        cookies.INTERACTION: quote(json.dumps(live)) if live else "",
        cookies.TABS: ".".join(tabs),
        cookies.EXPERIENCE: quote(json.dumps({"appId": application_id})) if live else "",
    }
    for name, value in values.items():
        if value:
            exchange.cookies.set(name, value, lifetimes.INTERACTION)
        else:
            exchange.cookies.delete(name)
