"""System checks: what is missing or unsafe in the settings, told by `manage.py check` and before each command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch
from django.utils.module_loading import import_string

from ...client.page_checks import page_problems
from ...errors import ConfigurationError
from ...models.scopes import UserInfoScope
from . import login
from .answers import path_of
from .api import current_api
from .configuration import has_api_settings
from .middleware import LogtoMiddleware
from .site import Site, current_site

_SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
_CSRF = "django.middleware.csrf.CsrfViewMiddleware"
_AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
_LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"
_OURS = "logto.integrations.django.middleware.LogtoMiddleware"


def register() -> None:
    """Tells Django of what it can check at any time."""
    checks.register(check_settings, checks.Tags.security)
    checks.register(check_api, checks.Tags.security)


def check_settings(**_: Any) -> list[checks.CheckMessage]:
    """What is wrong in the settings; nothing is asked of anybody."""
    if not _has_pages():
        return []
    try:
        site = current_site()
        callback = path_of("callback")
    except ConfigurationError as error:
        number = "E102" if error.code == "configuration.urls" else "E101"
        return [checks.Error(error.message, hint=error.hint, id=f"logto.{number}")]
    problems = page_problems(site.pages, callback_path=callback, debug=settings.DEBUG)
    kinds = {"error": checks.Error, "warning": checks.Warning}
    found = [kinds[problem.level](problem.message, hint=problem.hint, id=problem.id) for problem in problems]
    return [*found, *_middleware(), *_login(site), *_cookies(site), *_store(site)]


def check_api(**_: Any) -> list[checks.CheckMessage]:
    """What is wrong in the settings of an API, where there are any."""
    try:
        if has_api_settings():
            current_api()
    except ConfigurationError as error:
        return [checks.Error(error.message, hint=error.hint, id="logto.E107")]
    return []


def _has_pages() -> bool:
    """Whether users sign in by these pages: an application may use the store alone."""
    return bool(login.backends()) or any(_is_ours(import_string(path)) for path in settings.MIDDLEWARE)


def check_database(databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Whether the tables are there. `logto_check` asks; Django's own checks of databases run before `migrate`, too."""
    from django.db.migrations.executor import MigrationExecutor

    from .models import LogtoAccount, Session

    needed = {router.db_for_write(LogtoAccount), router.db_for_write(Session)}
    found: list[checks.CheckMessage] = []
    for alias in sorted(needed & set(databases or ())):
        executor = MigrationExecutor(connections[alias])
        latest = [node for node in executor.loader.graph.leaf_nodes() if node[0] == "logto"]
        if executor.migration_plan(latest):
            option = "" if alias == DEFAULT_DB_ALIAS else f" --database {alias}"
            hint = f"Run `manage.py migrate logto{option}`."
            found.append(checks.Error(f"Tables of Logto are missing in {alias!r}.", hint=hint, id="logto.E106"))
    return found


def _middleware() -> Iterator[checks.CheckMessage]:
    middleware = list(settings.MIDDLEWARE)
    kinds = [import_string(path) for path in middleware]
    ours = next((place for place, kind in enumerate(kinds) if _is_ours(kind)), None)
    if ours is None:
        yield checks.Error("LogtoMiddleware is not in MIDDLEWARE.", hint=f'Add "{_OURS}".', id="logto.E103")
        return
    before = [path for path in (_SESSIONS, _CSRF, _AUTHENTICATION) if path in middleware[ours:]]
    after = [path for path in (_LOGIN_REQUIRED,) if path in middleware[:ours]]
    for path, where in [*((path, "after") for path in before), *((path, "before") for path in after)]:
        name = path.rpartition(".")[2]
        yield checks.Error(f"LogtoMiddleware must come {where} {name} in MIDDLEWARE.", hint="Move it.", id="logto.E104")
    missing = [path for path in (_SESSIONS, _AUTHENTICATION) if path not in middleware]
    if login.backends() and missing and not _has_similar(kinds, missing):
        yield checks.Error(
            "LogtoBackend is in AUTHENTICATION_BACKENDS, but nobody can be logged in to Django.",
            hint=f"Add to MIDDLEWARE: {', '.join(missing)}.",
            id="logto.E105",
        )


def _is_ours(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, LogtoMiddleware)


def _has_similar(kinds: Sequence[Any], missing: Sequence[str]) -> bool:
    """Whether classes derived from the missing ones stand for them."""
    wanted = [import_string(path) for path in missing]
    return all(any(isinstance(kind, type) and issubclass(kind, one) for kind in kinds) for one in wanted)


def _login(site: Site) -> Iterator[checks.CheckMessage]:
    if not login.backends():
        yield checks.Warning(
            "AUTHENTICATION_BACKENDS has no LogtoBackend: `request.user` is nobody, whoever signs in with Logto.",
            hint='Add "logto.integrations.django.LogtoBackend", or silence this where `request.logto` is enough.',
            id="logto.W101",
        )
    if site.roles.are_used and UserInfoScope.roles not in site.pages.config.scopes:
        yield checks.Warning(
            "Roles mean something to Django, but Logto is not asked for them: nobody has any.",
            hint='Add "roles" to LOGTO_SCOPES.',
            id="logto.W102",
        )
    try:
        leads_to = resolve_url(settings.LOGIN_URL)
    except NoReverseMatch:
        leads_to = None
    if not settings.is_overridden("LOGIN_URL") or leads_to is None:
        yield checks.Warning(
            "LOGIN_URL does not lead to Logto: `login_required` sends users to a page that is not there.",
            hint='Set LOGIN_URL = "logto:sign_in", or to a page of yours with a link to it.',
            id="logto.W103",
        )


def _cookies(site: Site) -> Iterator[checks.CheckMessage]:
    on_https = (site.pages.settings.redirect_uri or "").startswith("https:")
    for number, name in (("W104", "SESSION_COOKIE_SECURE"), ("W105", "CSRF_COOKIE_SECURE")):
        if on_https and not getattr(settings, name):
            message = f"{name} is off: the cookie also travels over plain http."
            yield checks.Warning(message, hint=f"Set {name} = True.", id=f"logto.{number}")
    if login.backends() and settings.SESSION_COOKIE_SAMESITE == "Strict":
        yield checks.Warning(
            "SESSION_COOKIE_SAMESITE is Strict: after a sign-in, the first page does not know the user.",
            hint='Set it to "Lax", which is the default.',
            id="logto.W106",
        )


def _store(site: Site) -> Iterator[checks.CheckMessage]:
    from .store import DjangoStore

    store = site.pages.store
    if not isinstance(store, DjangoStore) or store.may_be_rolled_back_by_the_application:
        return
    from .models import Session

    database = connections[store.using or router.db_for_write(Session)].settings_dict
    if database["ATOMIC_REQUESTS"] and database["ENGINE"].endswith("sqlite3"):
        yield checks.Warning(
            "With ATOMIC_REQUESTS on SQLite, views cannot refresh tokens: there is no room for a second transaction.",
            hint='Set LOGTO_SESSION_STORE = "cookie", or "django:<alias>" of a database file without ATOMIC_REQUESTS.',
            id="logto.W107",
        )
