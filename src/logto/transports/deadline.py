"""A limit for a whole exchange over blocking sockets.

A socket's own time-out begins anew with every read, so a server that sends one byte a second is never late. Here, every
`timeout` that httpcore2 hands through from a request's extensions is not a number of seconds but an instant of
`time.monotonic()`: each step may take what is left until then. No thread-local state, no lock.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore2


def left(deadline: float | None) -> float:
    """Seconds until a deadline.

    Raises:
        httpcore2.ReadTimeout: It has passed; zero would make a socket non-blocking, and none would make it wait for ever.
    """
    seconds = 0.0 if deadline is None else deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore2.ReadTimeout
    return seconds


class DeadlineStream(httpcore2.NetworkStream):
    """A connection whose time-outs are instants."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has arrived, at most so many bytes; none when the peer has closed."""
        return self._stream.read(max_bytes, left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        # In slices, because a peer that takes a few bytes at a time would renew the time-out within one call.
        for start in range(0, len(buffer), _SLICE):
            self._stream.write(buffer[start : start + _SLICE], left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """The same connection, encrypted."""
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        """What the engine wants to know of the socket beneath."""
        return self._stream.get_extra_info(info)


_SLICE = 4096


class DeadlineBackend(httpcore2.NetworkBackend):
    """Opens connections whose time-outs are instants."""

    def __init__(self) -> None:
        self._backend = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the first address of a host that answers."""
        # One address at a time, each with its share of what is left: else two dead addresses take twice the time.
        addresses = [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for remaining in range(len(addresses), 0, -1):
            try:
                stream = self._backend.connect_tcp(
                    addresses[-remaining], port, left(timeout) / remaining, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if remaining == 1:
                    raise
            else:
                return DeadlineStream(stream)
        raise httpcore2.ConnectError
