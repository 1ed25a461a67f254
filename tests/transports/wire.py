"""A server on raw sockets, which sends exactly what a test tells it to."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Wire:
    """One accepted connection.

    Args:
        sock: The socket, with TLS if the server speaks it.
        stopping: Set when the server is told to end; whoever waits, waits on this.
    """

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self.sock = sock
        self.stopping = stopping
        self._buffer = b""

    def request(self) -> Asked | None:
        """The next request, or nothing when the client has gone."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._receive():
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        while len(self._buffer) < length:
            if not self._receive():
                return None
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return Asked(method, target, headers, body)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes, every: float = 0.3) -> None:
        """Send one byte at a time, until the client has gone or the server ends."""
        for byte in data:
            self.sock.sendall(bytes([byte]))
            if self.stopping.wait(every):
                return

    def silence(self) -> None:
        """Keep the connection open and say nothing, until the client has gone or the server ends."""
        self.sock.settimeout(0.05)
        while not self.stopping.is_set():
            try:
                if not self.sock.recv(65536):
                    return
            except TimeoutError:
                continue

    def reset(self) -> None:
        """End the connection the hard way: the client sees ECONNRESET."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def _receive(self) -> bool:
        received = self.sock.recv(65536)
        self._buffer += received
        return bool(received)


@dataclass
class Server:
    """A listening socket, and what has happened on it."""

    port: int
    tls: bool
    connections: int = 0
    requests: list[Asked] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"


Conversation = Callable[[Wire, Server], None]
"""What the server does with one connection."""


@contextlib.contextmanager
def serving(conversation: Conversation, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on a free loopback port, one thread a connection."""
    stopping = threading.Event()
    threads: list[threading.Thread] = []
    talking: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1], tls is not None)

        def talk(sock: socket.socket) -> None:
            # A client that goes away in the middle is what many of these tests are about.
            with contextlib.suppress(OSError), sock if tls is None else tls.wrap_socket(sock, server_side=True) as own:
                talking.append(own)
                conversation(Wire(own, stopping), server)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    sock, _ = listener.accept()
                    server.connections += 1
                    threads.append(threading.Thread(target=talk, args=(sock,), daemon=True))
                    threads[-1].start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield server
        finally:
            stopping.set()
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            accepting.join(5)
            for sock in talking:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(5)


def answer(body: bytes = b"{}", status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP answer; header names with `_` for `-`."""
    all_headers = {"content_type": "application/json", "content_length": str(len(body)), **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in all_headers.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + body


def always(*pieces: bytes) -> Conversation:
    """A conversation that gives the same answer to every request of a connection."""

    def conversation(wire: Wire, server: Server) -> None:
        while asked := wire.request():
            server.requests.append(asked)
            for piece in pieces:
                wire.send(piece)

    return conversation
