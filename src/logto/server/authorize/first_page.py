"""Which page a sign-in begins with, and what that page is told (LOGTO.md 3.6, 5.2)."""

from urllib.parse import quote, urlencode

from .draft import Draft

PAGES = {
    "sign_in": "/sign-in",
    "signIn": "/sign-in",
    "register": "/register",
    "reset_password": "/reset-password",
    "identifier:sign_in": "/identifier-sign-in",
    "identifier:register": "/identifier-register",
    "single_sign_on": "/single-sign-on",
}
MODES = {"signIn": "sign_in", "signUp": "register"}
IDENTIFIERS = ("username", "email", "phone")
PASSED_ON = ("organization_id", "ui_locales", "one_time_token", "login_hint", "identifier")


def path(draft: Draft) -> str:
    """Return path and query of the first page; one invalid extra parameter drops them all."""
    extras = {name: value for name in PASSED_ON if (value := draft.params.get(name))} if _valid(draft) else {}
    query = {"app_id": draft.application.id, **extras}
    first, direct = _first_screen(draft), draft.params.get("direct_sign_in")
    if not _valid(draft) or not direct:
        return f"{PAGES[first]}?{urlencode(query)}"
    method, _, target = direct.partition(":")
    return f"/direct/{method}/{quote(target, safe='')}?{urlencode({**query, 'fallback': first})}"


def _first_screen(draft: Draft) -> str:
    if not _valid(draft):
        return "sign_in"
    mode = MODES.get(draft.params.get("interaction_mode") or "", "sign_in")
    return draft.params.get("first_screen") or mode


def _valid(draft: Draft) -> bool:
    screen = draft.params.get("first_screen")
    mode = draft.params.get("interaction_mode")
    identifiers = (draft.params.get("identifier") or "").split()
    method, _, target = (draft.params.get("direct_sign_in") or "social:x").partition(":")
    return (
        (screen is None or screen in PAGES)
        and (mode is None or mode in MODES)
        and all(identifier in IDENTIFIERS for identifier in identifiers)
        and method in ("social", "sso")
        and bool(target)
    )
