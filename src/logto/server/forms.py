"""The sign-in and sign-up forms: the same steps as the Experience API, for people."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from . import identifiers, interaction, passwords, sign_in
from .errors import ApiError
from .exchange import Exchange
from .ids import same
from .interaction import Interaction
from .origins import demand_own_origin
from .pages import render
from .pages.locale import LOCALES
from .pages.views import RegisterView, ResetPasswordView, SignInView
from .store import applications

SIGN_IN = "/sign-in"
REGISTER = "/register"
RESET_PASSWORD = "/reset-password"  # noqa: S105  # a path
KEPT = ("app_id", "organization_id", "identifier", "login_hint", "ui_locales")


async def show_sign_in(exchange: Exchange) -> Response:
    """The sign-in form, filled in with `login_hint`."""
    ongoing = _ongoing(exchange)
    return _sign_in_page(exchange, ongoing, exchange.query.get("login_hint") or "", None)


async def post_sign_in(exchange: Exchange) -> Response:
    """Check what was typed; on with it, or the form again."""
    ongoing = _ongoing(exchange)
    typed, password = exchange.form.get("identifier") or "", exchange.form.get("password") or ""
    error = _rejection(exchange, ongoing)
    if error is not None:
        return _sign_in_page(exchange, ongoing, typed, error, 403)
    kind = identifiers.guess(typed, _kinds(exchange))
    if not typed.strip() or not password or kind is None or len(typed) > identifiers.MAXIMUM:
        missing = "password_required" if typed.strip() and kind else "identifier_invalid"
        return _sign_in_page(exchange, ongoing, typed, missing if typed.strip() else "identifier_required", 422)
    try:
        user_id = await sign_in.verify_password(exchange, kind, typed, password[: passwords.MAXIMUM + 1])
    except ApiError as refusal:
        status = 429 if refusal.code in _SLOW_DOWN else 422
        return _sign_in_page(exchange, ongoing, typed, _CODES.get(refusal.code, "invalid_credentials"), status)
    return _complete(exchange, user_id, "SignIn")


async def show_register(exchange: Exchange) -> Response:
    """The sign-up form."""
    ongoing = _ongoing(exchange)
    return _register_page(exchange, ongoing, exchange.query.get("login_hint") or "", {})


async def post_register(exchange: Exchange) -> Response:
    """Add the user and sign them in, or show what is wrong."""
    ongoing = _ongoing(exchange)
    typed, password = exchange.form.get("identifier") or "", exchange.form.get("password") or ""
    error = _rejection(exchange, ongoing)
    if error is not None:
        return _register_page(exchange, ongoing, typed, {"form": error}, 403)
    kind = identifiers.guess(typed, _kinds(exchange))
    value = identifiers.normal(kind, typed) if kind else ""
    errors = _mistakes(kind, typed, value, password)
    if errors or kind is None:
        return _register_page(exchange, ongoing, typed, errors, 422)
    try:
        exchange.transact(lambda db: sign_in.demand_free_identifier(db, kind, value))
        digest = await sign_in.hash_new_password(password)
        user_id = exchange.transact(lambda db: sign_in.register(exchange, db, ongoing, kind, value, digest))
    except ApiError as refusal:
        field = _FIELDS.get(refusal.code, "identifier")
        errors = {field: _CODES.get(refusal.code, "identifier_taken")}
        return _register_page(exchange, ongoing, typed, errors, 422)
    return _complete(exchange, user_id, "Register")


async def show_reset_password(exchange: Exchange) -> Response:
    """The page for a forgotten password."""
    ongoing = _ongoing(exchange)
    view = ResetPasswordView(
        app_name=_application_name(exchange, ongoing),
        sign_in_url=_url(exchange, ongoing, SIGN_IN),
        locale=exchange.locale,
        locale_urls=_locale_urls(exchange, ongoing, RESET_PASSWORD),
    )
    return render.reset_password(exchange.request, view)


_CODES = {
    "session.invalid_credentials": "invalid_credentials",
    "session.verification_blocked_too_many_attempts": "too_many_attempts",
    "user.suspended": "user_suspended",
    "guard.invalid_input": "identifier_invalid",
    "password.rejected": "password_too_short",
    "auth.forbidden": "sign_up_closed",
}
_FIELDS = {"password.rejected": "password", "auth.forbidden": "form"}
_SLOW_DOWN = ("session.verification_blocked_too_many_attempts",)


def _ongoing(exchange: Exchange) -> Interaction:
    return exchange.transact(lambda db: interaction.current(exchange, db))


def _rejection(exchange: Exchange, ongoing: Interaction) -> str | None:
    """Return the message code of a form that is not ours, or not of this browser."""
    demand_own_origin(exchange)
    token = exchange.form.get("csrf") or ""
    return None if same(token, interaction.csrf(exchange, ongoing)) else "csrf_invalid"


def _complete(exchange: Exchange, user_id: str, event: str) -> Response:
    ongoing = _ongoing(exchange)
    path = exchange.transact(lambda db: sign_in.complete(exchange, db, ongoing, user_id, event))
    return RedirectResponse(path, 303)


def _mistakes(kind: str | None, typed: str, value: str, password: str) -> dict[str, str]:
    errors = {}
    if not typed.strip():
        errors["identifier"] = "identifier_required"
    elif kind is None or not identifiers.is_valid(kind, value):
        errors["identifier"] = "identifier_invalid"
    if not password:
        errors["password"] = "password_required"  # noqa: S105  # a message code
    elif not passwords.MINIMUM <= len(password) <= passwords.MAXIMUM:
        errors["password"] = "password_too_short"  # noqa: S105  # a message code
    return errors


def _sign_in_page(
    exchange: Exchange, ongoing: Interaction, typed: str, error: str | None, status: int = 200
) -> Response:
    view = SignInView(
        action=_url(exchange, ongoing, SIGN_IN),
        csrf=interaction.csrf(exchange, ongoing),
        app_name=_application_name(exchange, ongoing),
        identifiers=_kinds(exchange),
        identifier=typed,
        error=error,
        register_url=_url(exchange, ongoing, REGISTER),
        locale=exchange.locale,
        locale_urls=_locale_urls(exchange, ongoing, SIGN_IN),
        reset_password_url=_url(exchange, ongoing, RESET_PASSWORD),
    )
    return render.sign_in(exchange.request, view, status)


def _register_page(
    exchange: Exchange, ongoing: Interaction, typed: str, errors: Mapping[str, str], status: int = 200
) -> Response:
    view = RegisterView(
        action=_url(exchange, ongoing, REGISTER),
        csrf=interaction.csrf(exchange, ongoing),
        app_name=_application_name(exchange, ongoing),
        identifiers=_kinds(exchange),
        identifier=typed,
        errors=errors,
        sign_in_url=_url(exchange, ongoing, SIGN_IN),
        locale=exchange.locale,
        locale_urls=_locale_urls(exchange, ongoing, REGISTER),
        password_min_length=passwords.MINIMUM,
    )
    return render.register(exchange.request, view, status)


def _kinds(exchange: Exchange) -> tuple[str, ...]:
    asked = (exchange.query.get("identifier") or "").split()
    return tuple(kind for kind in identifiers.KINDS if kind in asked) or identifiers.KINDS


def _application_name(exchange: Exchange, ongoing: Interaction) -> str:
    application = exchange.transact(lambda db: applications.find(db, ongoing.application_id))
    return application.name if application else ""


def _url(exchange: Exchange, ongoing: Interaction, path: str, **changed: str) -> str:
    """Return a page of this very sign-in: another tab may have begun one since."""
    kept = {name: value for name in KEPT if (value := exchange.query.get(name))}
    query = {**kept, "app_id": ongoing.application_id, "interaction": ongoing.handle, **changed}
    return f"{path}?{urlencode(query)}"


def _locale_urls(exchange: Exchange, ongoing: Interaction, path: str) -> tuple[tuple[str, str], ...]:
    return tuple((locale, _url(exchange, ongoing, path, ui_locales=locale)) for locale in LOCALES)
