"""The provider's metadata: whose it must be, and which endpoints may be used."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.errors import LogtoException, UnexpectedResponseError
from logto.protocol.discovery import discovery_request, read_discovery
from logto.protocol.http import HttpResponse
from tests.flows.dialogue import DISCOVERY, ISSUER
from tests.flows.honest_provider import METADATA, answer, metadata

REQUEST = discovery_request(ISSUER)


def refused(response, issuer=ISSUER):
    """The error that an answer gets."""
    with pytest.raises(UnexpectedResponseError) as caught:
        read_discovery(REQUEST, response, issuer=issuer)
    assert caught.value.url == DISCOVERY
    assert caught.value.hint
    return caught.value


def test_the_address_is_the_issuer_s_with_the_well_known_path():
    """A slash at the issuer's end is taken off for the address only (Discovery 4.1)."""
    assert REQUEST.url == discovery_request(f"{ISSUER}/").url == DISCOVERY


def test_honest_metadata_is_read():
    """Endpoints on another host than the issuer's are fine: Logto's follow the Host header."""
    found = read_discovery(REQUEST, answer(metadata(token_endpoint="https://other.example/token")), issuer=ISSUER)

    assert found.token_endpoint == "https://other.example/token"


def test_null_members_count_as_absent():
    """A null endpoint is one that is not offered."""
    found = read_discovery(REQUEST, answer(metadata(revocation_endpoint=None, scopes_supported=None)), issuer=ISSUER)

    assert found.revocation_endpoint is None


@pytest.mark.parametrize(
    "issuer", [f"{ISSUER}/", ISSUER.upper(), "https://other.example/oidc", ISSUER[:-1], f" {ISSUER}", "x" * 5000]
)
def test_discovery_issuer_mismatch(issuer):
    """The issuer is compared byte for byte (4.3); the hint says which setting to change, the text stays bounded."""
    error = refused(answer(metadata(issuer=issuer)))

    assert error.code == "discovery.issuer_mismatch"
    assert "`issuer`" in error.hint
    assert len(str(error)) < 700


@pytest.mark.parametrize("issuer", [..., None, 7, [ISSUER], {}])
def test_an_issuer_that_is_missing_or_no_text_is_refused(issuer):
    """Without an issuer it is no metadata."""
    assert refused(answer(metadata(issuer=issuer))).code == "discovery.issuer_missing"


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "/oidc/token",
        "tenant.example/token",
        "//tenant.example/token",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:,x",
        "ftp://tenant.example/token",
        "http://tenant.example/token",
        "https://user:secret@tenant.example/token",
        "https://tenant.example/token\r\nx: y",
        "https://tenant.example/a b",
        "https://tenant.example/#x",
        "https://tenant.example:0/",
        "https://tenant.example:99999/",
        "https://[",
        "https://",
        "https://tenant.example/" + "x" * 3000,
        "https://é.example/",
    ],
)
@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"])
def test_an_endpoint_that_must_not_be_used_is_refused(name, endpoint):
    """Relative, executable, local, downgraded to http, with credentials, controls or without end: by its name."""
    error = refused(answer(metadata(**{name: endpoint})))

    assert error.code == "discovery.endpoint_unusable"
    assert name in error.message
    assert "secret" not in str(error)


def test_http_endpoints_are_for_http_issuers():
    """On a developer's machine, where the issuer itself is http, they are accepted."""
    issuer = "http://localhost:3001/oidc"
    local = {name: value.replace("https://tenant.example", "http://localhost:3001") for name, value in texts()}

    assert read_discovery(discovery_request(issuer), answer({**metadata(), **local}), issuer=issuer).issuer == issuer


def texts():
    """The metadata's members that are text."""
    return [(name, value) for name, value in metadata().items() if isinstance(value, str)]


@pytest.mark.parametrize(
    "changes",
    [
        {"token_endpoint": ...},
        {"authorization_endpoint": ...},
        {"jwks_uri": 7},
        {"token_endpoint_auth_methods_supported": "client_secret_basic"},
        {"id_token_signing_alg_values_supported": [7]},
        {"authorization_response_iss_parameter_supported": "yes"},
    ],
)
def test_a_member_that_is_missing_or_of_another_type_is_named(changes):
    """What the protocol needs must be there, and of its type."""
    error = refused(answer(metadata(**changes)))

    assert error.code == "discovery.malformed"
    assert next(iter(changes)) in error.message


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (HttpResponse(200, {"content-type": "text/html"}, b"<html>"), "response.not_json"),
        (HttpResponse(200, {}, METADATA.body), "response.not_json"),
        (HttpResponse(200, METADATA.headers, b""), "response.malformed"),
        (HttpResponse(200, METADATA.headers, METADATA.body[:-9]), "response.malformed"),
        (HttpResponse(200, METADATA.headers, b"[]"), "response.malformed"),
        (HttpResponse(200, METADATA.headers, b"null"), "response.malformed"),
        (HttpResponse(200, METADATA.headers, b'{"a":' * 5000 + b"1" + b"}" * 5000), "response.malformed"),
        (HttpResponse(200, METADATA.headers, b"\xff\xfe"), "response.malformed"),
        (HttpResponse(404, METADATA.headers, METADATA.body), None),
        (HttpResponse(500, METADATA.headers, METADATA.body), "response.server_error"),
        (answer({"error": "invalid_request"}, 404), "response.unexpected_status"),
        (answer({}, 429), "response.unexpected_status"),
    ],
)
def test_a_wreck_is_refused(response, code):
    """HTML with status 200, JSON that is none, and good bodies with bad statuses."""
    assert code in (None, refused(response).code)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("https://x.example/"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@settings(derandomize=True, max_examples=120, deadline=None, database=None)
@given(st.dictionaries(st.sampled_from(sorted(metadata())), JSON, max_size=4), st.booleans())
def test_any_document_is_metadata_or_refused(changes, good):
    """Whatever members a document has: metadata of this issuer with usable endpoints, or a LogtoException."""
    document = {**(metadata() if good else {}), **changes}
    response = HttpResponse(200, {"content-type": "application/json"}, json.dumps(document).encode())

    try:
        found = read_discovery(REQUEST, response, issuer=ISSUER)
    except LogtoException:
        return

    assert found.issuer == ISSUER
    assert found.token_endpoint.startswith("https://")
