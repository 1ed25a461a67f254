"""The browsers in which a user is signed in."""

from typing import Any

from sqlalchemy import Row

from logto.server import shapes
from logto.server.api import body
from logto.server.api.call import Answer, Call, own_session
from logto.server.store import applications, grants, sessions

TARGETS = ("all", "firstParty")


def listed(call: Call) -> Answer:
    """List a user's live sessions."""
    found = sessions.of_user(call.db, call.path["userId"], call.now)
    return Answer(200, {"sessions": [shown(call, row) for row in found]})


def get(call: Call) -> Answer:
    """Return a session."""
    return Answer(200, shown(call, own_session(call, call.path["userId"])))


def end(call: Call) -> Answer:
    """End a session; no application is told (LOGTO.md 3.8)."""
    return ended(call, call.path["userId"])


def ended(call: Call, user_id: str) -> Answer:
    """End the session that the path names, with `revokeGrantsTarget` the grants in it as well."""
    session = own_session(call, user_id)
    target = call.exchange.query.get("revokeGrantsTarget")
    if target not in (None, *TARGETS):
        raise body.invalid(["revokeGrantsTarget"], f"is one of: {', '.join(TARGETS)}")
    for link in sessions.applications_of(call.db, session.id) if target else ():
        application = applications.find(call.db, link.application_id)
        if target == "all" or (application is not None and not application.is_third_party):
            grants.revoke(call.db, link.grant_id)
    sessions.end(call.db, session.id)
    return Answer(204)


def shown(call: Call, session: Row[Any]) -> shapes.Shown:
    """Return a session with the applications in it."""
    return shapes.session(session, sessions.applications_of(call.db, session.id))
