"""Where in an application the sign-in routes were mounted, and what there is static."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.routing import BaseRoute, Host, Mount, NoMatchFound, Route
from starlette.staticfiles import StaticFiles

from ...models.pages import PageSettings

NAMES = ("sign_in", "callback", "backchannel_logout")


@dataclass(frozen=True, slots=True)
class Places:
    """Paths from the root of the host.

    Args:
        sign_in: Of the sign-in route, as it stands in a URL.
        callback: Of the callback route, as it stands in a URL.
        back_channel_logout: Of the route that Logto calls, as ASGI has it: decoded.
        static: What the paths of static files begin with, decoded.
    """

    sign_in: str
    callback: str
    back_channel_logout: str
    static: tuple[str, ...] = ()

    @classmethod
    def within(cls, scope: Any, settings: PageSettings, endpoints: Sequence[Any]) -> Places:
        """Finds them among an application's routes; where they are not, the settings tell.

        Args:
            scope: Of a request, as the middleware got it.
            settings: Where the routes are if nobody mounted them elsewhere.
            endpoints: The functions of the routes, in the order of `NAMES`.
        """
        root = scope.get("root_path", "")
        # Within a mounted application, the outermost router knows the whole way (as `request.url_for` has it).
        for top, way in ((scope.get("router"), scope.get("app_root_path", root)), (scope.get("app"), root)):
            routes: Sequence[BaseRoute] = getattr(top, "routes", ())
            found = [_path(routes, name, endpoint) for name, endpoint in zip(NAMES, endpoints, strict=True)]
            sign_in, callback, logout = (None if path is None or "{" in path else way + path for path in found)
            if sign_in is not None and callback is not None and logout is not None:
                static = tuple(f"{way}{path}/" for path in _static(routes))
                return cls(quote(sign_in), quote(callback), logout, static)
        way = root + settings.url_prefix
        sign_in, callback = quote(way + settings.sign_in_path), quote(way + settings.callback_path)
        return cls(sign_in, callback, way + settings.back_channel_logout_path)


def _path(routes: Iterable[BaseRoute], name: str, endpoint: Any) -> str | None:
    for route in routes:
        found: str | None = None
        if isinstance(route, Route):
            if route.endpoint == endpoint:
                return route.path
        elif isinstance(route, Mount | Host):
            within = _path(route.routes or (), name, endpoint)
            way = route.path if isinstance(route, Mount) else ""
            found = None if within is None else way + within
        else:
            found = _told(route, name, endpoint)
        if found is not None:
            return found
    return None


def _told(route: BaseRoute, name: str, endpoint: Any) -> str | None:
    """What a kind of route that is not Starlette's, such as an included router of FastAPI, says itself."""
    router = getattr(route, "original_router", None)
    if router is not None and _path(router.routes, name, endpoint) is None:
        return None  # another one's, perhaps of another Logto, whose routes have the same names
    try:
        return str(route.url_path_for(name))
    except (NoMatchFound, NotImplementedError):
        return None


def _static(routes: Sequence[BaseRoute]) -> Iterable[str]:
    for index, route in enumerate(routes):
        if isinstance(route, Mount) and isinstance(route.app, StaticFiles) and route.path:
            earlier = (getattr(other, "path", "") for other in routes[:index])
            # A page whose path begins in the same way comes first, and has its session.
            if not any(path.startswith(route.path) or path == "" for path in earlier):
                yield route.path
