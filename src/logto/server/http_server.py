"""uvicorn as local Logto wants it: it says when it is ready, and it stops at once."""

import asyncio
import contextlib
import socket
import threading
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

ABORT = "logto.abort"
GRACE = 2.0
_CLOSING = 0.005


class HttpServer(uvicorn.Server):
    """A server on sockets that are open already, run in a thread that is not the main one."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                access_log=False,
                http=Protocol,
                ws="none",
                loop="asyncio",
                server_header=False,
                timeout_keep_alive=5,
                limit_concurrency=1000,
            )
        )
        self.ready = threading.Event()
        self._asked_to_stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def ask_to_stop(self) -> None:
        """Stop as soon as the requests under way are answered; called from another thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._asked_to_stop.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        self._loop = asyncio.get_running_loop()
        try:
            await super().startup(sockets)
        finally:
            self.ready.set()

    async def main_loop(self) -> None:
        """Wait until asked to stop; uvicorn's own loop looks only ten times a second."""
        while not self._asked_to_stop.is_set():
            await self.on_tick(0)  # renews the Date header
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked_to_stop.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the requests under way end, within `GRACE` seconds; uvicorn's own way sleeps before it looks."""
        for server in self.servers:
            server.close()
        for opened in sockets or ():
            opened.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if tasks := set(self.server_state.tasks):
            _, late = await asyncio.wait(tasks, timeout=GRACE)
            for task in late:
                task.cancel()
        deadline = asyncio.get_running_loop().time() + GRACE
        while self.server_state.connections and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110  # uvicorn tells nobody
            await asyncio.sleep(_CLOSING)
        for connection in list(self.server_state.connections):
            connection.transport.abort()


class Protocol(H11Protocol):
    """uvicorn's protocol, which lets the application cut the connection: `scope["state"][ABORT]()`."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, ABORT: self._abort}, _loop)

    def _abort(self) -> None:
        self.transport.abort()
