"""What webhooks are told when somebody signs in or up."""

from typing import Any

from sqlalchemy import Connection

from . import shapes, webhooks
from .exchange import Exchange
from .interaction import Interaction
from .schema import applications
from .store import rows, users

_FINISHED = {"SignIn": "PostSignIn", "Register": "PostRegister", "ForgotPassword": "PostResetPassword"}


def finished(exchange: Exchange, db: Connection, interaction: Interaction, user_id: str, event: str) -> None:
    """Tell that an interaction has come to its end; `event` is what it was begun as."""
    user = users.find(db, user_id)
    about = {
        **_context(exchange, db, interaction, event),
        "userIp": exchange.address,
        "userId": user_id,
        "user": None if user is None else shapes.person(user),
    }
    exchange.deliveries += webhooks.deliveries(db, _FINISHED[event], about, exchange.now)


def registered(exchange: Exchange, db: Connection, interaction: Interaction, user_id: str) -> None:
    """Tell that somebody has signed up."""
    user = users.find(db, user_id)
    about = {
        **_context(exchange, db, interaction, "Register"),
        "ip": exchange.address,
        "data": None if user is None else shapes.person(user),
    }
    exchange.deliveries += webhooks.deliveries(db, "User.Created", about, exchange.now)


def _context(exchange: Exchange, db: Connection, interaction: Interaction, event: str) -> dict[str, Any]:
    application = rows.find(db, applications, interaction.application_id)
    shown = None if application is None else _application(application)
    return {
        "interactionEvent": event,
        "sessionId": interaction.handle,  # the uid itself would open the sign-in
        "userAgent": exchange.request.headers.get("user-agent"),
        "application": shown,
    }


def _application(row: Any) -> dict[str, Any]:
    return {"id": row.id, "type": row.type, "name": row.name, "description": row.description}
