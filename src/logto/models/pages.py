"""Sign-in pages of an application: how they are set, what a browser asks of them, and what it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ..errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSettings:
    """Where an application's sign-in routes are, and what they do.

    Args:
        redirect_uri: The absolute URL of the callback route, exactly as registered in Logto. It also says how browsers
            reach the application. Without it, the address is that of the request, if its host is `allowed_hosts`' or this
            machine's.
        post_logout_redirect_uri: Where Logto sends the browser after sign-out, exactly as registered. Without it, the
            application's own address with `after_sign_out`.
        allowed_hosts: Hosts, with their port if it is not the usual one, under which the application is reached.
        url_prefix: What the routes' paths begin with, such as `/auth`.
        sign_in_path: The route that begins a sign-in.
        sign_up_path: The route that begins a sign-in on the page for new users.
        callback_path: The route that Logto sends the browser back to.
        sign_out_path: The route that signs out.
        back_channel_logout_path: The route at which Logto says that a session is over.
        after_sign_in: Where the browser goes after a sign-in that was not on the way to another page.
        after_sign_out: Where the browser goes after a sign-out.
        sign_in_options: Further arguments of every `sign_in`, such as `ui_locales`.
        renew_claims: Whether a session whose ID token is over is checked at Logto before a page relies on it: roles are as
            old as the token, an hour by default, and a user who was suspended is out by then.
        allow_sign_out_by_get: Whether a link signs out. Pages of others can then sign your users out.
        show_hints: Whether error pages tell the developer's hint, as in development.
    """

    redirect_uri: str | None = None
    post_logout_redirect_uri: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    url_prefix: str = ""
    sign_in_path: str = "/sign-in"
    sign_up_path: str = "/sign-up"
    callback_path: str = "/callback"
    sign_out_path: str = "/sign-out"
    back_channel_logout_path: str = "/backchannel-logout"
    after_sign_in: str = "/"
    after_sign_out: str = "/"
    sign_in_options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    renew_claims: bool = True
    allow_sign_out_by_get: bool = False
    show_hints: bool = False

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if setting.name.endswith("_path") and not _is_path(value):
                raise ConfigurationError(
                    f"`{setting.name}` is no path: write it as in `{setting.default}`.", code="configuration.path"
                )
        if self.url_prefix and (not _is_path(self.url_prefix) or self.url_prefix.endswith("/")):
            raise ConfigurationError(
                "`url_prefix` is no path: it begins with `/` and does not end with it.", code="configuration.path"
            )


def _is_path(value: object) -> bool:
    if not isinstance(value, str) or not value.startswith("/") or value.startswith("//"):
        return False
    return value.isascii() and value.isprintable() and not set(value) & set(" ?#\\%<>{}")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request of a browser to one of these routes, or to a page that refuses it.

    Args:
        method: Such as `GET`.
        url: The whole URL as the browser sees it, as far as the framework knows: behind a proxy, that is a setting of the
            framework or its server.
        headers: At least `Accept`, `Origin`, `Sec-Fetch-Site`, `Sec-Fetch-Mode`, `X-Requested-With`, with names in lower
            case, or in a mapping that does not tell the cases apart.
        sign_in_path: Path of the sign-in route from the root of the host.
        callback_path: Path of the callback route from the root of the host.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    sign_in_path: str = "/sign-in"
    callback_path: str = "/callback"

    @property
    def wants_page(self) -> bool:
        """Whether a person in a browser waits for a page, rather than a program for data."""
        headers = self.headers
        if headers.get("x-requested-with", "").lower() == "xmlhttprequest":
            return False
        # Scripts' own requests say `cors`, `same-origin` or `no-cors` (Fetch Metadata).
        if headers.get("sec-fetch-mode", "navigate") not in ("navigate", "nested-navigate"):
            return False
        return _prefers_html(headers.get("accept", ""))

    @property
    def origin(self) -> str:
        """Scheme and host, as the request has them."""
        return _origin(self.url)

    @property
    def target(self) -> str:
        """Path and query."""
        parts = _split(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    @property
    def way_in(self) -> str:
        """Where to send a browser that must sign in: the sign-in route, on this host.

        A prefix that a proxy passes on from anybody may begin with two slashes, and these name another host.
        """
        path = self.sign_in_path
        return "/" + path.lstrip("/\\") if path.startswith(("//", "/\\")) else path

    @property
    def query(self) -> str:
        """The query, as it came."""
        return _split(self.url).query


@lru_cache(maxsize=64)
def _prefers_html(accept: str) -> bool:
    kinds = [kind.partition(";")[0].strip().lower() for kind in accept.split(",", 20)]
    html = next((place for place, kind in enumerate(kinds) if kind in ("text/html", "application/xhtml+xml")), None)
    return html is not None and "application/json" not in kinds[:html]


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # such as a Host header of `[`, which anybody can send
        return urlsplit("")


def _origin(url: str) -> str:
    parts = _split(url)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What a route answers; the session's cookies are not in it.

    Args:
        status: The HTTP status.
        headers: Names in title case, each once.
        body: Text, in UTF-8.
    """

    status: int
    headers: Mapping[str, str]
    body: str = field(default="", repr=False)

    @property
    def location(self) -> str | None:
        """Where a redirect leads to."""
        return self.headers.get("Location")
