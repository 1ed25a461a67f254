"""A request as it came in, of which most pages need next to nothing."""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import URL, Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from ...models.pages import PageRequest
from .places import Places

_IN_PATHS = "/:@!$&'()*+,;=-._~"


class Incoming:
    """A request as the middleware got it.

    Args:
        scope: Its scope. What is mounted further in changes it, so that this keeps a copy.
        places: Where the sign-in routes are.
    """

    __slots__ = ("_page_request", "_places", "_scope")

    def __init__(self, scope: Scope, places: Places) -> None:
        if not isinstance(scope["headers"], list):
            scope["headers"] = list(scope["headers"])  # they may be read once only (ASGI: an iterable)
        self._scope = dict(scope)
        self._places = places
        self._page_request: PageRequest | None = None

    @property
    def is_websocket(self) -> bool:
        """Whether it opens a WebSocket."""
        return bool(self._scope["type"] == "websocket")

    @property
    def cookies(self) -> dict[str, str]:
        """The browser's, as `request.cookies` has them."""
        found: dict[str, str] = {}
        for name, value in self._scope["headers"]:
            if name == b"cookie":
                found.update(cookie_parser(value.decode("latin-1")))
        return found

    @property
    def page_request(self) -> PageRequest:
        """The request as the conversations want it, made when one is held."""
        if self._page_request is None:
            self._page_request = _page_request(self._scope, self._places)
        return self._page_request


def _page_request(scope: Scope, places: Places) -> PageRequest:
    # The query stays apart: it may be no UTF-8, and the scheme and the host do not depend on it.
    url = URL(scope={**scope, "path": "/", "query_string": b""})
    scheme = {"ws": "http", "wss": "https"}.get(url.scheme, url.scheme)
    # ASGI has the path decoded; what is sent back in a header must be a URL again.
    path = quote(scope["path"], safe=_IN_PATHS)
    query = scope.get("query_string", b"").decode("latin-1")
    headers = Headers(scope=scope)
    return PageRequest(
        scope.get("method", "GET"),
        f"{scheme}://{url.netloc}{path}{'?' * bool(query)}{query}",
        # A WebSocket is opened by a script, whatever its headers say.
        {**headers, "x-requested-with": "XMLHttpRequest"} if scope["type"] == "websocket" else headers,
        places.sign_in,
        places.callback,
    )
