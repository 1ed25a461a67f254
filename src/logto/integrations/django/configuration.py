"""The settings: one `LOGTO` dict, names that begin with `LOGTO_`, and what Django's own settings say already."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.conf import settings

from ...client.page_configuration import PageConfiguration, page_configuration
from ...errors import ConfigurationError
from ...sessions.cookie_store import CookieStore
from ...sessions.key_ring import KeyRing
from ...sessions.store import SessionStore

_PATHS = ("LOGTO_URL_PREFIX", "LOGTO_SIGN_IN_PATH", "LOGTO_SIGN_UP_PATH", "LOGTO_CALLBACK_PATH", "LOGTO_SIGN_OUT_PATH")
_STORE = "LOGTO_SESSION_STORE"
_KEY = "LOGTO_SESSION_KEY"
_API = "LOGTO_API_"
_API_OPTIONS = frozenset(
    ("audience", "scopes", "resource", "realm", "organizations", "client_ids", "roles_claim", "introspection", "verify")
)


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """What roles at Logto mean to Django.

    Args:
        staff: Who has one of them may enter the admin; None leaves `is_staff` alone.
        superuser: Who has one of them may do everything; None leaves `is_superuser` alone.
        groups: Groups by role; other groups are left alone.
    """

    staff: frozenset[str] | None = None
    superuser: frozenset[str] | None = None
    groups: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def are_used(self) -> bool:
        """Whether any role means anything."""
        return self.staff is not None or self.superuser is not None or bool(self.groups)


def read_settings() -> tuple[PageConfiguration, RoleSettings]:
    """All that Django's settings say.

    Raises:
        ConfigurationError: A setting is missing, unknown, malformed or given twice; the message names it.
    """
    given = {name: value for name, value in _given().items() if not name.startswith(_API)}
    roles = RoleSettings(
        staff=_names(given, "LOGTO_STAFF_ROLES"),
        superuser=_names(given, "LOGTO_SUPERUSER_ROLES"),
        groups=_groups(given),
    )
    for name in (*_PATHS, "LOGTO_BACK_CHANNEL_LOGOUT_PATH"):
        if name in given:
            raise ConfigurationError(
                f"{name} is no setting in Django.",
                hint='Paths are those of your URLconf: path("auth/", include("logto.integrations.django.urls")).',
                code="configuration.unknown",
            )
    if not (given.get(_KEY) or os.environ.get(_KEY)):
        given[_KEY] = _secret_keys()
    configuration = page_configuration(
        given,
        store=_store(given),
        # Django refuses other hosts itself, of any port; ours are those with the usual one.
        allowed_hosts=tuple(host for host in settings.ALLOWED_HOSTS if host[:1] not in (".", "*")),
        show_hints=bool(settings.DEBUG),
        # Empty: LOGIN_REDIRECT_URL and LOGOUT_REDIRECT_URL, which may be names of URLs, are resolved in each request.
        after_sign_in="",
        after_sign_out="",
    )
    return configuration, roles


def has_api_settings() -> bool:
    """Whether the settings describe an API."""
    return any(name.startswith(_API) for name in _given())


def read_api_settings() -> dict[str, Any]:
    """The arguments of `LogtoApi`, as the settings have them: LOGTO_API_AUDIENCE, LOGTO_API_SCOPES ….

    Raises:
        ConfigurationError: A setting is missing, or not known.
    """
    given = _given()
    names = [name for name in given if name.startswith(_API)]
    found = {name.removeprefix(_API).lower(): given[name] for name in names}
    unknown = sorted(set(found) - _API_OPTIONS)
    if unknown:
        raise ConfigurationError(
            f"There is no setting {_API}{unknown[0].upper()}.",
            hint=f"There are {', '.join(sorted(_API + option.upper() for option in _API_OPTIONS))}.",
            code="configuration.unknown",
        )
    shared = {"endpoint": "LOGTO_ENDPOINT", "issuer": "LOGTO_ISSUER"}
    for option, name in shared.items():
        value = given.get(name) or os.environ.get(name)
        if value:
            found[option] = value
    if not found.get("endpoint"):
        raise ConfigurationError(
            "LOGTO_ENDPOINT is not set.", hint="It is Logto's address.", code="configuration.missing"
        )
    if not (found.get("audience") or found.get("organizations")):
        raise ConfigurationError(
            "LOGTO_API_AUDIENCE is not set.",
            hint="Name this API's identifier, as Logto's Console has it.",
            code="configuration.audience",
        )
    return found


def _given() -> dict[str, Any]:
    found = {name: getattr(settings, name) for name in dir(settings) if name.startswith("LOGTO_")}
    together = getattr(settings, "LOGTO", {})
    if not isinstance(together, Mapping):
        raise ConfigurationError(
            "LOGTO is no dict.", hint='Write LOGTO = {"ENDPOINT": …}.', code="configuration.invalid"
        )
    for short, value in cast("Mapping[str, Any]", together).items():
        name = f"LOGTO_{short}"
        if name in found:
            raise ConfigurationError(
                f"{name} is set, and {short} in LOGTO as well.", hint="Keep one of them.", code="configuration.invalid"
            )
        found[name] = value
    return found


def _store(given: dict[str, Any]) -> SessionStore | CookieStore | None:
    """The tables of this app, unless the settings name another store."""
    wanted = given.get(_STORE) or os.environ.get(_STORE) or "django"
    if not isinstance(wanted, str) or wanted.partition(":")[0] != "django":
        return None
    given.pop(_STORE, None)
    from .store import DjangoStore  # Django reads models once its apps are set up

    return DjangoStore(key=given.get(_KEY) or os.environ[_KEY], using=wanted.partition(":")[2] or None)


def _secret_keys() -> list[str | bytes]:
    """Django's secret, and those that it follows: what is sealed under a former one can still be read."""
    keys = list(dict.fromkeys([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]))
    try:
        KeyRing(keys)
    except ConfigurationError as error:
        error.hint = f"It is SECRET_KEY, or one of SECRET_KEY_FALLBACKS; or set {_KEY}. {error.hint}"
        raise
    return keys


def _names(given: dict[str, Any], name: str) -> frozenset[str] | None:
    value = given.pop(name, None)
    if value is None:
        return None
    names = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(role, str) and role for role in names):
        raise ConfigurationError(f"{name} is not usable.", hint="It is a list of roles.", code="configuration.invalid")
    return frozenset(names)


def _groups(given: dict[str, Any]) -> Mapping[str, str]:
    groups = given.pop("LOGTO_ROLE_GROUPS", None) or {}
    if not isinstance(groups, Mapping):
        raise ConfigurationError(
            "LOGTO_ROLE_GROUPS is not usable.",
            hint='It is a dict of groups by role: {"editor": "Editors"}.',
            code="configuration.invalid",
        )
    return dict(cast("Mapping[str, str]", groups))
