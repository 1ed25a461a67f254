"""How long a session lives, and what its cookie looks like."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from ..errors import ConfigurationError

DAY = 24 * 3600

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
MAX_NAME = 64
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """When a session ends by itself.

    Args:
        idle: Seconds without a request after which it ends; Logto's refresh tokens live as long.
        absolute: Seconds after sign-in at which it ends in any case.
        unfinished: Seconds for which a session without a user is kept, for sign-ins under way.
    """

    idle: int = 14 * DAY
    absolute: int = 90 * DAY
    unfinished: int = 3600

    def __post_init__(self) -> None:
        if not 0 < self.idle <= self.absolute or self.unfinished <= 0:
            raise ConfigurationError(
                "The lifetimes of a session do not fit.", hint="0 < idle <= absolute, in seconds, and unfinished > 0."
            )


@dataclass(frozen=True, slots=True)
class CookieSettings:
    """The session's cookie.

    Args:
        name: Its name, to which `__Host-` is added wherever a browser allows it: on https, with the path `/` and no domain.
        secure: Whether it travels over https only. None decides by the request: yes, but for plain http on this machine.
        same_site: `Lax` lets the redirect back from Logto bring it; `Strict` would not, and is warned about.
        http_only: Whether scripts are kept from it.
        path: Where in the application it is sent.
        domain: The domain whose hosts share it; None for this host alone.
    """

    name: str = "logto"
    secure: bool | None = None
    same_site: Literal["Lax", "Strict", "None"] = "Lax"
    http_only: bool = True
    path: str = "/"
    domain: str | None = None

    def __post_init__(self) -> None:
        # A prefix makes browsers demand what is decided per request (RFC 6265bis, 4.1.3): `at` adds it where it holds.
        if not 0 < len(self.name) <= MAX_NAME or not set(self.name) <= _NAME or self.name.startswith("__"):
            raise ConfigurationError(
                f"A cookie's name is made of at most {MAX_NAME} letters, digits, `_` and `-`.",
                hint="It does not begin with `__`: the prefix `__Host-` is added where browsers allow it.",
                code="configuration.cookie",
            )
        for value in (self.path.removeprefix("/") if self.path.startswith("/") else ";", self.domain or ""):
            if not value.isprintable() or ";" in value or "," in value or not value.isascii():
                raise ConfigurationError("A cookie's path or domain is not usable.", code="configuration.cookie")
        if self.same_site not in ("Lax", "Strict", "None"):
            raise ConfigurationError("`same_site` is Lax, Strict or None.", code="configuration.cookie")
        if self.same_site == "None" and self.secure is False:
            raise ConfigurationError("A cookie with SameSite=None must be secure.", code="configuration.cookie")
        if self.same_site == "Strict":
            warnings.warn(
                "With SameSite=Strict the browser does not send the session's cookie when Logto sends the user back, and "
                "no sign-in can finish. Use Lax.",
                stacklevel=3,
            )

    def at(self, url: str) -> CookieShape:
        """The cookie as it is for a request.

        Args:
            url: The request's, as the browser sees it.
        """
        return self.shape(secure=self.is_secure_at(url))

    def is_secure_at(self, url: str) -> bool:
        """Whether the cookie of a request to a URL travels over https only."""
        if self.secure is not None:
            return self.secure
        # Browsers take no cookie with SameSite=None that is not secure.
        return self.same_site == "None" or not _is_plain_loopback(url)

    def shape(self, *, secure: bool) -> CookieShape:
        """The cookie as it is where it travels over https only, or where it need not."""
        prefixed = secure and self.path == "/" and self.domain is None
        attributes = [f"Path={self.path}"]
        if self.domain is not None:
            attributes.append(f"Domain={self.domain}")
        if secure:
            attributes.append("Secure")
        if self.http_only:
            attributes.append("HttpOnly")
        attributes.append(f"SameSite={self.same_site}")
        return CookieShape(f"__Host-{self.name}" if prefixed else self.name, "; ".join(attributes))


def _is_plain_loopback(url: str) -> bool:
    if url.startswith("https:"):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False  # such as a Host header of `[`, which anybody can send
    return parts.scheme in ("http", "ws") and parts.hostname in _LOOPBACK


@dataclass(frozen=True, slots=True)
class CookieShape:
    """A cookie's full name and attributes.

    Args:
        name: With its prefix.
        attributes: All but `Max-Age`, as they stand in the header.
    """

    name: str
    attributes: str

    def set(self, value: str, max_age: int, *, name: str = "") -> str:
        """The value of a `Set-Cookie` header."""
        return f"{name or self.name}={value}; Max-Age={max_age}; {self.attributes}"

    def delete(self, *, name: str = "") -> str:
        """The value of a `Set-Cookie` header that removes it: with the same attributes, or the browser keeps it."""
        return self.set("", 0, name=name)

    def room(self, name: str, max_age: int) -> int:
        """Bytes that are left for the value, of the 4,096 that browsers take with name and attributes (RFC 6265bis, 5.7)."""
        return MAX_COOKIE - len(self.set("", max_age, name=name).encode())


MAX_COOKIE = 4096
