"""Connections that are closed when the task which opens them is cancelled.

httpcore2 closes a connection whose TLS handshake fails, but not one whose handshake is cancelled, be it by a time-out or
by a browser that went away: the socket would stay open until the garbage collector finds it.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any, cast

import httpcore2


class TidyStream(httpcore2.AsyncNetworkStream):
    """A connection that closes itself when its TLS handshake does not come to an end."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has arrived, at most so many bytes; none when the peer has closed."""
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """The same connection, encrypted, or closed."""
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        """What the engine wants to know of the socket beneath."""
        return self._stream.get_extra_info(info)


class TidyBackend(httpcore2.AsyncNetworkBackend):
    """Opens connections that close themselves, on asyncio."""

    def __init__(self) -> None:
        # Cast, because the package also declares a class of this name for installations without anyio.
        self._backend = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to a host."""
        return TidyStream(await self._backend.connect_tcp(host, port, timeout, local_address, socket_options))
