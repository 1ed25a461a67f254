"""The pages on which a person types a device's code and decides about the device (RFC 8628 3.3)."""

import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, Row
from starlette.responses import RedirectResponse, Response

from logto.server import browser_session, interaction, lifetimes
from logto.server.authorize import consent, prompts
from logto.server.authorize.draft import Draft
from logto.server.errors import ApiError
from logto.server.exchange import Exchange
from logto.server.ids import same, token
from logto.server.interaction import Interaction
from logto.server.origins import demand_own_origin
from logto.server.pages import render
from logto.server.pages.locale import LOCALES
from logto.server.pages.views import DeviceCodeView, DeviceConfirmView, DeviceDoneView, LocaleUrls
from logto.server.params import Params
from logto.server.scopes import OFFLINE_ACCESS, OPENID
from logto.server.store import applications, device_codes, sessions, users
from logto.server.store.applications import Application

from . import user_codes

CODE, CONFIRM, SUCCESS, DENIED = "/device", "/device/confirm", "/device/success", "/device/denied"
FORM_COOKIE = "_device"
GUESSES = "the code of any device"


def show(exchange: Exchange, _db: Connection) -> Response:
    """The form for the code; one that came in the URL fills it in and does nothing more (RFC 8628 5.4)."""
    return _code_page(exchange, exchange.query.get("user_code") or "")


def take_code(exchange: Exchange, db: Connection) -> Response:
    """Find the device of a code, and go on to the sign-in, or to the question."""
    demand_own_origin(exchange)
    typed = exchange.form.get("user_code") or ""
    cookie = exchange.cookies.get(FORM_COOKIE)
    if cookie is None or not same(exchange.form.get("csrf") or "", _seal(exchange, cookie)):
        return _code_page(exchange, typed, "csrf_invalid", 403)
    if not typed.strip():
        return _code_page(exchange, typed, "device_code_required", 422)
    # Never forgotten for a right code: who guesses can ask for devices of their own, whose codes they know.
    throttle = exchange.world.throttle
    if throttle.blocked(GUESSES, exchange.address):
        return _code_page(exchange, typed, "too_many_attempts", 429)
    device = device_codes.find_waiting(db, user_codes.normal(typed), exchange.now)
    if device is None:
        throttle.failed(GUESSES, exchange.address)
        return _code_page(exchange, typed, "device_code_unknown", 422)
    language = exchange.query.get("ui_locales")
    kept = Params({"ui_locales": [language]} if language else {})
    ongoing = interaction.begin(exchange, db, device.application_id, kept)
    device_codes.take_up(db, device, ongoing.uid)
    session = browser_session.current(exchange, db)
    return _proceed(exchange, db, ongoing, device, session, just_done=False)


def resume(exchange: Exchange, db: Connection, ongoing: Interaction) -> Response:
    """Go on after the sign-in."""
    session = browser_session.settled(exchange, db, ongoing)
    interaction.save(db, ongoing)
    device = _waiting(exchange, db, ongoing)
    return _proceed(exchange, db, ongoing, device, session, just_done="login" in ongoing.progress)


def ask(exchange: Exchange, db: Connection) -> Response:
    """The question: is this the code that your device shows, and may it be signed in as you?"""
    ongoing, device, session = _undecided(exchange, db)
    user = users.find(db, session.user_id)
    view = DeviceConfirmView(
        action=_url(CONFIRM, ongoing),
        csrf=interaction.csrf(exchange, ongoing),
        app_name=_application(db, device).name,
        user_name=(user.name or user.username or user.primary_email or user.id) if user else "",
        user_code=device.user_code,
        scopes=tuple(scope for scope in device.content["scopes"] if scope != OPENID),
        locale=exchange.locale,
        locale_urls=tuple((locale, _url(CONFIRM, ongoing, locale)) for locale in LOCALES),
    )
    return render.device_confirm(exchange.request, view)


def decide(exchange: Exchange, db: Connection) -> Response:
    """Take the answer; from now on the device gets its tokens, or a refusal."""
    demand_own_origin(exchange)
    ongoing, device, session = _undecided(exchange, db)
    if not same(exchange.form.get("csrf") or "", interaction.csrf(exchange, ongoing)):
        raise ApiError("request.forbidden", 403)
    allowed = exchange.form.get("decision") == "allow"
    if allowed:
        _let_in(exchange, db, device, session)
    else:
        device_codes.deny(db, device)
    interaction.finish(exchange, db, ongoing)
    return RedirectResponse(_localized(SUCCESS if allowed else DENIED, exchange.query.get("ui_locales")), 303)


def success(exchange: Exchange, _db: Connection) -> Response:
    """The end: the device goes on by itself."""
    return render.device_done(exchange.request, DeviceDoneView(allowed=True, locale=exchange.locale))


def denied(exchange: Exchange, _db: Connection) -> Response:
    """The other end: the device stays out."""
    return render.device_done(exchange.request, DeviceDoneView(allowed=False, locale=exchange.locale))


def _proceed(
    exchange: Exchange,
    db: Connection,
    ongoing: Interaction,
    device: Row[Any],
    session: Row[Any] | None,
    *,
    just_done: bool,
) -> Response:
    draft = _draft(db, device)
    login = prompts.needs_login(db, draft, session, exchange.now, just_done=just_done)
    language = ongoing.params.get("ui_locales")
    return RedirectResponse(_url("/sign-in" if login else CONFIRM, ongoing, language), 303)


def _let_in(exchange: Exchange, db: Connection, device: Row[Any], session: Row[Any]) -> None:
    draft = _draft(db, device)
    consent.give(db, draft, session, exchange.now)
    linked = sessions.grant_of(db, session.id, draft.application.id)
    about_sign_in = {
        "auth_time": int(session.authenticated_at) if draft.max_age is not None else None,
        "sid": linked.sid if linked else None,
    }
    values = {
        "user_id": session.user_id,
        "grant_id": linked.grant_id if linked else None,
        # Without offline access everything ends with the session (LOGTO.md 3.7).
        "session_id": None if OFFLINE_ACCESS in draft.scopes else session.id,
        "content": {**device.content, **about_sign_in},
    }
    device_codes.allow(db, device, values)


def _draft(db: Connection, device: Row[Any]) -> Draft:
    """Return what the device asked for, as an authorization request would have asked for it."""
    content = device.content
    return Draft(
        Params({}),
        _application(db, device),
        scopes=content["scopes"],
        resources=content["resources"],
        max_age=content["max_age"],
    )


def _undecided(exchange: Exchange, db: Connection) -> tuple[Interaction, Row[Any], Row[Any]]:
    """Return the interaction of this request, the device that it is about, and who decides."""
    ongoing = interaction.current(exchange, db)
    device = _waiting(exchange, db, ongoing)
    session = browser_session.current(exchange, db)
    if session is None or users.find_active(db, session.user_id) is None:
        raise ApiError("session.not_found", 400)
    return ongoing, device, session


def _waiting(exchange: Exchange, db: Connection, ongoing: Interaction) -> Row[Any]:
    device = device_codes.waiting_in(db, ongoing.uid, exchange.now)
    if device is None:
        raise ApiError("session.device_not_waiting", 400)
    return device


def _application(db: Connection, device: Row[Any]) -> Application:
    application = applications.find(db, device.application_id)
    if application is None:
        raise ApiError("session.device_not_waiting", 400)
    return application


def _code_page(exchange: Exchange, typed: str, error: str | None = None, status: int = 200) -> Response:
    cookie = exchange.cookies.get(FORM_COOKIE) or token()
    exchange.cookies.set(FORM_COOKIE, cookie, lifetimes.INTERACTION)
    shown = typed[: user_codes.MOST_TYPED]
    view = DeviceCodeView(
        action=_localized(CODE, exchange.query.get("ui_locales")),
        csrf=_seal(exchange, cookie),
        user_code=shown,
        error=error,
        locale=exchange.locale,
        locale_urls=_locale_urls(shown),
    )
    return render.device_code(exchange.request, view, status)


def _seal(exchange: Exchange, cookie: str) -> str:
    """Return the token that the form of this browser must send back."""
    return hmac.new(exchange.world.cookie_key, f"device:{cookie}".encode(), hashlib.sha256).hexdigest()


def _locale_urls(typed: str) -> LocaleUrls:
    code = {"user_code": typed} if typed else {}
    return tuple((locale, f"{CODE}?{urlencode({**code, 'ui_locales': locale})}") for locale in LOCALES)


def _url(path: str, ongoing: Interaction, language: str | None = None) -> str:
    query = {"app_id": ongoing.application_id, "interaction": ongoing.handle}
    return f"{path}?{urlencode({**query, 'ui_locales': language} if language else query)}"


def _localized(path: str, language: str | None) -> str:
    return f"{path}?{urlencode({'ui_locales': language})}" if language else path
