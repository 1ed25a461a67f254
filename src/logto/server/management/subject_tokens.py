"""Tokens with which an application acts for a user (LOGTO.md 3.10)."""

from logto.server import lifetimes
from logto.server.api import body
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.store import subject_tokens, users


def create(call: Call) -> Answer:
    """Make a token for one exchange."""
    given = call.read({"userId": body.text(64), "context": body.is_json_object}, "userId")
    if users.find_active(call.db, given["userId"]) is None:
        raise ApiError("entity.relation_foreign_key_not_found", 404)
    token = subject_tokens.create(call.db, given["userId"], given.get("context"), call.now)
    return Answer(201, {"subjectToken": token, "expiresIn": lifetimes.SUBJECT_TOKEN})
