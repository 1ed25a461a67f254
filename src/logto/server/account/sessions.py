"""The browsers in which the user is signed in."""

from logto.server import tenant
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.management.user_sessions import ended, shown
from logto.server.store import sessions

from .access import demand_editable, demand_first_party, demand_scope, demand_verified, fields, user_of

SCOPE = "urn:logto:scope:sessions"


def listed(call: Call) -> Answer:
    """List the user's live sessions, and say which is the token's own."""
    demand_verified(call)
    if fields(call).get("session", tenant.OFF) == tenant.OFF:
        raise ApiError("account_center.field_not_enabled", 400)
    demand_scope(call, SCOPE, status=401)
    found = sessions.of_user(call.db, user_of(call).id, call.now)
    return Answer(
        200, {"sessions": [{**shown(call, row), "isCurrent": row.id == call.caller.session_id} for row in found]}
    )


def end(call: Call) -> Answer:
    """End one of the user's sessions."""
    demand_verified(call)
    demand_editable(call, "session")
    demand_scope(call, SCOPE, status=401)
    demand_first_party(call)
    return ended(call, user_of(call).id)
