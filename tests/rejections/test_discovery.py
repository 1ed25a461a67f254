"""The provider's metadata: what is believed of it, and what is not."""

import pytest

from logto import UnexpectedResponseError
from tests.rejections.faults import headers, instead, members, with_status, without, written
from tests.rejections.visitor import REDIRECT_URI, refused, visiting

ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
    "revocation_endpoint",
)

# The conformance suite's name where it has one, then the fault and the code.
ISSUERS = [
    ("discovery-issuer-mismatch", members(issuer="https://evil.example.com/oidc"), "discovery.issuer_mismatch"),
    ("trailing slash", members(issuer="{issuer}/"), "discovery.issuer_mismatch"),
    ("without its path", members(issuer="http://127.0.0.1"), "discovery.issuer_mismatch"),
    ("as a prefix", members(issuer="{issuer}.evil.example.com"), "discovery.issuer_mismatch"),
    ("upper case", written(lambda text: text.replace("http://127", "HTTP://127", 1)), "discovery.issuer_mismatch"),
    ("empty", members(issuer=""), "discovery.issuer_mismatch"),
    ("missing", without("issuer"), "discovery.issuer_missing"),
    ("null", members(issuer=None), "discovery.issuer_missing"),
    ("a list", members(issuer=["{issuer}"]), "discovery.issuer_missing"),
    ("a number", members(issuer=1), "discovery.issuer_missing"),
    ("twice", written(lambda text: text[:-1] + ', "issuer": "x"}'), "response.malformed"),
]

ADDRESSES = {
    "empty": "",
    "relative": "/oidc/token",
    "without a scheme": "//127.0.0.1/oidc/token",
    "javascript": "javascript:alert(1)",
    "file": "file:///etc/passwd",
    "data": "data:text/html,hello",
    "ftp": "ftp://127.0.0.1/",
    "CR LF": "{issuer}/token\r\nx-injected: yes",
    "tab": "{issuer}/to\tken",
    "blank": "{issuer}/to ken",
    "control character": "{issuer}/to\x00ken",
    "credentials": "http://user:pass@127.0.0.1/token",
    "empty credentials": "http://@127.0.0.1/token",
    "no host": "http:///token",
    "fragment": "{issuer}/token#x",
    "backslash": "http:\\\\127.0.0.1\\token",
    "port out of range": "http://127.0.0.1:99999/token",
    "port zero": "http://127.0.0.1:0/token",
    "broken IPv6": "http://[::1/token",
    "not ASCII": "http://exämple.test/token",
    "too long": "{issuer}/" + "x" * 3000,
}

SHAPES = [
    *((f"{name} missing", without(name)) for name in ENDPOINTS[:3]),
    *((f"{name} null", members(**{name: None})) for name in ENDPOINTS[:3]),
    *((f"{name} a list", members(**{name: ["{issuer}/x"]})) for name in ENDPOINTS),
    ("algorithms a text", members(id_token_signing_alg_values_supported="ES384")),
    ("algorithms of numbers", members(id_token_signing_alg_values_supported=[1])),
    ("iss promised by a text", members(authorization_response_iss_parameter_supported="true")),
]


def named(rows):
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


@pytest.mark.parametrize(("fault", "code"), named(ISSUERS))
def test_the_issuer_is_ours_byte_for_byte(provider, visitor, caplog, fault, code):
    """A document that names another issuer, or none, is not used (OpenID Connect Discovery 4.3)."""
    visitor.sign_in()
    visitor.forget_the_provider()
    provider.faults["discovery"] = fault
    error = refused(visitor, "discovery", caplog)
    assert (type(error), error.code) == (UnexpectedResponseError, code)


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_an_endpoint_is_an_address_that_may_be_asked(provider, visitor, caplog, address):
    """Anything but an http(s) URL without credentials is refused, whichever endpoint it stands for."""
    visitor.sign_in()
    visitor.forget_the_provider()
    for name in ENDPOINTS:
        provider.faults["discovery"] = members(**{name: address})
        error = refused(visitor, "discovery", caplog)
        assert (type(error), error.code) == (UnexpectedResponseError, "discovery.endpoint_unusable")
        assert name in error.message


@pytest.mark.parametrize("fault", named(SHAPES))
def test_a_document_of_another_shape_is_refused(provider, visitor, caplog, fault):
    """What must be there is there, and of the right type."""
    visitor.sign_in()
    visitor.forget_the_provider()
    provider.faults["discovery"] = fault
    error = refused(visitor, "discovery", caplog)
    assert (type(error), error.code) == (UnexpectedResponseError, "discovery.malformed")


LOCATIONS = ["https://evil.example.com/", "//evil.example.com/", "http://localhost:1/", "https://127.0.0.1/", "http://[",
             "javascript:alert(1)", "file:///etc/passwd", "http://127.0.0.1:99999/", "http://user@127.0.0.1/"]  # fmt: skip


@pytest.mark.parametrize("endpoint", ["discovery", "jwks"])
@pytest.mark.parametrize("location", LOCATIONS)
def test_a_redirect_to_another_origin_is_refused(provider, visitor, caplog, endpoint, location):
    """Metadata and keys come from the origin that was asked, or not at all."""
    visitor.sign_in()
    visitor.forget_the_provider()
    provider.faults[endpoint] = with_status("302 Found", location=location)
    error = refused(visitor, endpoint, caplog)
    assert (type(error), error.code) == (UnexpectedResponseError, "response.redirected")


@pytest.mark.parametrize("endpoint", ["discovery", "jwks"])
@pytest.mark.parametrize("location", ["/oidc/.well-known/openid-configuration", "", "?", "/oidc/jwks", "/\xe9", "/a b"])
def test_redirects_come_to_an_end(provider, visitor, caplog, endpoint, location):
    """A redirect to itself, in a circle, or to no address, is followed a few times at most."""
    visitor.sign_in()
    visitor.forget_the_provider()
    before = len(provider.requests)
    provider.faults["discovery"] = provider.faults["jwks"] = with_status("302 Found", location=location)
    error = refused(visitor, "discovery", caplog)
    assert isinstance(error, UnexpectedResponseError)
    assert len(provider.requests) - before <= 5


def test_https_is_not_given_up(provider, colour):
    """An https issuer may not name an http endpoint, to which secrets would travel in the clear."""
    from logto.errors import LogtoException
    from logto.protocol.discovery import discovery_request, read_discovery
    from logto.protocol.http import HttpResponse

    issuer = "https://auth.example.com/oidc"
    document = '{"issuer": "%s", "authorization_endpoint": "%s/auth", "token_endpoint": "%s", "jwks_uri": "%s/jwks"}'
    request = discovery_request(issuer)
    for token_endpoint in ("http://auth.example.com/oidc/token", "http://localhost/oidc/token"):
        body = (document % (issuer, issuer, token_endpoint, issuer)).encode()
        with pytest.raises(LogtoException) as caught:
            read_discovery(request, HttpResponse(200, {"content-type": "application/json"}, body), issuer=issuer)
        assert caught.value.code == "discovery.endpoint_unusable"


HONEST = [
    ("members that nobody knows", members(x_new={"deep": [1, 2]}, scopes_supported=["openid", "x"])),
    ("no optional endpoint", without("userinfo_endpoint", "end_session_endpoint", "revocation_endpoint")),
    ("optional members null", members(userinfo_endpoint=None, revocation_endpoint=None, claims_supported=None)),
    ("no lists at all", without("response_types_supported", "subject_types_supported", "code_challenge_methods_supported")),
    ("an algorithm that nobody knows", members(id_token_signing_alg_values_supported=["XY999", "none", "HS256", "ES384"])),
    ("no charset", headers(content_type="application/json")),
    ("upper-case content type", headers(content_type="Application/JSON; Charset=UTF-8")),
    ("a +json content type", headers(content_type="application/ld+json")),
    ("white space", written(lambda text: f"\r\n\t {text} \n")),
    ("other characters written as escapes", written(lambda text: text.replace("/", "\\/"))),
    ("another host for the endpoints", written(lambda text: text.replace("127.0.0.1", "localhost").replace("localhost", "127.0.0.1", 1))),
    ("a query in an endpoint", members(authorization_endpoint="{issuer}/auth?tenant=1")),
]  # fmt: skip


@pytest.mark.parametrize("fault", named(HONEST))
def test_honest_variety_is_understood(provider, visitor, fault):
    """A document that differs from Logto's in ways that the specification allows serves a whole sign-in."""
    provider.faults["discovery"] = fault
    visitor.sign_in()
    assert visitor.client.is_authenticated() is True


def test_a_redirect_within_the_origin_is_followed(provider, visitor):
    """Metadata and keys may have moved on the same server."""

    def moved_once(wire, good):
        provider.faults.clear()
        with_status("301 Moved", location="openid-configuration?again")(wire, good)

    provider.faults["discovery"] = moved_once
    visitor.sign_in()
    assert visitor.client.is_authenticated() is True
    assert len(provider.asked("discovery")) == 2


def test_a_query_in_the_authorization_endpoint_is_kept(provider, visitor):
    """Ours is added to it (RFC 6749, 3.1)."""
    provider.faults["discovery"] = members(authorization_endpoint="{issuer}/auth?tenant=1")
    url = visitor.do("sign_in", REDIRECT_URI)
    assert url.startswith(f"{provider.endpoint}/oidc/auth?tenant=1&")


def test_the_metadata_are_asked_for_once(provider, visitor):
    """What one operation has found out serves the next."""
    for _ in range(5):
        visitor.do("sign_in", REDIRECT_URI)
    assert len(provider.asked("discovery")) == 1


def test_an_endpoint_without_logto_is_told_from_logto(provider, colour):
    """Logto serves its web page with status 200 at every unknown path: the hint says what is wrong with `endpoint`."""
    elsewhere = f"{provider.endpoint}/nope"
    with visiting(provider, colour, endpoint=elsewhere) as visitor, pytest.raises(UnexpectedResponseError) as caught:
        visitor.visit("discovery")
    assert caught.value.code == "response.not_json"
    assert "`endpoint`" in caught.value.hint


def test_a_slash_at_the_end_of_the_endpoint_is_fine(provider, colour):
    """As the guide says."""
    with visiting(provider, colour, endpoint=f"{provider.endpoint}/") as visitor:
        visitor.sign_in()
        assert visitor.client.is_authenticated() is True


def test_a_broken_document_later_ends_nothing(provider, visitor, caplog):
    """What was once known stays in use while the provider is a wreck."""
    visitor.sign_in()
    provider.faults["discovery"] = instead(b"<html>", "text/html")
    visitor.sign_in()
    assert visitor.client.is_authenticated() is True
