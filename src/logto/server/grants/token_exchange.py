"""`grant_type=urn:ietf:params:oauth:grant-type:token-exchange`: a token about a user becomes another (RFC 8693; LOGTO.md 3.10)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from logto.server import lifetimes, scopes, tokens
from logto.server.errors import invalid_grant, invalid_target, missing_parameter
from logto.server.exchange import Exchange
from logto.server.issuance import Issuer, Source, Target, answer, demand_membership
from logto.server.store import applications, grants, issued, personal_access_tokens, subject_tokens, users
from logto.server.store.applications import Application

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105  # the name of a type
IMPERSONATION = "urn:logto:token-type:impersonation_token"
PERSONAL = "urn:logto:token-type:personal_access_token"


def exchange_token(exchange: Exchange, db: Connection, application: Application) -> dict[str, Any]:
    """Return an access token for the subject token's user; a one-time subject token is used up by success only."""
    value, kind = exchange.form.get("subject_token"), exchange.form.get("subject_token_type")
    if value is None:
        raise missing_parameter("subject_token")
    if kind is None:
        raise missing_parameter("subject_token_type")
    user = users.find_active(db, _subject(exchange, db, value, kind))
    if user is None:
        raise invalid_grant()
    target = Target.asked(exchange)
    _check_target(db, target, user.id)
    actor = _actor(exchange, db)
    issuer = _issuer(exchange, db, application, user.id, target)
    subject_tokens.consume(db, value, exchange.now)
    return answer(issuer.access_token(target, actor), None, None)


def _subject(exchange: Exchange, db: Connection, value: str, kind: str) -> str:
    """Return the id of the user whom a subject token is about."""
    for read in _READERS.get(kind, ()):
        user_id = read(exchange, db, value)
        if user_id is not None:
            return user_id
    raise invalid_grant()


def _one_time(exchange: Exchange, db: Connection, value: str) -> str | None:
    found = subject_tokens.find(db, value, exchange.now)
    return found.user_id if found is not None else None


def _personal(exchange: Exchange, db: Connection, value: str) -> str | None:
    found = personal_access_tokens.find(db, value, exchange.now)
    return found.user_id if found is not None else None


def _opaque(exchange: Exchange, db: Connection, value: str) -> str | None:
    found = issued.find(db, issued.access_tokens, value)
    if found is None or not issued.is_alive(db, found, exchange.now):
        return None
    return found.user_id if _is_of_the_house(db, found.application_id) else None


def _jwt(exchange: Exchange, db: Connection, value: str) -> str | None:
    """Read an access token of ours; ID and logout tokens have other types, and a machine's token is about no user."""
    claims = tokens.read_own(exchange.world.keys, value, tokens.ACCESS)
    if claims is None or claims["iss"] != exchange.world.issuer or claims["exp"] <= exchange.now:
        return None
    if claims["sub"] == claims["client_id"] or not _is_of_the_house(db, claims["client_id"]):
        return None
    return str(claims["sub"])


_READERS: dict[str, tuple[Callable[[Exchange, Connection, str], str | None], ...]] = {
    ACCESS_TOKEN: (_one_time, _opaque, _jwt),
    IMPERSONATION: (_one_time,),
    PERSONAL: (_personal,),
}


def _is_of_the_house(db: Connection, application_id: str) -> bool:
    """A third party's token must not be turned into one that the user never let it have."""
    application = applications.find(db, application_id)
    return application is not None and not application.is_third_party


def _actor(exchange: Exchange, db: Connection) -> str | None:
    """Return the user who acts in the subject's place: whose opaque token with `openid` came along (LOGTO.md 5.4)."""
    value = exchange.form.get("actor_token")
    if value is None:
        return None
    found = issued.find(db, issued.access_tokens, value)
    if exchange.form.get("actor_token_type") != ACCESS_TOKEN or found is None:
        raise invalid_grant()
    if not issued.is_alive(db, found, exchange.now) or scopes.OPENID not in found.content["scopes"]:
        raise invalid_grant()
    if users.find_active(db, found.user_id) is None:
        raise invalid_grant()
    return str(found.user_id)


def _check_target(db: Connection, target: Target, user_id: str) -> None:
    if target.organization_id is not None:  # without the organizations scope, too (LOGTO.md 3.10)
        demand_membership(db, target.organization_id, user_id)
    if target.resource is not None and not scopes.exists(db, target.resource):
        raise invalid_target()


def _issuer(exchange: Exchange, db: Connection, application: Application, user_id: str, target: Target) -> Issuer:
    """Grant what is asked for: the user has consented to nothing, so that all they own may be had."""
    asked = list(dict.fromkeys((exchange.form.get("scope") or "").split()))
    implied = scopes.ORGANIZATION_RESOURCE if target.organization_id is not None else None
    indicators = [indicator for indicator in (target.resource or implied,) if indicator is not None]
    by_resource = scopes.by_resource(db, application, asked, indicators)
    # Nothing is refreshed from this grant: it need not outlive its one token.
    grant_id = grants.create(
        db, application.id, user_id, scopes.oidc_only(asked), by_resource, exchange.now, lifetimes.ACCESS_TOKEN
    )
    source = Source(user_id, grant_id, {"scopes": asked, "resources": indicators})
    return Issuer(exchange, db, application, source, asked)
