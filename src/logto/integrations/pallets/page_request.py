"""A request as the sign-in pages see it, and what they answer as the framework sends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote

from werkzeug.datastructures import Headers
from werkzeug.sansio.request import Request

from ...models.pages import PageRequest

_PAGES_SCHEME = {"ws": "http", "wss": "https"}
_IN_QUERY = "!$&'()*+,/:;=?@%"


def page_request(request: Request, *, sign_in_path: str, callback_path: str) -> PageRequest:
    """A request as the sign-in pages see it.

    Args:
        request: The framework's; behind a proxy, ProxyFix or the server has put the browser's address into it.
        sign_in_path: From the root of the host, as `url_for` makes it.
        callback_path: The same of the callback route.
    """
    return PageRequest(
        method=request.method,
        url=browser_url(request),
        headers=cast("Mapping[str, str]", request.headers),  # of a mapping, `get` is what is asked of them
        sign_in_path=sign_in_path,
        callback_path=callback_path,
    )


def browser_url(request: Request) -> str:
    """A request's whole URL, in ASCII, its query as it came; of a WebSocket, as that of a page beside it.

    The framework's own `url` is for reading, with quoted characters taken out of their quotes.
    """
    scheme = _PAGES_SCHEME.get(request.scheme, request.scheme)
    query = quote(request.query_string, safe=_IN_QUERY)
    path = quote(f"{request.root_path.rstrip('/')}{request.path}")
    return f"{scheme}://{request.host}{path}{'?' if query else ''}{query}"


def files_usual(settings: Mapping[str, Any]) -> str | None:
    """What `send_file` says of caches where the view says nothing, if that lets them keep the file."""
    age = settings.get("SEND_FILE_MAX_AGE_DEFAULT")
    seconds = age.total_seconds() if isinstance(age, timedelta) else age
    return f"public, max-age={int(seconds)}" if seconds else None


def protect(
    headers: Headers, cookies: tuple[str, ...], *, seen: bool, signed_in: bool, usual: str | None = None
) -> None:
    """Puts a session's cookies onto an answer, and keeps caches from what is one user's.

    Args:
        headers: The answer's.
        cookies: Values of `Set-Cookie`.
        seen: Whether the page looked at who is signed in.
        signed_in: And somebody was.
        usual: A `Cache-Control` that is the framework's, not the view's.
    """
    if not (cookies or seen):
        return
    # One look at all of them: each that is not there costs werkzeug an exception, and this is on every page.
    present = {name.lower(): value for name, value in headers}
    for cookie in cookies:
        headers.add("Set-Cookie", cookie)
    if cookies:
        headers["Cache-Control"] = "no-store"  # SECURITY.md, Sessions 7: whatever the view wanted
    elif signed_in and present.get("cache-control") in (None, usual):
        headers["Cache-Control"] = "no-store"  # after a sign-out, the browser's "back" must show nothing
    elif signed_in:
        # What may depend on who is signed in is no cache's but the browser's own.
        headers["Cache-Control"] = present["cache-control"].replace("public", "private")
    vary = present.get("vary")
    if vary is None:
        headers.add("Vary", "Cookie")
    elif vary != "*" and "cookie" not in (name.strip().lower() for name in vary.split(",")):
        headers["Vary"] = f"{vary}, Cookie"
