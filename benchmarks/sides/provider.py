"""Local Logto in a process of its own, with a watch in front that counts, delays, and moves the clock."""

import asyncio
import copy
import socket
import threading
from collections import Counter
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from logto.server import home
from logto.server.app import create_app
from logto.server.lifetimes import REFRESH_REUSE_WINDOW, REFRESH_ROTATION_SHARE
from logto.server.middleware import Guard
from logto.server.seed import DEFAULT
from logto.server.world import World

from .lines import serve

DISCOVERY = "/oidc/.well-known/openid-configuration"
JWKS = "/oidc/jwks"
TOKEN = "/oidc/token"
CLIENTS = (DISCOVERY, JWKS, TOKEN)
"""The paths that an application asks, and no browser."""

LIFETIME = 30
"""Seconds that a refresh token lives: so few that rotation is due before the published package, which tolerates 30 seconds,
takes our clock for wrong. A public application's would always rotate, but that package sends a secret for those too."""
DUE = REFRESH_ROTATION_SHARE * LIFETIME + 0.5
PAST_REUSE = REFRESH_REUSE_WINDOW + 0.5


class Watch:
    """The outermost layer of the server.

    Args:
        app: The server.
        world: What it works on.
    """

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app, self._world = app, world
        self._requests: Counter[str] = Counter()
        self._callers: set[Any] = set()
        self._former_callers: set[Any] = set()
        self._delays: dict[str, float] = {}
        self._strict = False
        self._ahead = 0.0
        self._token_turn = asyncio.Lock()

    def reset(self, delays: dict[str, float], strict: bool) -> None:
        """Count from zero, with the clock where it was.

        Args:
            delays: Seconds that a path takes longer.
            strict: Move the clock to where the refresh token is due for rotation, and after the next token request past
                the time within which Logto lets the spent one be used again: whoever comes later with that one revokes
                the grant (LOGTO.md 3.4).
        """
        self._advance(DUE if strict else -self._ahead)
        self._requests.clear()
        self._former_callers |= self._callers
        self._callers.clear()
        self._delays, self._strict = delays, strict

    def counts(self) -> dict[str, int]:
        """What came since `reset` from applications: by path, over how many connections, and how many new ones."""
        return {
            "discovery": self._requests[DISCOVERY],
            "jwks": self._requests[JWKS],
            "token": self._requests[TOKEN],
            "connections": len(self._callers),
            "new": len(self._callers - self._former_callers),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path")
        if path in CLIENTS:
            self._requests[path] += 1
            self._callers.add(tuple(scope["client"]))  # its port is another for each connection
        if path in self._delays:
            await asyncio.sleep(self._delays[path])
        if self._strict and path == TOKEN:
            await self._one_at_a_time(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _one_at_a_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._token_turn:
            status = 0

            async def sent(message: Message) -> None:
                nonlocal status
                status = message.get("status", status)
                await send(message)

            await self._app(scope, receive, sent)
            if self._strict and status == 200:
                self._strict = False
                self._advance(PAST_REUSE)

    def _advance(self, seconds: float) -> None:
        self._ahead += seconds
        self._world.clock.advance(seconds)


def main() -> None:
    """Serve until the input ends."""
    seed = copy.deepcopy(DEFAULT)
    seed["applications"][0]["customClientMetadata"] = {"refreshTokenTtl": LIFETIME}
    world = World(seed=seed)
    listening = socket.create_server(("127.0.0.1", 0))
    world.endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
    watch = Watch(Guard(create_app(world), world), world)
    config = uvicorn.Config(watch, lifespan="off", log_config=None, access_log=False, http="h11", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True)
    thread.start()
    serve({"seeded": lambda: home.seeded(world), "reset": watch.reset, "counts": watch.counts})
    server.should_exit = True
    thread.join()


if __name__ == "__main__":
    main()
