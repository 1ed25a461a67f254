"""Back-channel logout: what each application of a session is told when it ends (LOGTO.md 3.8)."""

from typing import Any

from sqlalchemy import Connection, Row

from . import ids, tokens
from .messenger import Notice
from .store import applications, sessions
from .world import World

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME = 120


def notices(world: World, db: Connection, session: Row[Any], now: float) -> list[Notice]:
    """Return a notice for each application of a session that wants one; to be asked before the session is ended."""
    found = []
    for linked in sessions.applications_of(db, session.id):
        application = applications.find(db, linked.application_id)
        if application is None or application.backchannel_logout_uri is None:
            continue
        claims = {
            "sub": session.user_id,
            "events": {EVENT: {}},
            "jti": ids.token(),
            **({"sid": linked.sid} if application.wants_sid else {}),
            "aud": application.id,
            "exp": int(now) + LIFETIME,
            "iat": int(now),
            "iss": world.issuer,
        }
        token = tokens.sign(world.keys, claims, "logout+jwt")
        found.append(Notice(application.id, application.backchannel_logout_uri, token))
    return found
