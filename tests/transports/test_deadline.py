"""The limit for a whole exchange over blocking sockets; the awaiting colour keeps the same promises."""

import socket
import time

import httpcore2
import pytest

from logto.errors import TransportError
from logto.protocol.http import HttpRequest
from logto.transports.deadline import DeadlineBackend, DeadlineStream, left
from tests.transports.wire import Server, Wire, answer, serving

LIMIT = 0.3
PATIENCE = 3.0  # far below what any of these servers would take, far above the limit


def dripping_headers(wire: Wire, server: Server) -> None:
    wire.request()
    wire.drip(answer(b"{}"), every=0.1)


def dripping_body(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    wire.drip(b"x" * 1000, every=0.1)


def dripping_chunks(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while not wire.stopping.wait(0.1):
        wire.send(b"1\r\nx\r\n")


def endless_continue(wire: Wire, server: Server) -> None:
    wire.request()
    while not wire.stopping.wait(0.1):
        wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")


def silent(wire: Wire, server: Server) -> None:
    wire.silence()


@pytest.mark.parametrize("conversation", [dripping_headers, dripping_body, dripping_chunks, endless_continue, silent])
def test_a_server_that_never_ends_is_left_in_time(send, conversation):
    """However often a byte arrives, the exchange ends when its time is over."""
    with serving(conversation) as server:
        began = time.monotonic()
        with pytest.raises(TransportError) as caught:
            send(HttpRequest("GET", server.url()), LIMIT)
        assert time.monotonic() - began < PATIENCE
    assert caught.value.code == "transport.timeout"


def test_a_tls_handshake_that_stalls_is_left_in_time(send, authority):
    """A server that accepts and then says nothing to the client's greeting does not hold it."""
    with serving(silent) as server:
        began = time.monotonic()
        with pytest.raises(TransportError) as caught:
            send(HttpRequest("GET", f"https://localhost:{server.port}/"), LIMIT, verify=authority.trusted())
        assert time.monotonic() - began < PATIENCE
    assert caught.value.code == "transport.timeout"


def test_a_server_that_does_not_accept_is_left_in_time(send):
    """A connection that is never accepted, as behind a firewall that drops packets, ends in time."""
    with socket.socket() as listener, socket.socket() as first:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)  # one connection fills the queue; the next one's packets are dropped
        first.connect(listener.getsockname())
        with pytest.raises(TransportError) as caught:
            send(HttpRequest("GET", f"http://127.0.0.1:{listener.getsockname()[1]}/"), LIMIT)
    assert caught.value.code == "transport.timeout"


def test_a_server_that_does_not_read_is_left_in_time(send):
    """A request that the server does not take off the wire ends in time."""
    with serving(lambda wire, server: wire.stopping.wait(10)) as server, pytest.raises(TransportError) as caught:
        send(HttpRequest("POST", server.url(), body=b"x" * (1 << 25)), LIMIT)
    assert caught.value.code == "transport.timeout"


def test_no_time_left_is_a_time_out():
    """A deadline that has passed raises, where zero would have made the socket non-blocking."""
    with pytest.raises(httpcore2.ReadTimeout):
        left(time.monotonic() - 1)
    with pytest.raises(httpcore2.ReadTimeout):
        left(None)


def test_time_left_is_what_remains():
    """The instant becomes the seconds until then."""
    assert 9 < left(time.monotonic() + 10) <= 10


class RecordingStream(httpcore2.NetworkStream):
    """Remembers the time-outs it was given."""

    def __init__(self):
        self.timeouts = []

    def read(self, max_bytes, timeout=None):
        self.timeouts.append(timeout)
        return b""

    def write(self, buffer, timeout=None):
        self.timeouts.append(timeout)


def test_each_step_is_given_seconds(monkeypatch):
    """Reads and every slice of a write get the seconds that are left, never the instant."""
    inner = RecordingStream()
    stream = DeadlineStream(inner)
    deadline = time.monotonic() + 10
    stream.read(1, deadline)
    stream.write(b"x" * 10_000, deadline)
    assert len(inner.timeouts) == 1 + 3
    assert all(9 < seconds <= 10 for seconds in inner.timeouts)


def test_a_dead_address_takes_only_its_share(monkeypatch):
    """Of two addresses of a host, the first one's failure leaves the second its share of the time, and it is used."""
    with socket.create_server(("127.0.0.1", 0)) as alive, socket.socket() as dead, socket.socket() as first:
        dead.bind(("127.0.0.2", alive.getsockname()[1]))
        dead.listen(0)
        first.connect(dead.getsockname())
        port = alive.getsockname()[1]
        both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in ("127.0.0.2", "127.0.0.1")]
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *args, **kwargs: both if args[0] == "two.test" else real(*args, **kwargs)
        )
        began = time.monotonic()
        stream = DeadlineBackend().connect_tcp("two.test", port, began + 1)
        assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
        assert 0.4 < time.monotonic() - began < 1
        stream.close()


real = socket.getaddrinfo
