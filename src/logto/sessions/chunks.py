"""One value in several cookies, each small enough for a browser to take.

Chromium ignores a cookie over 4,096 bytes and keeps the former one, which with rotation replays a spent refresh token. The
first chunk says how many there are; that they belong together is for the encryption to tell.
"""

from __future__ import annotations

from collections.abc import Mapping

from .settings import MAX_COOKIE, CookieShape

MOST = 16
"""Chunks of one value."""

_COUNTS = "0123456789abcdefg"


def join_chunks(name: str, cookies: Mapping[str, str]) -> str | None:
    """The value that a request's cookies hold, or None if there is none, or not all of it.

    Args:
        name: The cookie's full name.
        cookies: The request's.
    """
    first = cookies.get(name)
    if not first or first[0] not in _COUNTS[1:]:
        return None
    parts = [cookies.get(_name(name, index), "") for index in range(_COUNTS.index(first[0]))]
    # No chunk is empty, and no browser keeps a longer one: whatever else came is not worth decrypting.
    if not all(0 < len(part) <= MAX_COOKIE for part in parts):
        return None
    return "".join(parts)[1:]


def split_chunks(shape: CookieShape, value: str, max_age: int, cookies: Mapping[str, str]) -> tuple[str, ...] | None:
    """The `Set-Cookie` headers that store a value and remove what a longer one left behind.

    Args:
        shape: The cookie.
        value: What to store.
        max_age: Seconds for which the browser keeps it.
        cookies: The request's, to know what is stale.

    Returns:
        None if the value is too long.
    """
    parts: list[str] = []
    rest = value
    while rest or not parts:
        size = shape.room(_name(shape.name, len(parts)), max_age) - (0 if parts else 1)
        parts.append(rest[:size])
        rest = rest[size:]
        if len(parts) > MOST or size < 1:
            return None
    parts[0] = _COUNTS[len(parts)] + parts[0]
    headers = [shape.set(part, max_age, name=_name(shape.name, index)) for index, part in enumerate(parts)]
    return (*headers, *delete_chunks(shape, cookies, beyond=len(parts)))


def delete_chunks(shape: CookieShape, cookies: Mapping[str, str], *, beyond: int = 0) -> tuple[str, ...]:
    """The `Set-Cookie` headers that remove a value's chunks.

    Args:
        shape: The cookie.
        cookies: The request's.
        beyond: How many of the first chunks stay.
    """
    names = (_name(shape.name, index) for index in range(beyond, MOST))
    return tuple(shape.delete(name=name) for name in names if name in cookies)


def _name(name: str, index: int) -> str:
    return name if index == 0 else f"{name}.{index}"
