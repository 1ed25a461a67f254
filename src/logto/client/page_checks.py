"""What is missing or unsafe in an integration's settings, found before the first request."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from ..sessions.cookie_store import CookieStore
from ..sessions.memory_store import MemoryStore
from .pages import LogtoPages, LogtoSyncPages

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a setting should not be.

    Args:
        id: A stable name: `logto.E…` must be mended, `logto.W…` should be.
        message: What is wrong.
        hint: Which setting to change.
    """

    id: str
    message: str
    hint: str

    @property
    def level(self) -> Literal["error", "warning"]:
        """How bad it is."""
        return "error" if self.id.startswith("logto.E") else "warning"

    def __str__(self) -> str:
        return f"({self.id}) {self.message} {self.hint}"


def page_problems(
    pages: LogtoPages | LogtoSyncPages,
    *,
    callback_path: str,
    debug: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> tuple[Problem, ...]:
    """What is missing or unsafe in the settings.

    Args:
        pages: Made from them.
        callback_path: Path of the mounted callback route, from the root of the host.
        debug: Whether this is development: what matters in production only is left out.
        environ: Where servers say how many processes they start (`WEB_CONCURRENCY`).
    """
    return (*_addresses(pages, callback_path, debug=debug), *_cookie(pages), *_store(pages, environ, debug=debug))


def _addresses(pages: LogtoPages | LogtoSyncPages, callback_path: str, *, debug: bool) -> Iterator[Problem]:
    settings = pages.settings
    if settings.redirect_uri is not None:
        parts = urlsplit(settings.redirect_uri)
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            yield Problem(
                "logto.E001",
                "The redirect URI is plain http: whoever is in between reads the code and the session.",
                "Serve the application over https, and set LOGTO_REDIRECT_URI and Logto's Console to its https address.",
            )
        if parts.path != callback_path:
            yield Problem(
                "logto.E002",
                f"LOGTO_REDIRECT_URI leads to {parts.path}, but the callback route is {callback_path}.",
                "Make them agree: LOGTO_CALLBACK_PATH and LOGTO_URL_PREFIX, or where the routes are mounted.",
            )
    elif not settings.allowed_hosts and not debug:
        yield Problem(
            "logto.W001",
            "The application does not know its own address, and takes sign-ins on this machine only.",
            "Set LOGTO_REDIRECT_URI to the callback route's URL as registered in Logto.",
        )
    if settings.allow_sign_out_by_get:
        yield Problem(
            "logto.W002",
            "A link signs out, so that pages of others can sign users out.",
            "Sign out by a form with POST, and remove LOGTO_ALLOW_SIGN_OUT_BY_GET.",
        )
    if settings.show_hints and not debug:
        yield Problem(
            "logto.W003", "Error pages tell visitors about the settings.", "Remove LOGTO_SHOW_HINTS in production."
        )


def _cookie(pages: LogtoPages | LogtoSyncPages) -> Iterator[Problem]:
    cookie = pages.cookie
    if cookie.secure is False and not _is_local(pages):
        yield Problem(
            "logto.W004",
            "The session's cookie also travels over plain http.",
            "Remove LOGTO_COOKIE_SECURE: it is decided by the address.",
        )
    if not cookie.http_only:
        yield Problem(
            "logto.W005", "Scripts can read the session's cookie.", "Remove LOGTO_COOKIE_HTTPONLY; no script needs it."
        )
    if cookie.same_site != "Lax":
        yield Problem(
            "logto.W006",
            f"The session's cookie is SameSite={cookie.same_site}: None sends it along with requests of other sites, Strict "
            "keeps it from the redirect that ends a sign-in.",
            "Remove LOGTO_COOKIE_SAMESITE.",
        )


def _is_local(pages: LogtoPages | LogtoSyncPages) -> bool:
    """Whether the redirect URI says that the application is on this machine."""
    return urlsplit(pages.settings.redirect_uri or "").hostname in _LOOPBACK


def _store(pages: LogtoPages | LogtoSyncPages, environ: Mapping[str, str], *, debug: bool) -> Iterator[Problem]:
    if isinstance(pages.store, MemoryStore):
        workers = environ.get("WEB_CONCURRENCY", "1")
        if workers.isdigit() and int(workers) > 1:
            yield Problem(
                "logto.E003",
                f"Sessions are in the memory of each of {workers} processes: a user is signed in in one of them only.",
                "Set LOGTO_SESSION_STORE to redis://…, a database, or cookie.",
            )
        elif not debug:
            yield Problem(
                "logto.W007",
                "Sessions are in this process's memory: a restart ends them, and a second process does not know them.",
                "Set LOGTO_SESSION_STORE to redis://…, a database, or cookie.",
            )
    if isinstance(pages.store, CookieStore) and pages.store.revocations is None and not debug:
        yield Problem(
            "logto.W008",
            "Sessions in cookies cannot be ended from elsewhere: back-channel logouts are answered with an error.",
            "Give the CookieStore a list of revocations, or set LOGTO_SESSION_STORE to redis://… or a database.",
        )
