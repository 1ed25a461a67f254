"""What is told when no answer came."""

import logging
import traceback

import pytest

from logto.errors import TransportError
from logto.protocol.http import HttpRequest
from tests.transports.wire import Server, Wire, answer, serving

SECRET = "s3cr3t-that-nobody-may-see"


def secretive(url: str) -> HttpRequest:
    """A request with a secret in its query, in a header and in its body."""
    return HttpRequest(
        "POST", f"{url}?code={SECRET}", {"authorization": f"Bearer {SECRET}"}, f"token={SECRET}".encode()
    )


def resets_at_once(wire: Wire, server: Server) -> None:
    wire.reset()


def resets_after_the_request(wire: Wire, server: Server) -> None:
    wire.request()
    wire.reset()


def resets_in_the_body(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
    wire.reset()


def hangs_up(wire: Wire, server: Server) -> None:
    wire.request()


def hangs_up_in_the_headers(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-")


def hangs_up_in_the_body(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")


def speaks_something_else(wire: Wire, server: Server) -> None:
    asked = wire.request()
    wire.send(b"SSH-2.0 " + asked.body + b"\r\n\r\n")


def sends_headers_without_end(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\n")
    while not wire.stopping.is_set():
        wire.send(b"x-more: " + b"x" * 65536 + b"\r\n")


def contradicts_itself(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}")


def has_a_length_that_is_no_number(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}")


BREAKDOWNS = [
    resets_at_once,
    resets_after_the_request,
    resets_in_the_body,
    hangs_up,
    hangs_up_in_the_headers,
    hangs_up_in_the_body,
    speaks_something_else,
    sends_headers_without_end,
    contradicts_itself,
    has_a_length_that_is_no_number,
]


@pytest.mark.parametrize("conversation", BREAKDOWNS)
def test_a_broken_exchange_is_a_transport_error(send, conversation, caplog):
    """Whatever breaks, it is one exception of ours with the place, and no secret in its text, its causes or a log."""
    caplog.set_level(logging.DEBUG)
    with serving(conversation) as server, pytest.raises(TransportError) as caught:
        send(secretive(server.url("/oidc/token")))
    error = caught.value
    assert error.code == "transport.failed"
    assert error.url == server.url("/oidc/token")
    assert error.hint
    assert error.__context__ is None
    told = "".join(traceback.format_exception(error)) + repr(error) + caplog.text
    assert SECRET not in told


def test_a_request_is_never_sent_twice(send):
    """A token request whose answer got lost may have been obeyed: it is not repeated."""

    def conversation(wire: Wire, server: Server) -> None:
        server.requests.append(wire.request())

    with serving(conversation) as server, pytest.raises(TransportError):
        send(secretive(server.url()))
    assert len(server.requests) == 1


def test_nobody_listening_is_said_plainly(send):
    """A refused connection names the address and the command that starts a server there."""
    with serving(hangs_up) as server:
        pass
    with pytest.raises(TransportError) as caught:
        send(HttpRequest("GET", server.url("/oidc/x")))
    assert caught.value.code == "transport.connection_refused"
    assert server.url("/oidc/x") in caught.value.message
    assert "`logto dev`" in caught.value.hint


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 80 + ".invalid"])
def test_an_unknown_host_is_said_plainly(send, host):
    """A name that no name server knows, or could know, points to `endpoint`."""
    with pytest.raises(TransportError) as caught:
        send(HttpRequest("GET", f"http://{host}/"))
    assert caught.value.code == "transport.unknown_host"
    assert "`endpoint`" in caught.value.hint


def test_a_time_out_names_its_setting(send):
    """Who waits in vain learns how long it was and which setting it is."""
    with serving(lambda wire, server: wire.silence()) as server, pytest.raises(TransportError) as caught:
        send(HttpRequest("GET", server.url()), 0.2)
    assert "0.2 s" in caught.value.message
    assert "`timeout`" in caught.value.hint


def test_tls_to_a_server_without_it_is_said_plainly(send, authority):
    """https:// in front of a server that speaks http suggests http://."""
    with serving(lambda wire, server: wire.send(answer())) as server, pytest.raises(TransportError) as caught:
        send(HttpRequest("GET", f"https://localhost:{server.port}/"), verify=authority.trusted())
    assert caught.value.code == "transport.tls"
    assert "http://" in caught.value.hint
