"""An application's settings, from its `config`, and what is missing or unsafe in them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from flask.sansio.app import App

from ...client.page_checks import Problem, page_problems
from ...client.page_configuration import PageConfiguration, page_configuration
from ...client.pages import LogtoPages, LogtoSyncPages
from ...errors import ConfigurationError
from ...models.config import LogtoConfig
from ...sessions.cookie_store import CookieStore
from ...sessions.store import SessionStore

logger = logging.getLogger("logto")

Store: TypeAlias = SessionStore | CookieStore

LOGIN_DISABLED = ("LOGIN_DISABLED", "LOGTO_LOGIN_DISABLED")
"""Settings with which guards let everybody pass, for tests; the first is Flask-Login's."""


def configuration_of(
    app: App, *, config: LogtoConfig | None = None, store: Store | None = None, url_prefix: str | None = None
) -> PageConfiguration:
    """All that the integration is made from: the application's `LOGTO_*`, then the environment's.

    Args:
        app: Whose `config` to read.
        config: Given in code.
        store: Given in code.
        url_prefix: Given in code.

    Raises:
        ConfigurationError: A setting is missing, unknown or malformed; the message names it.
    """
    given = {name: value for name, value in app.config.items() if name not in LOGIN_DISABLED}
    if url_prefix is not None:
        given["LOGTO_URL_PREFIX"] = url_prefix.rstrip("/")
    root = f"{_root_path(app)}/"
    return page_configuration(
        given,
        secret=_secrets(app),
        secret_name="SECRET_KEY",  # noqa: S106 - the name of a setting
        config=config,
        store=store,
        # The framework refuses other hosts by itself, and lets a leading dot stand for every subdomain.
        allowed_hosts=tuple(host for host in app.config.get("TRUSTED_HOSTS") or () if not host.startswith(".")),
        after_sign_in=root,
        after_sign_out=root,
        show_hints=app.debug,
    )


def check_settings(app: App, pages: LogtoPages | LogtoSyncPages) -> None:
    """Logs what is unsafe, and refuses to start with what cannot work.

    Raises:
        ConfigurationError: A setting must be mended.
    """
    for problem in problems_of(app, pages):
        if problem.level == "error":
            raise ConfigurationError(problem.message, hint=problem.hint, code=problem.id)
        logger.warning("%s", problem)


def problems_of(app: App, pages: LogtoPages | LogtoSyncPages) -> tuple[Problem, ...]:
    """What is missing or unsafe in an application's settings."""
    settings = pages.settings
    path = f"{_root_path(app)}{settings.url_prefix}{settings.callback_path}"
    mounted = urlsplit(settings.redirect_uri or "").path
    if not _root_path(app) and mounted.endswith(path):
        path = mounted  # the server says below which path the application is (SCRIPT_NAME), request by request
    found = page_problems(pages, callback_path=path, debug=app.debug or app.testing)
    if is_login_disabled(app.config) and not (app.debug or app.testing):
        disabled = Problem(
            "logto.W009",
            "Guards let everybody pass: a setting for tests is on.",
            f"Remove {' and '.join(name for name in LOGIN_DISABLED if app.config.get(name))}.",
        )
        return (*found, disabled)
    return found


def is_login_disabled(settings: Mapping[str, Any]) -> bool:
    """Whether guards let everybody pass."""
    return bool(settings.get("LOGTO_LOGIN_DISABLED") or settings.get("LOGIN_DISABLED"))


def _secrets(app: App) -> Sequence[str | bytes] | None:
    """The first key writes, all read: a key that is exchanged signs nobody out while it is among the fallbacks."""
    secret = app.secret_key
    if not secret:
        return None
    fallbacks: Sequence[str | bytes] = app.config.get("SECRET_KEY_FALLBACKS") or ()
    return (secret, *fallbacks)


def _root_path(app: App) -> str:
    root: str = app.config.get("APPLICATION_ROOT") or "/"
    return root.rstrip("/")
