"""Whatever breaks on the way from an endpoint: an error of ours, in time, with nothing lost and nothing given away.

Each fault is tried at each endpoint, in both colours.
"""

import logging

import pytest

from logto import LogtoException, TransportError, UnexpectedResponseError
from tests.rejections import faults
from tests.rejections.faults import instead, with_status
from tests.rejections.visitor import refused, visiting
from tests.rejections.wreck import PATHS, wreck
from tests.transports.certificates import new_authority

ENDPOINTS = ("discovery", "jwks", "token", "refresh", "user_info")
NESTED = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000

# name, fault, exception, code
BREAKDOWNS = [
    ("reset", faults.reset, TransportError, "transport.failed"),
    ("reset in the body", faults.reset_in_the_body, TransportError, "transport.failed"),
    ("hangs up", faults.hang_up, TransportError, "transport.failed"),
    ("hangs up in the body", faults.hang_up_in_the_body, TransportError, "transport.failed"),
    ("another protocol", faults.something_else, TransportError, "transport.failed"),
    ("96 MB, declared", faults.declared_96_mb, UnexpectedResponseError, "response.too_large"),
    ("96 MB, in chunks", faults.endless_chunks, UnexpectedResponseError, "response.too_large"),
    ("gzip bomb", faults.gzip_bomb, UnexpectedResponseError, "response.too_large"),
    ("5 MB error", instead(b"x" * 5_000_000, status="500 No"), UnexpectedResponseError, "response.too_large"),
    ("unknown compression", instead(b"{}", content_encoding="br"), UnexpectedResponseError, "response.encoding"),
    ("broken compression", instead(b"{}", content_encoding="gzip"), UnexpectedResponseError, "response.encoding"),
    ("status 500", with_status("500 Oops"), UnexpectedResponseError, "response.server_error"),
    ("status 503", with_status("503 Later", retry_after="5"), UnexpectedResponseError, "response.server_error"),
    ("status 404", with_status("404 Not Found"), UnexpectedResponseError, "response.unexpected_status"),
    ("status 201", with_status("201 Created"), UnexpectedResponseError, "response.unexpected_status"),
    ("status 204", instead(b"", status="204 Nothing"), UnexpectedResponseError, "response.malformed"),
    ("HTML, status 502", instead(b"<h1>Bad gateway", "text/html", "502 No"), UnexpectedResponseError, "response.server_error"),
    ("HTML, status 404", instead(b"<h1>Nothing", "text/html", "404 No"), UnexpectedResponseError, "response.not_json"),
]  # fmt: skip

# These answers come with status 200. Where keys are expected, the content type is not looked at.
NONSENSE = [
    ("HTML", instead(b"<!doctype html><div id=app>", "text/html; charset=utf-8"), "response.not_json"),
    ("no content type", instead(b"[]", ""), "response.not_json"),
    ("text", instead(b"[]", "text/plain"), "response.not_json"),
    ("empty", instead(b""), "response.malformed"),
    ("array", instead(b"[]"), "response.malformed"),
    ("null", instead(b"null"), "response.malformed"),
    ("text in JSON", instead(b'"{}"'), "response.malformed"),
    ("cut", faults.written(lambda text: text[:-2]), "response.malformed"),
    ("two", faults.written(lambda text: text + text), "response.malformed"),
    ("arrays without end", instead(NESTED), "response.malformed"),
    ("objects without end", instead(DEEP), "response.malformed"),
    ("doubled member", faults.written(lambda text: text[:-1] + "," + text[1:]), "response.malformed"),
    ("NaN", faults.written(lambda text: text[:-1] + ', "x": NaN}'), "response.malformed"),
    ("1e999", faults.written(lambda text: text[:-1] + ', "x": 1e999}'), "response.malformed"),
    ("5,000 digits", faults.written(lambda text: text[:-1] + f', "x": {"9" * 5000}}}'), "response.malformed"),
    ("half a surrogate pair", faults.written(lambda text: text[:-1] + ', "x": "\\ud800"}'), "response.malformed"),
    ("UTF-16", instead('{"a": 1}'.encode("utf-16")), "response.malformed"),
    ("not UTF-8", instead(b'{"a": "\xff"}'), "response.malformed"),
    ("byte order mark", instead(b"\xef\xbb\xbf{}"), "response.malformed"),
]

SLOW = [("silence", faults.silence), ("dripping headers", faults.drip_headers), ("dripping body", faults.drip_body)]


def named(rows):
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


def place(endpoint):
    """The fault's endpoint: a refresh goes to the token endpoint."""
    return "token" if endpoint == "refresh" else endpoint


@pytest.fixture(params=ENDPOINTS)
def endpoint(request):
    return request.param


@pytest.fixture
def ask(colour, endpoint, caplog):
    """What a visit of the endpoint is refused with while it has a fault; without it, the same visit succeeds."""
    caplog.set_level(logging.DEBUG)

    def visit(fault, timeout=5) -> LogtoException:
        with wreck() as provider, visiting(provider, colour) as visitor:
            visitor.sign_in()
            visitor.forget_the_provider(timeout)
            provider.faults[place(endpoint)] = fault
            error = refused(visitor, endpoint, caplog)
            provider.faults.clear()
            if timeout < 5:
                visitor.forget_the_provider()  # patient again
            visitor.visit(endpoint)
            return error

    return visit


@pytest.mark.parametrize(("fault", "kind", "code"), named(BREAKDOWNS))
def test_a_breakdown_is_an_error_of_ours(ask, endpoint, fault, kind, code):
    """Class and code say what broke; afterwards the same operation works."""
    error = ask(fault)
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize(("fault", "code"), named(NONSENSE))
def test_nonsense_with_status_200_is_an_error_of_ours(ask, endpoint, fault, code):
    """Nothing of it is used, and the next visit works."""
    error = ask(fault)
    assert (type(error), error.code) == (UnexpectedResponseError, "jwks.malformed" if endpoint == "jwks" else code)
    assert error.url.endswith(PATHS[place(endpoint)])


@pytest.mark.parametrize("fault", named(SLOW))
def test_slowness_ends_in_time(ask, fault):
    """The time-out is for the whole operation, not for each byte."""
    error = ask(fault, timeout=0.3)
    assert (type(error), error.code) == (TransportError, "transport.timeout")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed_with_a_secret(colour, caplog, status):
    """Code, refresh token, access token and application secret go to the endpoint itself or nowhere."""
    caplog.set_level(logging.DEBUG)
    for endpoint in ("token", "refresh", "user_info"):
        with wreck() as provider, visiting(provider, colour) as visitor:
            visitor.sign_in()
            provider.faults[place(endpoint)] = with_status(f"{status} Moved", location="/elsewhere")
            error = refused(visitor, endpoint, caplog)
            assert (type(error), error.code) == (UnexpectedResponseError, "response.unexpected_status")
            assert not [asked for asked in provider.requests if asked.path == "/elsewhere"]


def test_nobody_listening_is_an_error_of_ours(colour, caplog):
    """A provider that is down is named, with the command that starts one."""
    with wreck() as provider:
        pass
    with visiting(provider, colour) as visitor, pytest.raises(TransportError) as caught:
        visitor.visit("discovery")
    assert caught.value.code == "transport.connection_refused"
    assert "`logto dev`" in caught.value.hint


def test_too_many_requests_says_when_to_come_back(colour, caplog):
    """429 is an error of its own at the token endpoint, with the seconds to wait, and ends no session."""
    with wreck() as provider, visiting(provider, colour) as visitor:
        visitor.sign_in()
        provider.faults["token"] = with_status("429 Slow down", retry_after="17")
        error = refused(visitor, "refresh", caplog)
    assert (error.code, error.status, error.retry_after) == ("token_request.rate_limited", 429, 17.0)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return new_authority(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("case", ["unknown authority", "another host", "expired"])
def test_a_certificate_that_is_not_good_is_refused(authority, colour, case):
    """Whoever cannot prove to be the provider is told nothing at all; the hint names `verify`."""
    name = "elsewhere" if case == "another host" else "localhost"
    verify = None if case == "unknown authority" else authority.trusted()
    certificate = authority.server(name, expired=case == "expired")
    with wreck(certificate) as provider, visiting(provider, colour, verify=verify) as visitor:
        with pytest.raises(TransportError) as caught:
            visitor.visit("discovery")
        assert provider.requests == []
    assert caught.value.code == "transport.tls"
    assert "`verify`" in caught.value.hint


def test_a_private_authority_can_be_trusted(authority, colour):
    """A whole sign-in and a refresh over TLS, with a certificate of one's own."""
    with (
        wreck(authority.server()) as provider,
        visiting(provider, colour, verify=authority.trusted()) as visitor,
    ):
        visitor.sign_in()
        visitor.visit("refresh")
        assert visitor.client.is_authenticated() is True
