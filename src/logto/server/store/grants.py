"""Grants: what a user let an application have; codes and tokens live only as long as theirs."""

from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from logto.server import ids, lifetimes
from logto.server.schema import access_tokens, codes, grants, refresh_tokens, session_grants


def find(db: Connection, grant_id: str, now: float) -> Row[Any] | None:
    """Return a grant that has not expired."""
    return db.execute(select(grants).where(grants.c.id == grant_id, grants.c.expires_at > now)).one_or_none()


def create(
    db: Connection,
    application_id: str,
    user_id: str,
    scopes: list[str],
    resources: dict[str, list[str]],
    now: float,
    lifetime: float = lifetimes.GRANT,
) -> str:
    """Add a grant of OIDC scopes and of scopes by resource for `lifetime` seconds; return its id."""
    held = select(session_grants.c.grant_id)
    db.execute(delete(grants).where(grants.c.expires_at <= now, grants.c.id.not_in(held)))  # memory stays bounded
    grant_id = ids.token()
    db.execute(
        grants.insert().values(
            id=grant_id,
            application_id=application_id,
            user_id=user_id,
            scopes=scopes,
            resources=resources,
            expires_at=now + lifetime,
        )
    )
    return grant_id


def widen(db: Connection, grant: Row[Any], scopes: list[str], resources: dict[str, list[str]]) -> None:
    """Add what was consented to now to what was before."""
    wider = {name: _union(grant.resources.get(name, []), found) for name, found in resources.items()}
    values = {"scopes": _union(grant.scopes, scopes), "resources": {**grant.resources, **wider}}
    db.execute(update(grants).where(grants.c.id == grant.id).values(**values))


def revoke(db: Connection, grant_id: str) -> None:
    """End a grant with every code and token of it; the session still knows that the application was part of it.

    An application that revokes its tokens before it ends the session is told of that end (LOGTO.md 3.8).
    """
    for table in (codes, refresh_tokens, access_tokens):
        db.execute(delete(table).where(table.c.grant_id == grant_id))
    db.execute(update(grants).where(grants.c.id == grant_id).values(expires_at=0))


def _union(before: list[str], added: list[str]) -> list[str]:
    return [*before, *(name for name in added if name not in before)]
