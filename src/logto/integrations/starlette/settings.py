"""The settings, as keyword arguments: each `LOGTO_*` name in lower case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypedDict

from ...sessions.cookie_store import CookieStore
from ...sessions.store import SessionStore


class LogtoSettings(TypedDict, total=False):
    """What `Logto(…)` takes by name; `redirect_uri` is `LOGTO_REDIRECT_URI`, and so on. What is not given is looked up there.

    `LogtoConfig`, `PageSettings`, `CookieSettings` and `Lifetimes` say what each one means.
    """

    endpoint: str
    app_id: str
    app_secret: str | None
    scopes: str | Iterable[str]
    resources: str | Iterable[str]
    prompt: Any
    issuer: str
    include_reserved_scopes: bool
    clock_tolerance: float
    timeout: float

    redirect_uri: str | None
    post_logout_redirect_uri: str | None
    allowed_hosts: str | Iterable[str]
    url_prefix: str
    sign_in_path: str
    sign_up_path: str
    callback_path: str
    sign_out_path: str
    back_channel_logout_path: str
    after_sign_in: str
    after_sign_out: str
    sign_in_options: Mapping[str, Any]
    renew_claims: bool
    allow_sign_out_by_get: bool
    show_hints: bool

    cookie_name: str
    cookie_secure: bool
    cookie_samesite: Literal["Lax", "Strict", "None"]
    cookie_httponly: bool
    cookie_path: str
    cookie_domain: str
    session_idle: float
    session_absolute: float

    session_store: str | SessionStore | CookieStore
    session_key: str | bytes | Sequence[str | bytes]
    signed_out_without_store: bool
