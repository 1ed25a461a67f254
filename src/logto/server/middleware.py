"""Around every request: who may address us, what every answer carries, and a short memory of what came."""

import logging
from collections import deque
from ipaddress import ip_address
from typing import NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .errors import OidcError
from .ids import application_id
from .world import World

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
REMEMBERED = 10_000
_log = logging.getLogger("logto.server")


class ReceivedRequest(NamedTuple):
    """One request that the server has answered; status 0 where it closed the connection instead."""

    method: str
    path: str
    status: int


class Guard:
    """The outermost layer: Host, headers, log."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app, self._world = app, world
        self.requests: deque[ReceivedRequest] = deque(maxlen=REMEMBERED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = application_id()
        scope["logto.request_id"] = request_id
        sent = 0

        async def send_guarded(message: Message) -> None:
            nonlocal sent
            if message["type"] == "http.response.start":
                sent = message["status"]
                _dress(MutableHeaders(scope=message), request_id, scope["path"])
                self.record(scope["method"], scope["path"], sent)
            await send(message)

        if not self._is_ours(Headers(scope=scope).getlist("host")):
            refusal = PlainTextResponse("This host name is not served here.\n", 421)
            await refusal(scope, receive, send_guarded)
            return
        try:
            await self._app(scope, receive, send_guarded)
        except Exception:  # noqa: BLE001  # the one place where a mistake of ours becomes an answer; it is logged whole
            _log.exception("request %s failed", request_id)
            if not sent:
                body = OidcError("server_error", "oops! something went wrong", 500).body("en")
                await JSONResponse(body, 500)(scope, receive, send_guarded)

    def record(self, method: str, path: str, status: int) -> None:
        """Remember a request that something before this layer has dealt with."""
        self.requests.append(ReceivedRequest(method, path, status))

    def _is_ours(self, hosts: list[str]) -> bool:
        """Refuse foreign names, which a rebound DNS name would be; an address cannot be rebound."""
        if len(hosts) != 1:
            return False
        name, colon, port = hosts[0].lower().rpartition(":")
        if not (colon and port.isascii() and port.isdigit()):
            name = hosts[0].lower()
        if name in LOOPBACK_NAMES or name in self._world.allowed_hosts:
            return True
        return self._world.any_address and _is_address(name.strip("[]"))


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _dress(headers: MutableHeaders, request_id: str, path: str) -> None:
    headers["logto-core-request-id"] = request_id
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    # Discovery has no cache-control, and the keys have their own (LOGTO.md 3.1).
    if "/.well-known/" not in path:
        headers.setdefault("Cache-Control", "no-store")
