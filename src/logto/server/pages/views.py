"""What each page needs to know, as plain values: the routes fill these, the templates read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LocaleUrls = tuple[tuple[str, str], ...]
"""Pairs of a locale's name ("en") and the URL of the same page in that language."""


@dataclass(frozen=True)
class SignInView:
    """The sign-in form; `error` is a message code, `identifiers` some of "username", "email" and "phone"."""

    action: str
    csrf: str = field(repr=False)
    app_name: str
    identifiers: tuple[str, ...]
    identifier: str = ""
    error: str | None = None
    register_url: str | None = None
    locale: str = "en"
    locale_urls: LocaleUrls = ()
    reset_password_url: str | None = None


@dataclass(frozen=True)
class RegisterView:
    """The sign-up form; `errors` maps a field ("identifier", "password", or "form" for the whole) to a message code."""

    action: str
    csrf: str = field(repr=False)
    app_name: str
    identifiers: tuple[str, ...]
    identifier: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    sign_in_url: str | None = None
    locale: str = "en"
    locale_urls: LocaleUrls = ()
    password_min_length: int = 8


@dataclass(frozen=True)
class ResetPasswordView:
    """The page for a forgotten password, which explains: nothing here can send mail."""

    app_name: str = ""
    sign_in_url: str | None = None
    locale: str = "en"
    locale_urls: LocaleUrls = ()


@dataclass(frozen=True)
class ConsentView:
    """What a third-party application asks for; the form posts `decision` as "allow" or "deny"."""

    action: str
    csrf: str = field(repr=False)
    app_name: str
    user_name: str
    scopes: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    locale: str = "en"
    locale_urls: LocaleUrls = ()


@dataclass(frozen=True)
class DeviceCodeView:
    """The form for the code that a device shows; `error` is a message code."""

    action: str
    csrf: str = field(repr=False)
    user_code: str = ""
    error: str | None = None
    locale: str = "en"
    locale_urls: LocaleUrls = ()


@dataclass(frozen=True)
class DeviceConfirmView:
    """The question whether a device may come in; the form posts `decision` as "allow" or "deny"."""

    action: str
    csrf: str = field(repr=False)
    app_name: str
    user_name: str
    user_code: str
    scopes: tuple[str, ...] = ()
    locale: str = "en"
    locale_urls: LocaleUrls = ()


@dataclass(frozen=True)
class DeviceDoneView:
    """What was decided about a device."""

    allowed: bool
    locale: str = "en"


@dataclass(frozen=True)
class SignedOutView:
    """The end of a sign-out that has no page to return to."""

    locale: str = "en"


@dataclass(frozen=True)
class ErrorView:
    """A request that cannot go on; `description` says what, `hint` what to change."""

    status: int
    code: str
    description: str
    hint: str = ""
    locale: str = "en"
    request_id: str = ""


@dataclass(frozen=True)
class ApplicationRow:
    """One registered application; `secret` is empty for a public one."""

    name: str
    type: str
    id: str
    secret: str | None = field(default=None, repr=False)
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()


@dataclass(frozen=True)
class UserRow:
    """One user; `password` only where it is a sample one that may be shown."""

    username: str
    password: str | None = field(repr=False)
    id: str
    email: str | None = None
    roles: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()


@dataclass(frozen=True)
class OrganizationRow:
    """One organization."""

    name: str
    id: str


@dataclass(frozen=True)
class ResourceRow:
    """One API resource and its permissions."""

    indicator: str
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoleRow:
    """One role and the permissions that it gives."""

    name: str
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class HomeView:
    """Everything that is configured, for the page a developer opens first."""

    endpoint: str
    issuer: str
    applications: tuple[ApplicationRow, ...] = ()
    users: tuple[UserRow, ...] = ()
    organizations: tuple[OrganizationRow, ...] = ()
    resources: tuple[ResourceRow, ...] = ()
    roles: tuple[RoleRow, ...] = ()
    warning: str | None = None
    locale: str = "en"
