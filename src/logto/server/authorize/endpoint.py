"""The authorization endpoint: check, then sign in, then consent, then a code."""

from typing import Any

from sqlalchemy import Connection, Row
from starlette.responses import JSONResponse, RedirectResponse, Response

from logto.server import browser_session, client_authentication, interaction, lifetimes, scopes
from logto.server.errors import OidcError, invalid_request
from logto.server.exchange import Exchange
from logto.server.interaction import Interaction
from logto.server.params import Params
from logto.server.store import interactions, issued, sessions

from . import answer, checks, consent, first_page, prompts
from .draft import Draft

PUSHED = "urn:ietf:params:oauth:request_uri:"


def authorize(exchange: Exchange, db: Connection) -> Response:
    """Begin (GET or POST): refuse, answer at once, or send the user to sign in."""
    params = exchange.query if exchange.request.method == "GET" else exchange.form
    draft = Draft(params)
    try:
        draft = Draft(_unpushed(exchange, db, params))
        checks.run(draft, exchange.world, db)
        return _proceed(exchange, db, draft, None)
    except OidcError as error:
        return answer.failure(exchange, draft, error)


def resume(exchange: Exchange, db: Connection, ongoing: Interaction) -> Response:
    """Go on after the user has done their part."""
    draft = Draft(ongoing.params)
    try:
        checks.run(draft, exchange.world, db)
        return _proceed(exchange, db, draft, ongoing)
    except OidcError as error:
        interaction.finish(exchange, db, ongoing)
        return answer.failure(exchange, draft, error)


def push(exchange: Exchange, db: Connection) -> Response:
    """Take a request in advance (RFC 9126): it is checked now, and again when it is used."""
    application = client_authentication.authenticate(exchange, db)
    exchange.form.refuse_duplicates()
    stored = {name: values for name, values in exchange.form.as_dict().items() if name != "client_secret"}
    stored["client_id"] = [application.id]
    checks.run(Draft(Params(stored)), exchange.world, db)
    reference = interactions.push(db, application.id, stored, exchange.now)
    return JSONResponse({"expires_in": lifetimes.PUSHED_REQUEST, "request_uri": PUSHED + reference}, 201)


def _unpushed(exchange: Exchange, db: Connection, params: Params) -> Params:
    """Replace a reference to a pushed request by the request."""
    params.refuse_duplicates()
    reference, client_id = params.get("request_uri") or "", params.get("client_id")
    if not reference.startswith(PUSHED) or client_id is None:
        return params
    found = interactions.pull(db, reference.removeprefix(PUSHED), client_id, exchange.now)
    if found is None:
        raise OidcError("invalid_request_uri", "request_uri is invalid, expired, or was already used")
    return Params(found)


def _proceed(exchange: Exchange, db: Connection, draft: Draft, ongoing: Interaction | None) -> Response:
    session = browser_session.settled(exchange, db, ongoing)
    progress = ongoing.progress if ongoing else {}
    if prompts.needs_login(db, draft, session, exchange.now, just_done="login" in progress):
        return _ask(exchange, db, draft, ongoing, prompts.LOGIN)
    if session is None:
        raise OidcError("login_required", "End-User authentication is required")
    decision = progress.get("consent", {})
    decided = decision.get("user_id") == session.user_id
    if prompts.needs_consent(db, draft, session, exchange.now, just_done=decided):
        return _ask(exchange, db, draft, ongoing, prompts.CONSENT)
    if decided and not decision["allowed"]:
        raise OidcError("access_denied", "End-User aborted interaction")
    if decided:
        consent.give(db, draft, session, exchange.now)
    code = _issue_code(exchange, db, draft, session)
    if ongoing is not None:
        interaction.finish(exchange, db, ongoing)
    return answer.callback(exchange, draft, {"code": code})


def _ask(exchange: Exchange, db: Connection, draft: Draft, ongoing: Interaction | None, prompt: str) -> Response:
    """Send the user to the page where they can do what is missing."""
    if "none" in draft.prompts:
        missing = "authentication" if prompt == prompts.LOGIN else "consent"
        raise OidcError(f"{prompt}_required", f"End-User {missing} is required")
    if ongoing is None:
        ongoing = interaction.begin(exchange, db, draft.application.id, draft.params)
    ongoing.prompt = prompt
    if prompt == prompts.LOGIN:
        # A sign-in that did not satisfy the request (another user than the hinted one) has to happen again.
        ongoing.progress.pop("login", None)
    interaction.save(db, ongoing)
    # Consent names the sign-in that it belongs to: another tab may have begun one since.
    consent_page = f"/consent?app_id={draft.application.id}&interaction={ongoing.handle}"
    page = first_page.path(draft) if prompt == prompts.LOGIN else consent_page
    return RedirectResponse(page, 303)


def _issue_code(exchange: Exchange, db: Connection, draft: Draft, session: Row[Any]) -> str:
    linked = sessions.grant_of(db, session.id, draft.application.id)
    if linked is None:
        raise invalid_request("nothing has been granted")
    content = {
        "scopes": draft.scopes,
        "resources": draft.resources,
        "redirect_uri": draft.params.get("redirect_uri"),
        "code_challenge": draft.params.get("code_challenge"),
        "nonce": draft.params.get("nonce"),
        "auth_time": int(session.authenticated_at) if draft.max_age is not None else None,
        "sid": linked.sid,
    }
    values = {
        "grant_id": linked.grant_id,
        "application_id": draft.application.id,
        "user_id": session.user_id,
        # Without offline access everything ends with the session (LOGTO.md 3.7).
        "session_id": None if scopes.OFFLINE_ACCESS in draft.scopes else session.id,
        "content": content,
        "expires_at": exchange.now + lifetimes.CODE,
    }
    return issued.issue(db, issued.codes, exchange.now, values)
