"""What a browser, or a program, is answered when a page cannot be had."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from html import escape

from ..errors import (
    AuthorizationDeniedError,
    ForbiddenError,
    LogtoException,
    MfaRequiredError,
    NotAMemberError,
    NotAuthenticatedError,
    SignInError,
    StorageError,
    TokenRequestError,
    TransportError,
    UnexpectedResponseError,
)
from ..flows.pages import NO_STORE, redirect, sign_in_location
from ..models.pages import PageAnswer, PageRequest

logger = logging.getLogger("logto")

RETRY_AFTER = 10
"""Seconds after which to try again what failed for want of a server."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind of error is answered.

    Args:
        status: The HTTP status.
        error: What programs are told.
        title: What people are told.
        text: And what they can do.
    """

    status: int
    error: str
    title: str
    text: str


_NOBODY = _Kind(401, "not_authenticated", "Please sign in", "This page is for people who are signed in.")
_DENIED = _Kind(403, "sign_in_denied", "Not signed in", "The sign-in was cancelled or refused. You can try again.")
_SIGN_IN = _Kind(
    400,
    "sign_in_failed",
    "This sign-in cannot be finished",
    "It was finished before, took too long, or was begun in another browser. Please begin again.",
)
_FORBIDDEN = _Kind(403, "forbidden", "No access", "Your account may not see this page.")
_UNAVAILABLE = _Kind(
    503,
    "temporarily_unavailable",
    "Sign-in is not available at the moment",
    "The service that knows who you are does not answer. Please try again in a moment.",
)
_UNKNOWN_HOST = _Kind(400, "invalid_host", "Wrong address", "The application is not known under this address.")
_BROKEN = _Kind(
    500, "server_error", "Something is not set up correctly", "The people who run this site have been told the reason."
)

_OUR_MISTAKES = frozenset(
    ("invalid_request", "invalid_scope", "invalid_target", "unauthorized_client", "unsupported_response_type")
)
"""OAuth errors which a browser brings back because of what the application asked for (RFC 6749, 4.1.2.1; RFC 8707, 2)."""

_LOGTO_FAILS = frozenset(("server_error", "temporarily_unavailable"))
"""And those for want of a server."""

_KINDS: tuple[tuple[type[LogtoException], _Kind], ...] = (
    (NotAuthenticatedError, _NOBODY),
    (AuthorizationDeniedError, _DENIED),
    (SignInError, _SIGN_IN),
    (ForbiddenError, _FORBIDDEN),
    (NotAMemberError, _FORBIDDEN),
    (MfaRequiredError, _FORBIDDEN),
    (TransportError, _UNAVAILABLE),
    (UnexpectedResponseError, _UNAVAILABLE),
)


def refusal(error: LogtoException, request: PageRequest, *, show_hints: bool = False) -> PageAnswer:
    """What a request is answered that ended in an error.

    Args:
        error: What was raised.
        request: Which request.
        show_hints: Whether to show what the developer should do.

    Returns:
        For a browser a page, or the way to the sign-in where nobody is signed in; for a program JSON with `error`.
    """
    kind = _kind(error)
    if kind is _NOBODY and request.wants_page:
        return redirect(sign_in_location(request))
    if kind.status >= 500:
        logger.error("%s: %s", error.code, error)
    else:
        logger.info("a request was refused with %s: %s", kind.status, error.code)
    headers = dict(NO_STORE)
    if kind is _NOBODY:
        headers["WWW-Authenticate"] = "Cookie"  # RFC 9110, 15.5.2 wants a challenge; ours is the session's cookie
    if kind is _UNAVAILABLE:
        headers["Retry-After"] = str(_retry_after(error))
    if not request.wants_page:
        headers["Content-Type"] = "application/json"
        body = {"error": kind.error, "error_description": kind.title}
        if show_hints:
            body |= {"code": error.code, "hint": str(error)}
        return PageAnswer(kind.status, headers, json.dumps(body))
    headers["Content-Type"] = "text/html; charset=utf-8"
    # The page holds nothing but text, and needs nothing from anywhere.
    headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )
    return PageAnswer(kind.status, headers, _page(kind, error if show_hints else None, request))


def _kind(error: LogtoException) -> _Kind:
    if error.code == "configuration.host":
        return _UNKNOWN_HOST
    if isinstance(error, StorageError):
        return _UNAVAILABLE if error.code in ("storage.failed", "storage.contended") else _BROKEN
    if isinstance(error, TokenRequestError) and (error.status >= 500 or error.status == 429):
        return _UNAVAILABLE
    if isinstance(error, TokenRequestError) and error.error == "invalid_grant":
        return _SIGN_IN  # the code: over or spent; a refused refresh is a NotAuthenticatedError
    if isinstance(error, AuthorizationDeniedError) and error.error in _OUR_MISTAKES:
        return _BROKEN
    if isinstance(error, AuthorizationDeniedError) and error.error in _LOGTO_FAILS:
        return _UNAVAILABLE
    return next((kind for raised, kind in _KINDS if isinstance(error, raised)), _BROKEN)


def _retry_after(error: LogtoException) -> int:
    wanted = getattr(error, "retry_after", None)
    return max(1, min(3600, int(wanted))) if isinstance(wanted, int | float) else RETRY_AFTER


_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; display: grid; place-items: center; min-height: 100vh;
  background: Canvas; color: CanvasText; color-scheme: light dark }
main { max-width: 32rem; padding: 2rem 1.5rem; box-sizing: border-box }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; text-wrap: balance }
p { margin: 0 0 1rem } code { font-size: .9em; overflow-wrap: anywhere }
a { color: LinkText; display: inline-block; padding: .6rem 0; margin-right: 1.5rem }
"""


def _page(kind: _Kind, error: LogtoException | None, request: PageRequest) -> str:
    hint = "" if error is None else f"<p><code>{escape(error.code)}</code> {escape(str(error))}</p>"
    again = ""
    if kind in (_DENIED, _SIGN_IN, _UNAVAILABLE):
        again = f'<a href="{escape(request.way_in)}">Sign in</a>'
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(kind.title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style>'
        f"<main><h1>{escape(kind.title)}</h1><p>{escape(kind.text)}</p>{hint}{again}"
        '<a href="/">Start page</a></main></html>'
    )
