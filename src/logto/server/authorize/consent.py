"""What an application has been given within a session, and giving it what it asks for now."""

from typing import Any

from sqlalchemy import Connection, Row

from logto.server import scopes
from logto.server.store import grants, sessions

from .draft import Draft


def is_missing(db: Connection, draft: Draft, session: Row[Any], now: float) -> bool:
    """Tell whether the request goes beyond what this application was given in this session (LOGTO.md 3.6)."""
    linked = sessions.grant_of(db, session.id, draft.application.id)
    grant = grants.find(db, linked.grant_id, now) if linked else None
    if grant is None or set(scopes.oidc_only(draft.scopes)) - set(grant.scopes):
        return True
    wanted = scopes.by_resource(db, draft.application, draft.scopes, draft.resources)
    return any(
        indicator not in grant.resources or set(names) - set(grant.resources[indicator])
        for indicator, names in wanted.items()
    )


def give(db: Connection, draft: Draft, session: Row[Any], now: float) -> None:
    """Record what the request asks for as granted, in the session's grant for this application."""
    about_user = scopes.oidc_only(draft.scopes)
    by_resource = scopes.by_resource(db, draft.application, draft.scopes, draft.resources)
    linked = sessions.grant_of(db, session.id, draft.application.id)
    grant = grants.find(db, linked.grant_id, now) if linked else None
    if grant is not None:
        grants.widen(db, grant, about_user, by_resource)
        return
    grant_id = grants.create(db, draft.application.id, session.user_id, about_user, by_resource, now)
    if linked is None:
        sessions.add_grant(db, session.id, draft.application.id, grant_id)
    else:
        sessions.replace_grant(db, linked, grant_id)
