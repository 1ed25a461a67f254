"""Proxies that the environment names."""

import pytest

from logto.errors import ConfigurationError, TransportError
from logto.protocol.http import HttpRequest
from logto.transports.proxy import Proxies, split_proxy
from tests.transports.wire import Asked, Server, Wire, always, answer, serving


def test_without_proxies_in_the_environment_there_is_none():
    """Nothing named, nothing used."""
    assert Proxies().proxy_for("https", "auth.test") is None


@pytest.mark.parametrize(
    ("environment", "scheme", "host", "expected"),
    [
        ({"HTTPS_PROXY": "http://p.test:3128"}, "https", "auth.test", "http://p.test:3128"),
        ({"https_proxy": "p.test:3128"}, "https", "auth.test", "http://p.test:3128"),
        ({"HTTPS_PROXY": "http://p.test:3128"}, "http", "auth.test", None),
        ({"ALL_PROXY": "http://p.test:3128"}, "http", "auth.test", "http://p.test:3128"),
        ({"HTTP_PROXY": ""}, "http", "auth.test", None),
        # A request's `Proxy` header becomes HTTP_PROXY in a CGI process (CVE-2016-5385).
        ({"HTTP_PROXY": "http://evil.test", "REQUEST_METHOD": "GET"}, "http", "auth.test", None),
    ],
)
def test_the_variables_mean_what_they_mean_elsewhere(monkeypatch, environment, scheme, host, expected):
    """Upper and lower case, with and without a scheme, one for each scheme or for all."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Proxies().proxy_for(scheme, host) == expected


@pytest.mark.parametrize(
    ("no_proxy", "host", "spared"),
    [
        ("*", "auth.test", True),
        ("auth.test", "auth.test", True),
        ("a.test, AUTH.test ", "auth.test", True),
        (".test", "auth.test", True),
        ("*.test", "auth.test", True),
        ("test", "auth.test", True),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "auth.test", False),
        ("10.0.0.0/nonsense", "10.1.2.3", False),
        ("h.test", "auth.test", False),
        ("auth.test", "myauth.test", False),
        ("", "auth.test", False),
        ("", "localhost", True),
        ("", "app.localhost", True),
        ("", "127.0.0.1", True),
        ("", "::1", True),
    ],
)
def test_no_proxy_spares_what_it_names(monkeypatch, no_proxy, host, spared):
    """Names with what is below them, networks, everything; and loopback always."""
    monkeypatch.setenv("ALL_PROXY", "http://p.test:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert (Proxies().proxy_for("https", host) is None) is spared


def test_user_name_and_password_are_taken_out():
    """They go into a header, decoded, and not into the address."""
    assert split_proxy("http://us%40er:p%3Aw@p.test:3128/") == ("http://p.test:3128", ("us@er", "p:w"))
    assert split_proxy("http://p.test") == ("http://p.test", None)


@pytest.mark.parametrize(
    "url", ["socks5://s3cret@p.test", "http://u:s3cret", "http://s3cret@:80", "http://p.test:0", "http://[s3cret"]
)
def test_a_proxy_that_is_none_is_a_configuration_error(send, monkeypatch, url):
    """What cannot be used says which variables to look at, without repeating a password."""
    monkeypatch.setenv("ALL_PROXY", url)
    with pytest.raises(ConfigurationError) as caught:
        send(HttpRequest("GET", "http://auth.test/"))
    assert caught.value.code == "configuration.proxy"
    assert "s3cret" not in str(caught.value)
    assert "ALL_PROXY" in caught.value.hint


def test_http_goes_through_the_proxy(send, monkeypatch):
    """The proxy is sent the whole address, and the password that it asks for."""
    with serving(always(answer(b"hello"))) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://user:pass@127.0.0.1:{proxy.port}")
        assert send(HttpRequest("GET", "http://auth.test/oidc?x=1", {"accept": "y/z"})).body == b"hello"
    (asked,) = proxy.requests
    assert (asked.target, asked.headers["host"]) == ("http://auth.test/oidc?x=1", "auth.test")
    assert asked.headers["proxy-authorization"] == "Basic dXNlcjpwYXNz"


def test_https_goes_through_a_tunnel(send, monkeypatch, authority):
    """The proxy learns the host only; the certificate that counts is the host's."""
    tls = authority.server("auth.test")
    asked: list[Asked] = []

    def proxy(wire: Wire, server: Server) -> None:
        server.requests.append(wire.request())
        wire.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        with tls.wrap_socket(wire.sock, server_side=True) as inner:
            tunnel = Wire(inner, wire.stopping)
            asked.append(tunnel.request())
            tunnel.send(answer(b"hello"))

    with serving(proxy) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.port}")
        request = HttpRequest("POST", "https://auth.test/oidc/token", body=b"code=s3cret")
        assert send(request, verify=authority.trusted()).body == b"hello"
    assert [(each.method, each.target) for each in server.requests] == [("CONNECT", "auth.test:443")]
    assert [(each.target, each.body) for each in asked] == [("/oidc/token", b"code=s3cret")]


def test_a_proxy_that_refuses_is_named(send, monkeypatch, authority):
    """A 407 points to the variables and is not taken for an answer of Logto's."""
    with serving(always(answer(b"", "407 Proxy Authentication Required"))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(TransportError) as caught:
            send(HttpRequest("GET", "https://auth.test/"), verify=authority.trusted())
    assert caught.value.code == "transport.proxy"
    assert "HTTPS_PROXY" in caught.value.hint
