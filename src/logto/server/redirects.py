"""Comparing redirect URIs: whole and exact, but for the freedom that RFC 8252 7.3 gives to native applications."""

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")


def registered(uri: str, candidates: Iterable[str], *, native: bool = False) -> str | None:
    """Return the URI to use if `uri` is one of the registered ones, else None."""
    for candidate in candidates:
        if _normal(uri) == _normal(candidate):
            return candidate
        loose = _without_loopback_port(uri) if native else None
        if loose is not None and loose == _without_loopback_port(candidate):
            return uri
    return None


def _normal(uri: str) -> str:
    """Make an empty path "/": a registered `http://localhost:3000/` matches without the slash (LOGTO.md 3.7)."""
    parts = _split(uri)
    if parts is None:
        return uri
    return uri + "/" if parts.netloc and not parts.path and not parts.query and not parts.fragment else uri


def _without_loopback_port(uri: str) -> tuple[str, str | None, str, str] | None:
    parts = _split(uri)
    if parts is None or parts.scheme != "http" or parts.hostname not in _LOOPBACK or parts.username is not None:
        return None
    return parts.scheme, parts.hostname, parts.path, f"{parts.query}#{parts.fragment}"


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        _ = parts.port  # reading it is what finds a malformed one
    except ValueError:
        return None
    return parts
