"""The settings of an integration, as frameworks keep them: one mapping of `LOGTO_*` names."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from ..errors import ConfigurationError
from ..models.config import LogtoConfig
from ..models.pages import PageSettings
from ..sessions.cookie_store import CookieStore
from ..sessions.settings import CookieSettings, Lifetimes
from ..sessions.store import SessionStore

T = TypeVar("T")

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class PageConfiguration:
    """All that an integration is made from.

    Args:
        config: Who we are, and whom we talk to.
        settings: Where the routes are, and what they do.
        cookie: What the session's cookie looks like.
        lifetimes: How long sessions live.
        store: Where sessions live.
        signed_out_without_store: Whether a store that cannot be asked counts as "nobody is signed in".
        has_own_key: Whether sessions are kept with a key of their own, not with the framework's.
    """

    config: LogtoConfig
    settings: PageSettings
    cookie: CookieSettings
    lifetimes: Lifetimes
    store: SessionStore | CookieStore
    signed_out_without_store: bool = False
    has_own_key: bool = field(default=False, repr=False)


def page_configuration(
    given: Mapping[str, Any],
    environ: Mapping[str, str] = os.environ,
    *,
    secret: str | bytes | Sequence[str | bytes] | None = None,
    secret_name: str = "LOGTO_SESSION_KEY",  # noqa: S107 - the name of a setting
    config: LogtoConfig | None = None,
    store: SessionStore | CookieStore | None = None,
    **defaults: Any,
) -> PageConfiguration:
    """Reads the `LOGTO_*` settings of a framework, and of the environment where the framework has none.

    Args:
        given: The framework's settings; names without `LOGTO_` are left alone, unknown ones with it are refused.
        environ: Where to look next.
        secret: The framework's own secret, with which sessions in cookies are encrypted if `LOGTO_SESSION_KEY` is not set.
        secret_name: Its name, for people.
        config: Given here rather than there.
        store: Given here rather than there.
        defaults: Of `PageSettings`, where neither has them.

    Raises:
        ConfigurationError: A setting is missing, unknown or malformed; the message names it.
    """
    found = _read(given, environ)
    keys = _part(found, _STORE)
    return PageConfiguration(
        config=config or _config(found),
        settings=_made(PageSettings, found, _PAGES, **defaults),
        cookie=_made(CookieSettings, found, _COOKIE),
        lifetimes=_made(Lifetimes, found, _LIFETIMES),
        store=store or _store(keys.get("store"), keys.get("key"), secret, secret_name),
        signed_out_without_store=keys.get("signed_out_without_store", False),
        has_own_key="key" in keys,
    )


def _config(found: Mapping[str, Any]) -> LogtoConfig:
    try:
        return _made(LogtoConfig, found, _CONFIG)
    except ConfigurationError as error:
        error.hint = f"{error.hint} The settings are LOGTO_ENDPOINT, LOGTO_APP_ID, LOGTO_APP_SECRET …"
        raise


def _made(kind: Callable[..., T], found: Mapping[str, Any], names: Mapping[str, tuple[str, Any]], **defaults: Any) -> T:
    try:
        return kind(**{**defaults, **_part(found, names)})
    except ConfigurationError as error:
        named = [name for name, (argument, _) in names.items() if f"`{argument}`" in error.message]
        # An error about several settings together names none: any that is set may be the one.
        wrong = named or [name for name in names if name in found]
        error.hint = f"{error.hint} Look at {', '.join(wrong)}.".lstrip() if wrong else error.hint
        raise


def _store(
    wanted: Any, key: Any, secret: str | bytes | Sequence[str | bytes] | None, secret_name: str
) -> SessionStore | CookieStore:
    if isinstance(wanted, SessionStore | CookieStore):
        return wanted
    kind = str(wanted or "cookie")
    scheme = kind.partition(":")[0]
    if kind == "cookie":
        if not (key or secret):
            raise ConfigurationError(
                f"Sessions in cookies need a secret: neither LOGTO_SESSION_KEY nor {secret_name} is set.",
                hint='Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))", and keep it out of the '
                "code.",
                code="configuration.secret_key",
            )
        try:
            return CookieStore(key or secret or "")
        except ConfigurationError as error:
            error.hint = f"It is {'LOGTO_SESSION_KEY' if key else secret_name}. {error.hint}"
            raise
    if kind == "memory":
        from ..sessions.memory_store import MemoryStore

        return MemoryStore(key=key)
    if scheme in ("redis", "rediss", "unix"):
        from ..sessions.redis_store import RedisStore

        return RedisStore(kind, key=key)
    if scheme.partition("+")[0] in ("postgresql", "sqlite"):
        from ..sessions.sql_store import SqlStore

        return SqlStore(kind, key=key)
    raise ConfigurationError(
        "LOGTO_SESSION_STORE names no store.",
        hint="It is `cookie`, `memory`, a URL that begins with redis://, postgresql:// or sqlite://, or a store's object.",
        code="configuration.store",
    )


def _read(given: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    for name in given:
        if name.startswith("LOGTO_") and name not in _NAMES:
            near = difflib.get_close_matches(name, _NAMES, n=1)
            hint = f"Did you mean {near[0]}?" if near else "docs/integrations lists the names."
            raise ConfigurationError(f"There is no setting {name}.", hint=hint, code="configuration.unknown")
    found: dict[str, Any] = {}
    for name, parse in _NAMES.items():
        value = given.get(name)
        if value is None:
            value = environ.get(name) or None
        if value is None:
            continue
        try:
            found[name] = parse(value)
        except (ValueError, TypeError):
            raise ConfigurationError(
                f"{name} is not usable.", hint=f"It is {_EXPLAINED[parse]}.", code="configuration.invalid"
            ) from None
    return found


def _part(found: Mapping[str, Any], names: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    return {argument: found[name] for name, (argument, _) in names.items() if name in found}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


def _words(value: Any) -> Any:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else tuple(value)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text not in (*_TRUE, *_FALSE):
        raise ValueError(value)
    return text in _TRUE


def _seconds(value: Any) -> int:
    total = getattr(value, "total_seconds", None)  # frameworks keep lifetimes as timedelta
    return int(total() if total is not None else value)


def _number(value: Any) -> float:
    return float(value)


def _options(value: Any) -> dict[str, Any]:
    options: Any = json.loads(value) if isinstance(value, str) else value
    if not isinstance(options, Mapping):
        raise TypeError
    return dict(cast("Mapping[str, Any]", options))


def _as_it_is(value: Any) -> Any:
    return value


_EXPLAINED: dict[Callable[[Any], Any], str] = {
    _text: "a text",
    _words: "a list, or words separated by spaces or commas",
    _flag: "true or false",
    _seconds: "a number of seconds",
    _number: "a number of seconds",
    _options: "a mapping, or a JSON object",
    _as_it_is: "an object",
}

_CONFIG: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "LOGTO_ENDPOINT": ("endpoint", _text),
    "LOGTO_APP_ID": ("app_id", _text),
    "LOGTO_APP_SECRET": ("app_secret", _text),
    "LOGTO_SCOPES": ("scopes", _words),
    "LOGTO_RESOURCES": ("resources", _words),
    "LOGTO_PROMPT": ("prompt", _words),
    "LOGTO_ISSUER": ("issuer", _text),
    "LOGTO_INCLUDE_RESERVED_SCOPES": ("include_reserved_scopes", _flag),
    "LOGTO_CLOCK_TOLERANCE": ("clock_tolerance", _number),
    "LOGTO_TIMEOUT": ("timeout", _number),
}
_PAGES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "LOGTO_REDIRECT_URI": ("redirect_uri", _text),
    "LOGTO_POST_LOGOUT_REDIRECT_URI": ("post_logout_redirect_uri", _text),
    "LOGTO_ALLOWED_HOSTS": ("allowed_hosts", _words),
    "LOGTO_URL_PREFIX": ("url_prefix", _text),
    "LOGTO_SIGN_IN_PATH": ("sign_in_path", _text),
    "LOGTO_SIGN_UP_PATH": ("sign_up_path", _text),
    "LOGTO_CALLBACK_PATH": ("callback_path", _text),
    "LOGTO_SIGN_OUT_PATH": ("sign_out_path", _text),
    "LOGTO_BACK_CHANNEL_LOGOUT_PATH": ("back_channel_logout_path", _text),
    "LOGTO_AFTER_SIGN_IN": ("after_sign_in", _text),
    "LOGTO_AFTER_SIGN_OUT": ("after_sign_out", _text),
    "LOGTO_SIGN_IN_OPTIONS": ("sign_in_options", _options),
    "LOGTO_RENEW_CLAIMS": ("renew_claims", _flag),
    "LOGTO_ALLOW_SIGN_OUT_BY_GET": ("allow_sign_out_by_get", _flag),
    "LOGTO_SHOW_HINTS": ("show_hints", _flag),
}
_COOKIE: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "LOGTO_COOKIE_NAME": ("name", _text),
    "LOGTO_COOKIE_SECURE": ("secure", _flag),
    "LOGTO_COOKIE_SAMESITE": ("same_site", _text),
    "LOGTO_COOKIE_HTTPONLY": ("http_only", _flag),
    "LOGTO_COOKIE_PATH": ("path", _text),
    "LOGTO_COOKIE_DOMAIN": ("domain", _text),
}
_LIFETIMES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "LOGTO_SESSION_IDLE": ("idle", _seconds),
    "LOGTO_SESSION_ABSOLUTE": ("absolute", _seconds),
}
_STORE: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "LOGTO_SESSION_STORE": ("store", _as_it_is),
    "LOGTO_SESSION_KEY": ("key", _as_it_is),
    "LOGTO_SIGNED_OUT_WITHOUT_STORE": ("signed_out_without_store", _flag),
}
_NAMES = {name: parse for table in (_CONFIG, _PAGES, _COOKIE, _LIFETIMES, _STORE) for name, (_, parse) in table.items()}
