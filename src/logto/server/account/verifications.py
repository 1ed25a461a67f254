"""Proving to be oneself before something that matters: by the password, or by a code."""

import secrets
from typing import Any

from sqlalchemy import Row

from logto.server.api import body
from logto.server.api.call import Answer, Call, Caller
from logto.server.errors import ApiError
from logto.server.exchange import Exchange
from logto.server.mailbox import Message
from logto.server.management.users import IS_PASSWORD
from logto.server.sign_in import demand_password
from logto.server.store import users, verifications
from logto.server.webhooks import moment

from .access import demand_first_party, user_of

MOST_ATTEMPTS = 10
_ACCEPTS = {"email": body.is_email, "phone": body.is_phone}


def is_identifier(value: Any) -> bool:
    """Tell whether it is an email address or a phone number, with its kind."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return False
    accepts = _ACCEPTS.get(value["type"])
    return accepts is not None and accepts(value.get("value"))


async def check_password(exchange: Exchange, caller: Caller) -> None:
    """Compare the body's password with the caller's, no more often than anybody may guess."""
    given = body.read(exchange.json, {"password": IS_PASSWORD}, ("password",))["password"]
    user = exchange.transact(lambda db: users.find(db, caller.id))
    await demand_password(exchange, f"id:{caller.id}", user, given)


def by_password(call: Call) -> Answer:
    """Record that the user knows the password."""
    demand_first_party(call)
    return _made(verifications.create(call.db, user_of(call).id, verifications.PASSWORD, None, None, call.now))


def send_code(call: Call) -> Answer:
    """Send a code; here it arrives in the server's mailbox."""
    demand_first_party(call)
    identifier = call.read({"identifier": is_identifier, "templateType": body.text(64)}, "identifier")["identifier"]
    code = f"{secrets.randbelow(10**6):06}"
    kind, to = identifier["type"], identifier["value"]
    record = verifications.create(call.db, user_of(call).id, kind, to, code, call.now)
    call.world.mailbox.put(Message(kind, to, code))
    return _made(record)


def verify_code(call: Call) -> Answer:
    """Compare a code; a wrong one counts, and after ten of them no code is right."""
    demand_first_party(call)
    fields = {"identifier": is_identifier, "verificationId": body.text(64, 1), "code": body.text(16, 1)}
    given, user = call.read(fields, *fields), user_of(call)
    record = verifications.find(call.db, given["verificationId"], user.id, call.now)
    if record is None or record.kind not in _ACCEPTS:
        raise ApiError("verification_record.not_found", 400)
    if (record.kind, record.value) != (given["identifier"]["type"], given["identifier"]["value"]):
        raise ApiError(f"verification_code.{record.kind}_mismatch", 400)
    if record.code_digest is None:
        raise ApiError("verification_code.not_found", 400)
    if record.attempts >= MOST_ATTEMPTS:
        raise ApiError("verification_code.exceed_max_try", 400)
    right = verifications.fits(record, given["code"])
    verifications.tried(call.db, record, right=right)
    if not right:
        return Answer(refusal=ApiError("verification_code.code_mismatch", 400))  # and the attempt counts
    return Answer(200, {"verificationRecordId": record.id})


def _made(record: Row[Any]) -> Answer:
    return Answer(201, {"verificationRecordId": record.id, "expiresAt": moment(record.expires_at)})
