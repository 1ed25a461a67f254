"""`grant_type=authorization_code`: a code becomes tokens, once (LOGTO.md 3.2, 3.4, 3.5)."""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any

from sqlalchemy import Connection, Row, Table

from logto.server import scopes
from logto.server.authorize.checks import is_verifier_text
from logto.server.errors import invalid_grant, invalid_request, missing_parameter
from logto.server.exchange import Exchange
from logto.server.ids import same
from logto.server.issuance import Issuer, Target, answer
from logto.server.store import grants, issued
from logto.server.store.applications import Application


def exchange_code(exchange: Exchange, db: Connection, application: Application) -> dict[str, Any]:
    """Return the token response for a code; a code used before ends its whole grant."""
    return first_tokens(exchange, db, application, issued.codes, _checked_code(exchange, db, application))


def first_tokens(
    exchange: Exchange, db: Connection, application: Application, table: Table, code: Row[Any]
) -> dict[str, Any]:
    """Use a code of `table` up, which has been checked, and return what it is good for."""
    content = code.content
    target = Target(_resource(exchange, content), None)
    issuer = Issuer(exchange, db, application, code, content["scopes"])
    issuer.check_target(target)
    issued.consume(db, table, code, exchange.now)
    offline = scopes.OFFLINE_ACCESS in content["scopes"] or application.always_refreshes
    refresh = None
    if offline:
        refresh = issuer.refresh_token(exchange.now + application.refresh_token_ttl, exchange.now)
    id_token = issuer.id_token() if scopes.OPENID in content["scopes"] else None
    return answer(issuer.access_token(target), id_token, refresh)


def _checked_code(exchange: Exchange, db: Connection, application: Application) -> Row[Any]:
    value, redirect_uri = exchange.form.get("code"), exchange.form.get("redirect_uri")
    if value is None:
        raise missing_parameter("code")
    if redirect_uri is None:
        raise missing_parameter("redirect_uri")
    verifier = exchange.form.get("code_verifier")
    if verifier is not None and not is_verifier_text(verifier):
        raise invalid_request("code_verifier must be a string of 43 to 128 unreserved characters")
    code = issued.find(db, issued.codes, value)
    if code is None or code.application_id != application.id or not issued.is_alive(db, code, exchange.now):
        raise invalid_grant()
    if not _proves(verifier, code.content["code_challenge"]) or redirect_uri != code.content["redirect_uri"]:
        raise invalid_grant()  # and the code stays good for whoever has the verifier
    if code.consumed_at is not None:
        grants.revoke(db, code.grant_id)
        raise invalid_grant()
    return code


def _proves(verifier: str | None, challenge: str | None) -> bool:
    """RFC 7636 4.6; a verifier without a challenge and a challenge without a verifier prove nothing."""
    if verifier is None or challenge is None:
        return verifier is None and challenge is None
    made = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return same(made, challenge)


def _resource(exchange: Exchange, content: dict[str, Any]) -> str | None:
    """Return the resource to issue for: the one asked for now, or without `openid` the only one asked for before."""
    asked = exchange.form.all("resource")
    if len(asked) == 1:
        return asked[0]
    if scopes.OPENID not in content["scopes"] and len(content["resources"]) == 1:
        return str(content["resources"][0])
    return None
