"""Consent: given at once to the house's own applications, asked for by a page for others (LOGTO.md 3.13)."""

from typing import Any

from sqlalchemy import Connection, Row
from starlette.responses import JSONResponse, RedirectResponse, Response

from . import browser_session, interaction, scopes
from .errors import ApiError
from .exchange import Exchange
from .ids import same
from .interaction import Interaction
from .origins import demand_own_origin
from .pages import render
from .pages.views import ConsentView
from .store import applications, organizations, users
from .store.applications import Application


def page(exchange: Exchange, db: Connection) -> Response:
    """Send on who signs in to an application of the house; ask for the others."""
    ongoing, session = _waiting(exchange, db)
    application = _application(db, ongoing)
    if not application.is_third_party:
        return RedirectResponse(exchange.base + _decide(db, ongoing, session, allowed=True), 302)
    user = users.find(db, session.user_id)
    name = (user.name or user.username or user.primary_email or user.id) if user else ""
    requested = (ongoing.params.get("scope") or "").split()
    shown = organizations.of_user(db, session.user_id) if scopes.ORGANIZATIONS in requested else []
    view = ConsentView(
        action=f"/consent?app_id={application.id}&interaction={ongoing.handle}",
        csrf=interaction.csrf(exchange, ongoing),
        app_name=application.name,
        user_name=name,
        scopes=tuple(scope for scope in requested if scope != scopes.OPENID),
        organizations=tuple(row.name for row in shown),
        locale=exchange.locale,
    )
    return render.consent(exchange.request, view)


def decide_by_form(exchange: Exchange, db: Connection) -> Response:
    """Take the answer of the page."""
    demand_own_origin(exchange)
    ongoing, session = _waiting(exchange, db)
    if not same(exchange.form.get("csrf") or "", interaction.csrf(exchange, ongoing)):
        raise ApiError("request.forbidden", 403)
    allowed = exchange.form.get("decision") == "allow"
    return RedirectResponse(_decide(db, ongoing, session, allowed=allowed), 303)


def decide_by_api(exchange: Exchange, db: Connection) -> Response:
    """Take a script's consent."""
    demand_own_origin(exchange)
    ongoing, session = _waiting(exchange, db)
    return JSONResponse({"redirectTo": exchange.base + _decide(db, ongoing, session, allowed=True)})


def _waiting(exchange: Exchange, db: Connection) -> tuple[Interaction, Row[Any]]:
    """Return the interaction that waits for consent, and whose it is."""
    ongoing = interaction.current(exchange, db)
    session = browser_session.current(exchange, db)
    if ongoing.prompt != "consent" or session is None:
        raise ApiError("session.not_found", 400)
    return ongoing, session


def _application(db: Connection, ongoing: Interaction) -> Application:
    application = applications.find(db, ongoing.application_id)
    if application is None:
        raise ApiError("session.not_found", 400)
    return application


def _decide(db: Connection, ongoing: Interaction, session: Row[Any], *, allowed: bool) -> str:
    ongoing.progress["consent"] = {"user_id": session.user_id, "allowed": allowed}
    interaction.save(db, ongoing)
    return interaction.resume_path(ongoing.uid)
