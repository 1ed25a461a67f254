"""The Experience API: signing in without a page, by the calls that the real sign-in page makes (LOGTO.md 3.13, 5.6)."""

from typing import Any

from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from . import identifiers, interaction, sign_in
from .errors import ApiError
from .exchange import Exchange
from .interaction import Interaction
from .origins import demand_own_origin

EVENTS = ("SignIn", "Register", "ForgotPassword")
MOST_VERIFICATIONS = 10


def start(exchange: Exchange, db: Connection) -> Response:
    """`PUT /api/experience`: begin, or begin again, with an event."""
    ongoing = _ongoing(exchange, db)
    event = _body(exchange).get("interactionEvent")
    if event not in EVENTS:
        raise ApiError("guard.invalid_input", 400)
    ongoing.progress = {"event": event}
    interaction.save(db, ongoing)
    return Response(status_code=204)


def change_event(exchange: Exchange, db: Connection) -> Response:
    """`PUT /api/experience/interaction-event`: turn a sign-in into a sign-up or back, keeping what was verified."""
    ongoing = _started(exchange, db)
    event = _body(exchange).get("interactionEvent")
    if event not in EVENTS:
        raise ApiError("guard.invalid_input", 400)
    ongoing.progress["event"] = event
    interaction.save(db, ongoing)
    return Response(status_code=204)


async def verify_password(exchange: Exchange) -> Response:
    """`POST /api/experience/verification/password`: check a password."""
    kind, value, password = _credentials(exchange)
    exchange.transact(lambda db: _started(exchange, db))
    user_id = await sign_in.verify_password(exchange, kind, value, password)
    record = {"type": "Password", "user_id": user_id}
    return JSONResponse({"verificationId": exchange.transact(lambda db: _remember(exchange, db, record))})


async def verify_new_identity(exchange: Exchange) -> Response:
    """`POST /api/experience/verification/new-password-identity`: check what a new user wants to be known by."""
    kind, value, password = _credentials(exchange)
    value = identifiers.normal(kind, value)

    def check(db: Connection) -> None:
        if _started(exchange, db).progress["event"] != "Register":
            raise ApiError("session.not_supported_for_interaction", 400)
        sign_in.demand_free_identifier(db, kind, value)

    exchange.transact(check)
    digest = await sign_in.hash_new_password(password)
    record = {"type": "NewPasswordIdentity", "kind": kind, "value": value, "digest": digest}
    return JSONResponse({"verificationId": exchange.transact(lambda db: _remember(exchange, db, record))})


def identify(exchange: Exchange, db: Connection) -> Response:
    """`POST /api/experience/identification`: the verified user is the one who signs in, or is added now."""
    ongoing = _started(exchange, db)
    wanted = _body(exchange).get("verificationId")
    records = ongoing.progress.get("verifications", {})
    record = records.get(wanted) if isinstance(wanted, str) else None
    if record is None:
        raise ApiError("session.verification_session_not_found", 404)
    expected = {"SignIn": "Password", "Register": "NewPasswordIdentity"}.get(ongoing.progress["event"])
    if record["type"] != expected:
        raise ApiError("session.not_supported_for_interaction", 400)
    if record["type"] == "Password":
        user_id = record["user_id"]
    else:
        user_id = sign_in.register(exchange, db, ongoing, record["kind"], record["value"], record["digest"])
        del records[wanted]
    ongoing.progress["user_id"] = user_id
    interaction.save(db, ongoing)
    return Response(status_code=204)


def profile(exchange: Exchange, db: Connection) -> Response:
    """`POST /api/experience/profile`: accepted; a password identity is all that a sign-up needs here."""
    _started(exchange, db)
    return Response(status_code=204)


def submit(exchange: Exchange, db: Connection) -> Response:
    """`POST /api/experience/submit`: end the interaction and say where the browser goes."""
    ongoing = _started(exchange, db)
    user_id = ongoing.progress.get("user_id")
    if user_id is None:
        raise ApiError("session.identifier_not_found", 404)
    path = sign_in.complete(exchange, db, ongoing, user_id, ongoing.progress["event"])
    return JSONResponse({"redirectTo": exchange.base + path})


def _ongoing(exchange: Exchange, db: Connection) -> Interaction:
    demand_own_origin(exchange)
    ongoing = interaction.current(exchange, db)
    if ongoing.prompt != "login":
        raise ApiError("session.not_supported_for_interaction", 400)
    return ongoing


def _started(exchange: Exchange, db: Connection) -> Interaction:
    ongoing = _ongoing(exchange, db)
    if "event" not in ongoing.progress:
        raise ApiError("session.not_found", 404)
    return ongoing


def _remember(exchange: Exchange, db: Connection, record: dict[str, Any]) -> str:
    ongoing = _started(exchange, db)
    verification_id = sign_in.new_verification_id()
    records = {**ongoing.progress.get("verifications", {}), verification_id: record}
    ongoing.progress["verifications"] = dict(list(records.items())[-MOST_VERIFICATIONS:])
    interaction.save(db, ongoing)
    return verification_id


def _body(exchange: Exchange) -> dict[str, Any]:
    if not isinstance(exchange.json, dict):
        raise ApiError("guard.invalid_input", 400)
    return exchange.json


def _credentials(exchange: Exchange) -> tuple[str, str, str]:
    body = _body(exchange)
    identifier = body.get("identifier")
    members = identifier if isinstance(identifier, dict) else {}
    kind, value, password = members.get("type"), members.get("value"), body.get("password")
    if kind not in identifiers.KINDS or not _is_input(value) or not _is_input(password):
        raise ApiError("guard.invalid_input", 400)
    return kind, str(value), str(password)


def _is_input(value: Any) -> bool:
    if not isinstance(value, str) or not 0 < len(value) <= identifiers.MAXIMUM:
        return False
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
