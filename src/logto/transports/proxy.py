"""Which proxy a request goes through, as `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say."""

from __future__ import annotations

import ipaddress
import os
from contextlib import suppress
from functools import cached_property
from urllib.parse import SplitResult, unquote, urlsplit

from ..errors import ConfigurationError


class Proxies:
    """The proxies that the environment names, read once and on first use."""

    @cached_property
    def _named(self) -> dict[str, str]:
        if not any(name.lower().endswith("_proxy") for name in os.environ):
            return {}
        from urllib.request import getproxies_environment

        # It also passes over HTTP_PROXY in a CGI process, where a request's `Proxy` header would have set it.
        return getproxies_environment()

    @cached_property
    def _excepted(self) -> list[str]:
        return [name.strip().lower() for name in self._named.get("no", "").split(",") if name.strip()]

    def proxy_for(self, scheme: str, host: str) -> str | None:
        """The URL of the proxy for a host, or none; loopback is never asked for through a proxy, which is elsewhere."""
        url = self._named.get(scheme) or self._named.get("all")
        if not url or _is_loopback(host) or any(_covers(name, host) for name in self._excepted):
            return None
        return url if "://" in url else f"http://{url}"


def split_proxy(url: str) -> tuple[str, tuple[str, str] | None]:
    """A proxy's address, and the user name and password to give it.

    Raises:
        ConfigurationError: It is no URL of an HTTP proxy; the message does not repeat it, as it may hold a password.
    """
    parts = _parsed(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(
            "The proxy that the environment names is no http:// or https:// URL.",
            hint="Look at HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, or name this host in NO_PROXY.",
            code="configuration.proxy",
        )
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", auth


def _parsed(url: str) -> SplitResult:
    """The URL; empty if it is none, or its port no number."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if url.isascii() and url.isprintable() and parts.port != 0:
            return parts
    return urlsplit("")


def _covers(name: str, host: str) -> bool:
    """Whether an entry of NO_PROXY means a host: everything, a domain with what is below it, an address, a network."""
    if "/" in name:
        try:
            return ipaddress.ip_address(host) in ipaddress.ip_network(name, strict=False)
        except ValueError:
            return False
    domain = name.removeprefix("*").removeprefix(".")
    return name == "*" or host == domain or host.endswith(f".{domain}")


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
