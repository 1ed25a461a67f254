"""The device grant: what is asked, and which answers are fit for a terminal."""

import pytest

from logto.errors import (
    AuthorizationDeniedError,
    ConfigurationError,
    SignInError,
    TokenRequestError,
    UnexpectedResponseError,
)
from logto.models.device import DeviceCode
from logto.models.metadata import OidcProviderMetadata
from logto.protocol.device import device_request, poll_refusal, poll_request, read_device_response
from logto.protocol.http import HttpResponse
from tests.flows.dialogue import API, ISSUER, config, fields
from tests.flows.honest_provider import answer, metadata, refusal

NOW = 1_000_000.0
ENDPOINT = f"{ISSUER}/device/auth"
FOUND = OidcProviderMetadata(**metadata(device_authorization_endpoint=ENDPOINT))
GOOD = {
    "device_code": "d3v1ce-s3cr3t",
    "user_code": "XLTQ-QNZH",
    "verification_uri": "https://tenant.example/device",
    "verification_uri_complete": "https://tenant.example/device?user_code=XLTQ-QNZH",
    "expires_in": 600,
}


def read(body, issuer=ISSUER):
    """The code that an answer brings."""
    request = device_request(config=config(app_secret=None), metadata=FOUND)
    return read_device_response(
        request, body if isinstance(body, HttpResponse) else answer(body), issuer=issuer, now=NOW
    )


def test_all_scopes_and_resources_are_asked_for():
    """As at a sign-in, but without a prompt; each resource is a field of its own (RFC 8707)."""
    request = device_request(
        config=config(app_secret=None, resources=[API, "https://b.example"], scopes=["read"]), metadata=FOUND
    )
    body = request.body.decode()

    assert request.url == ENDPOINT
    assert fields(request)["scope"] == "openid profile offline_access read"
    assert fields(request)["client_id"] == config().app_id
    assert body.count("resource=") == 2
    assert "prompt" not in body


def test_a_server_without_a_device_flow_is_told():
    """Before a request leaves."""
    with pytest.raises(ConfigurationError) as caught:
        device_request(config=config(), metadata=OidcProviderMetadata(**metadata()))
    assert caught.value.code == "configuration.no_device_flow"


def test_the_codes_are_read():
    """Without an interval it is five seconds, as Logto leaves it out."""
    code = read(GOOD)

    assert (code.user_code, code.verification_uri) == ("XLTQ-QNZH", "https://tenant.example/device")
    assert (code.expires_at, code.interval, code.ask_at) == (NOW + 600, 5, NOW + 5)
    assert "d3v1ce" not in repr(code)


@pytest.mark.parametrize(("given", "interval"), [(8, 8), (0, 1), (0.5, 1), (None, 5), (100_000, 3600)])
def test_the_interval_is_the_servers_within_reason(given, interval):
    """Never less than a second, never more than an hour."""
    assert read(GOOD | {"interval": given}).interval == interval


def test_a_complete_uri_is_optional():
    """RFC 8628, 3.2."""
    assert read({name: GOOD[name] for name in GOOD if name != "verification_uri_complete"}) is not None


BAD_TEXTS = ["", None, 1, True, ["x"], {"x": 1}, "a b", "a\x1b[31m", "a\nb", "ünï", "x" * 5000]
BAD_PAGES = [
    *BAD_TEXTS,
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "//evil.example/device",
    "/device",
    "http://tenant.example/device",
    "https://u:p@tenant.example/device",
    "https://tenant.example:0/",
    "https://[tenant/",
    "https://tenant.example/\x1b]8;;x",
    'https://tenant.example/"onmouseover=',
]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("device_code", value) for value in BAD_TEXTS),
        *(("user_code", value) for value in BAD_TEXTS),
        *(("verification_uri", value) for value in BAD_PAGES),
        *(("verification_uri_complete", value) for value in BAD_PAGES if value is not None),
        *(("expires_in", value) for value in (None, "600", -1, True, [600], float("inf"))),
        *(("interval", value) for value in ("5", -1, True, [5], float("nan"))),
    ],
)
def test_what_no_terminal_should_show_is_refused(name, value):
    """Escape sequences, foreign schemes, nonsense: nothing of the answer is used."""
    with pytest.raises(UnexpectedResponseError) as caught:
        read(GOOD | {name: value})
    assert caught.value.code in ("device.malformed", "response.malformed")
    assert "\x1b" not in str(caught.value)


def test_pages_of_a_plain_issuer_may_be_plain():
    """Local Logto speaks http."""
    code = read(GOOD | {"verification_uri": "http://localhost:3001/device"}, issuer="http://localhost:3001/oidc")

    assert code.verification_uri == "http://localhost:3001/device"


def test_an_application_of_another_kind_is_explained():
    """Logto answers `invalid_request`; the hint says what to create."""
    given = refusal("invalid_request", description="urn:… is not allowed for this client")
    with pytest.raises(TokenRequestError) as caught:
        read(given)
    assert caught.value.code == "token_request.grant_not_allowed"
    assert "device flow" in caught.value.hint


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (refusal("invalid_client", 401), TokenRequestError),
        (HttpResponse(200, {"content-type": "text/html"}, b"<html>"), UnexpectedResponseError),
        (HttpResponse(503), UnexpectedResponseError),
        (HttpResponse(302, {"location": "https://evil.example"}), UnexpectedResponseError),
    ],
)
def test_refusals_and_nonsense_are_typed(given, kind):
    """As at every endpoint."""
    with pytest.raises(kind):
        read(given)


def asked(error, description="no"):
    """What a poll's refusal means, a second after the codes were given."""
    told = TokenRequestError("refused", error=error, error_description=description, status=400)
    return poll_refusal(told, read(GOOD), NOW + 5)


def test_a_pending_sign_in_is_asked_about_again():
    """After the interval, or after a longer one from now on."""
    pending, slower = asked("authorization_pending"), asked("slow_down")

    assert (pending.interval, pending.ask_at) == (5, NOW + 10)
    assert (slower.interval, slower.ask_at) == (10, NOW + 15)
    assert slower.later(NOW + 15).interval == 10


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        ("access_denied", AuthorizationDeniedError, "authorization.denied"),
        ("expired_token", SignInError, "device.expired"),
        ("invalid_grant", SignInError, "device.refused"),
        ("invalid_request", TokenRequestError, "token_request.refused"),
    ],
)
def test_an_end_is_an_error_of_its_kind(error, kind, code):
    """It is over: the code is not asked about again."""
    meaning = asked(error)

    assert not isinstance(meaning, DeviceCode)
    assert (type(meaning), meaning.code) == (kind, code)


def test_the_device_code_is_confidential():
    """No message may repeat it."""
    request = poll_request(read(GOOD), config=config(app_secret=None), metadata=FOUND)

    assert fields(request)["device_code"] == "d3v1ce-s3cr3t"
    assert "d3v1ce-s3cr3t" in request.confidential
