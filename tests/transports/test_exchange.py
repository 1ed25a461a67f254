"""What leaves, and what of an answer is taken in."""

import gzip
import zlib

import pytest

from logto.errors import ConfigurationError, LogtoException, UnexpectedResponseError
from logto.protocol.http import MAX_BODY, HttpRequest
from tests.transports.wire import Server, Wire, always, answer, serving

TEXT = b'{"sub": "alice"}'
BARE = zlib.compressobj(wbits=-15)
DEFLATED_BARE = BARE.compress(TEXT) + BARE.flush()


def test_a_request_arrives_as_it_was_written(send):
    """Method, target with query, headers and body go out unchanged; ours stand beside them, and no cookie."""
    asked = HttpRequest(
        "POST", "{}", headers={"content-type": "text/plain", "authorization": "Bearer x"}, body=b"hello"
    )
    with serving(always(answer())) as server:
        send(HttpRequest(asked.method, server.url("/oidc/me?a=b%20c"), asked.headers, asked.body))
    (arrived,) = server.requests
    assert (arrived.method, arrived.target, arrived.body) == ("POST", "/oidc/me?a=b%20c", b"hello")
    assert arrived.headers.pop("user-agent").startswith("logto-python/1.")
    assert arrived.headers == {
        "host": f"127.0.0.1:{server.port}",
        "accept-encoding": "identity",
        "content-type": "text/plain",
        "authorization": "Bearer x",
        "content-length": "5",
    }


def test_an_empty_post_says_its_length(send):
    """A POST without a body says so; a GET has no content length at all."""
    with serving(always(answer())) as server:
        send(HttpRequest("POST", server.url()))
        send(HttpRequest("GET", server.url()))
    assert [arrived.headers.get("content-length") for arrived in server.requests] == ["0", None]


def test_an_answer_is_read_whole(send):
    """Status, lower-cased headers and body come back, however the body is framed."""
    for framing in (
        b"content-length: 16\r\n\r\n" + TEXT,
        b"transfer-encoding: chunked\r\n\r\n5\r\n" + TEXT[:5] + b"\r\nb\r\n" + TEXT[5:] + b"\r\n0\r\n\r\n",
    ):
        with serving(always(b"HTTP/1.1 201 Fine\r\nX-Some: thing\r\n" + framing)) as server:
            response = send(HttpRequest("GET", server.url()))
        assert (response.status, response.headers["x-some"], response.body) == (201, "thing", TEXT)


def test_a_body_that_ends_with_the_connection_is_read(send):
    """HTTP/1.0's way, without a length, is understood."""

    def old(wire: Wire, server: Server) -> None:
        wire.request()
        wire.send(b"HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n" + TEXT)

    with serving(old) as server:
        assert send(HttpRequest("GET", server.url())).body == TEXT


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", DEFLATED_BARE),
        ("identity", TEXT),
    ],
)
def test_compression_that_nobody_asked_for_is_undone(send, coding, body):
    """A server that compresses all the same is understood."""
    with serving(always(answer(body, content_encoding=coding))) as server:
        assert send(HttpRequest("GET", server.url())).body == TEXT


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", TEXT),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0)),
        ("gzip", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)[:-9]),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"more"),
        ("deflate", b"\x78"),
    ],
)
def test_compression_that_cannot_be_undone_is_refused(send, coding, body):
    """Unknown, doubled, broken, cut or continued compression is an error, and none of it is shown."""
    with (
        serving(always(answer(body, content_encoding=coding))) as server,
        pytest.raises(UnexpectedResponseError) as caught,
    ):
        send(HttpRequest("GET", server.url("/oidc/token?q=1")))
    assert caught.value.code == "response.encoding"
    assert caught.value.url == server.url("/oidc/token")
    assert "alice" not in repr(caught.value) + str(caught.value)


def test_the_largest_allowed_body_is_read(send):
    """Exactly MAX_BODY bytes come through, plain and compressed."""
    body = b" " * MAX_BODY
    with serving(always(answer(body))) as server:
        assert len(send(HttpRequest("GET", server.url())).body) == MAX_BODY
    with serving(always(answer(gzip.compress(body, mtime=0), content_encoding="gzip"))) as server:
        assert len(send(HttpRequest("GET", server.url())).body) == MAX_BODY


def declared_but_never_sent(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: 96000000\r\n\r\n")
    wire.silence()


def endless(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while not wire.stopping.is_set():
        wire.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def bomb(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(answer(gzip.compress(b" " * (MAX_BODY + 1)), content_encoding="gzip"))


def large_bomb(wire: Wire, server: Server) -> None:
    wire.request()
    wire.send(answer(gzip.compress(b" " * (96 << 20), 1), content_encoding="gzip"))


@pytest.mark.parametrize("conversation", [declared_but_never_sent, endless, bomb, large_bomb])
def test_a_body_that_is_too_large_is_refused(send, conversation):
    """It is refused from its declared length, or as soon as it passes the limit, compressed or not."""
    with serving(conversation) as server, pytest.raises(UnexpectedResponseError) as caught:
        send(HttpRequest("GET", server.url()))
    assert (caught.value.code, caught.value.status) == ("response.too_large", 200)


@pytest.mark.parametrize(
    "url",
    ["ftp://a.test/", "//a.test/", "/oidc", "", "http:///oidc", "http://a.test:99999/", "http://a.test:port/",
     "http://é.test/", "http://[::1/", "http://a.test/\r\nx: y", "http://a.test/a b", "javascript:alert(1)", "file:///etc"],
)  # fmt: skip
def test_an_address_that_cannot_be_asked_is_refused(send, url):
    """What is no http or https URL is a configuration error before anything leaves."""
    with pytest.raises(ConfigurationError) as caught:
        send(HttpRequest("GET", url))
    assert caught.value.code == "configuration.url"


@pytest.mark.parametrize(
    "value", ["Bearer hunter2\r\nx: y", "Bearer hünter2", "Bearer hunter2\n", "Bearer \x00hunter2"]
)
def test_a_header_that_cannot_be_written_is_refused(send, value):
    """Header injection is refused before anything leaves, and the value is not repeated."""
    with serving(always(answer())) as server, pytest.raises(LogtoException) as caught:
        send(HttpRequest("GET", server.url(), headers={"authorization": value}))
    assert caught.value.code == "configuration.header"
    assert "nter2" not in str(caught.value) + repr(caught.value)
    assert server.requests == []


def test_the_host_of_an_ipv6_endpoint_has_its_brackets(send):
    """An IPv6 literal is written into the host header as RFC 9110 wants it."""
    from logto.transports.exchange import outgoing

    ready = outgoing(HttpRequest("GET", "http://user:pass@[::1]:3001/oidc"))
    assert dict(ready.headers)["host"] == "[::1]:3001"
    assert ready.host == "::1"
