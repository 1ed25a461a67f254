"""What an API says of itself, so that a client which was refused knows where to get a token (RFC 9728)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ..errors import ConfigurationError

WELL_KNOWN = "/.well-known/oauth-protected-resource"
"""Where the metadata stands, before the path of the API's identifier (3.1)."""


@dataclass(frozen=True, slots=True)
class ProtectedResource:
    """An API, as it describes itself.

    Args:
        resource: Its identifier, as Logto's Console has it: an http or https URL.
        scopes_supported: The scopes that a client may ask for.
        name: Its name, for people.
        documentation: The URL of a page for developers.
        policy: The URL of a page on what may be done with its data.
        terms_of_service: The URL of that page.
        metadata_url: Where the metadata can be had, if not where RFC 9728, 3.1 has it.

    Raises:
        ConfigurationError: One of them cannot be published.
    """

    resource: str
    scopes_supported: Iterable[str] = ()
    name: str = ""
    documentation: str = ""
    policy: str = ""
    terms_of_service: str = ""
    metadata_url: str = ""

    def __post_init__(self) -> None:
        for url in (self.resource, self.documentation, self.policy, self.terms_of_service, self.metadata_url):
            if url and not is_web_address(url):
                raise _unusable(f"{url!r} is no http or https URL.")
        if not self.resource or "#" in self.resource:
            raise _unusable("`resource` is this API's identifier: a URL without a fragment.")
        if isinstance(self.scopes_supported, str):
            raise _unusable("`scopes_supported` is a list.")
        object.__setattr__(self, "scopes_supported", tuple(self.scopes_supported))

    @property
    def path(self) -> str:
        """The path of its metadata, for a route."""
        return urlsplit(self.url).path

    @property
    def url(self) -> str:
        """The address of its metadata."""
        if self.metadata_url:
            return self.metadata_url
        parts = urlsplit(self.resource)
        path = "" if parts.path == "/" else parts.path  # "any terminating slash following the host" (3.1)
        return urlunsplit((parts.scheme, parts.netloc, WELL_KNOWN + path, parts.query, ""))

    def document(self, issuer: str) -> dict[str, Any]:
        """The metadata (2).

        Args:
            issuer: Who issues tokens for it.
        """
        members = {
            "resource": self.resource,
            "authorization_servers": [issuer],
            "scopes_supported": list(self.scopes_supported),
            "bearer_methods_supported": ["header"],
            "resource_name": self.name,
            "resource_documentation": self.documentation,
            "resource_policy_uri": self.policy,
            "resource_tos_uri": self.terms_of_service,
        }
        return {name: value for name, value in members.items() if value}


def is_web_address(url: str) -> bool:
    """Whether something is an http or https URL that can stand in a header and, its path, in a route; with no password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return False
    return url.isascii() and set(url).isdisjoint(_NEVER)


# RFC 3986, 2: such characters are in no URL. Braces and angle brackets would be parameters of a route.
_NEVER = frozenset(map(chr, range(0x21))) | set('\x7f"\\<>{}|^`')


def _unusable(hint: str) -> ConfigurationError:
    return ConfigurationError(
        "The API's description of itself is not usable.", hint=hint, code="configuration.protected_resource"
    )
