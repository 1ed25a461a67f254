"""Covers flows/introspection.py and protocol/introspection.py: opaque tokens, asked about once, remembered for a minute."""

from base64 import b64encode

import pytest

from logto import (
    ClientAuthenticationError,
    ExpiredTokenError,
    Introspection,
    IntrospectionUnavailableError,
    InvalidTokenError,
    LogtoException,
)
from logto.protocol.http import HttpResponse
from tests.flows.dialogue import API, ISSUER
from tests.flows.honest_provider import answer, metadata
from tests.rejections.api import DOWN, INTROSPECTION, access_token, serving
from tests.rejections.mint import NOW, without_ellipses

OPAQUE = "wBPjs3iBuH8FVKh9Qo6AAF8x4OhMZ41BAy5yH-F-lEo"
US = ("api-app", "s3cr3t-of-the-api")


def told(**changes):
    """What Logto says of an opaque access token (LOGTO.md 3.9)."""
    good = {
        "active": True,
        "sub": "nv8ovftu4w70",
        "client_id": "web-app",
        "exp": NOW + 3600,
        "iat": NOW,
        "iss": ISSUER,
        "scope": "openid profile",
        "token_type": "Bearer",
    }
    return without_ellipses({**good, **changes})


@pytest.fixture(params=["blocking", "awaiting"])
def api(request):
    """An API that asks about opaque tokens, in either colour."""
    with serving(request.param, introspection=Introspection(*US, client_ids=("web-app",))) as running:
        running.logto.opaque[OPAQUE] = told()
        yield running


def asked(api):
    """How often the server was asked."""
    return api.logto.count(INTROSPECTION)


def test_an_opaque_token_is_asked_about(api):
    """In our name, as a form, with the token in nothing else; what the server says becomes claims."""
    claims = api.verify(OPAQUE, scopes=["openid"])

    assert (claims.sub, claims.client_id, claims.scopes, claims.aud) == (
        "nv8ovftu4w70",
        "web-app",
        {"openid", "profile"},
        [],
    )
    request = next(request for request in api.logto.requests if request.url == INTROSPECTION)
    assert request.headers["authorization"] == f"Basic {b64encode(':'.join(US).encode()).decode()}"
    assert request.body == f"token={OPAQUE}&token_type_hint=access_token".encode()
    assert OPAQUE in request.confidential


def test_the_answer_is_remembered_for_a_minute(api):
    """Within it nobody is asked; after it a revoked token is refused."""
    api.verify(OPAQUE)
    api.logto.opaque.clear()
    api.clock.now += 59
    assert api.verify(OPAQUE)
    assert asked(api) == 1

    api.clock.now += 1
    assert api.refusal(OPAQUE).code == "token.inactive"
    assert asked(api) == 2


def test_no_answer_outlives_its_token(api):
    """A token that expires within the minute is over when it is over."""
    api.logto.opaque[OPAQUE] = told(exp=NOW + 30)
    api.verify(OPAQUE)
    api.clock.now += 91

    assert type(api.refusal(OPAQUE)) is ExpiredTokenError


def test_a_bad_answer_is_remembered_briefly(api):
    """For ten seconds: a token that is made a moment later is not refused for long."""
    assert api.refusal("x" * 43).code == "token.inactive"
    assert asked(api) == 1
    api.logto.opaque["x" * 43] = told()
    api.clock.now += 10

    assert api.verify("x" * 43)


def test_what_is_asked_is_checked_each_time(api):
    """Scopes are checked for a remembered answer too."""
    assert api.verify(OPAQUE)
    assert api.refusal(OPAQUE, scopes=["read"]).status_code == 403
    assert asked(api) == 1


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        ({"token_type": ...}, "token_type"),
        ({"token_type": None}, "token_type"),
        ({"token_type": "DPoP"}, "token_type"),
        ({"client_id": "another-app"}, "client_id"),
        ({"client_id": ...}, "client_id"),
        ({"client_id": None, "aud": API}, "client_id"),
        ({"client_id": ["web-app"]}, "client_id"),
        ({"client_id": {"web-app": True}}, "client_id"),
        ({"aud": "https://other.example/api"}, "aud"),
        ({"aud": [API, "https://other.example/api"]}, "aud"),
        ({"aud": 7}, "aud"),
        ({"iss": "https://other.example/oidc"}, "iss"),
        ({"sub": ...}, "sub"),
        ({"sub": ""}, "sub"),
        ({"exp": ...}, "exp"),
        ({"exp": "later"}, "exp"),
        ({"iat": ...}, "iat"),
        ({"scope": ["read"]}, "scope"),
    ],
    ids=str,
)
def test_an_active_token_that_is_not_for_us(api, changes, claim):
    """Refresh tokens, which are active too, tokens of other applications, audiences and issuers are refused."""
    api.logto.opaque[OPAQUE] = told(**changes)

    error = api.refusal(OPAQUE)

    assert (type(error), error.claim, error.status_code) == (InvalidTokenError, claim, 401)
    assert asked(api) == 1


@pytest.mark.parametrize("active", [False, None, "true", 1, ...], ids=repr)
def test_only_true_is_active(api, active):
    """Whatever else the server says of a token, it is not good."""
    api.logto.opaque[OPAQUE] = told(active=active)

    assert api.refusal(OPAQUE).code == "token.inactive"


@pytest.mark.parametrize(
    "changes", [{"aud": API, "client_id": "another-app"}, {"iss": ...}, {"token_type": "bearer"}], ids=str
)
def test_honest_variety(api, changes):
    """A token for our audience counts whoever got it; an issuer that is not repeated is the one that was asked."""
    api.logto.opaque[OPAQUE] = told(**changes)

    assert api.verify(OPAQUE).iss == ISSUER


def test_by_default_only_the_asking_application_s_tokens_count():
    """Opaque tokens name no audience: those of other applications are not meant for this API."""
    with serving("blocking", introspection=Introspection(*US)) as api:
        api.logto.opaque = {"a" * 43: told(client_id=US[0]), "b" * 43: told()}

        assert api.verify("a" * 43)
        assert api.refusal("b" * 43).claim == "client_id"


@pytest.mark.parametrize(
    ("fault", "retry_after"),
    [
        (lambda _: DOWN, 5.0),
        (lambda _: HttpResponse(503, {"retry-after": "9"}), 9.0),
        (lambda _: HttpResponse(429, {"retry-after": "17"}), 17.0),
        (lambda _: HttpResponse(500, {"content-type": "text/html"}, b"<html>"), 5.0),
        (lambda _: HttpResponse(200, {"content-type": "text/html"}, b"<html>"), 5.0),
        (lambda _: HttpResponse(302, {"location": "https://evil.example"}), 5.0),
        (lambda _: HttpResponse(200, {"content-type": "application/json"}, b"[]"), 5.0),
        (lambda _: answer({"error": "invalid_request"}, 400), 5.0),
    ],
)
def test_a_server_that_cannot_be_asked(api, fault, retry_after):
    """The token is neither good nor bad: it is another error, nothing is remembered, and nothing shown."""
    api.logto.faults[INTROSPECTION] = fault

    error = api.refusal(OPAQUE)

    assert (type(error), error.code) == (IntrospectionUnavailableError, "introspection.unavailable")
    assert error.retry_after == retry_after
    assert OPAQUE not in f"{error}{error!r}{vars(error)}"
    assert US[1] not in f"{error}{error!r}{vars(error)}"
    api.logto.faults.clear()
    assert api.verify(OPAQUE)


def test_discovery_that_cannot_be_had(api):
    """Without knowing where to ask, nobody can be asked."""
    api.logto.faults[f"{ISSUER}/.well-known/openid-configuration"] = lambda _: DOWN

    assert type(api.refusal(OPAQUE)) is IntrospectionUnavailableError


def test_a_wrong_secret_is_our_own_fault(api):
    """The server does not know who asks: that is no refusal of the token, and no outage."""
    api.logto.faults[INTROSPECTION] = lambda _: answer({"error": "invalid_client"}, 401)

    assert type(api.refusal(OPAQUE)) is ClientAuthenticationError


def test_a_token_of_another_kind(api):
    """What the server will not introspect is no opaque access token (LOGTO.md 3.9)."""
    api.logto.faults[INTROSPECTION] = lambda _: answer({"error": "unsupported_token_type"}, 400)

    assert api.refusal(OPAQUE).code == "token.inactive"


@pytest.mark.parametrize(
    "token", ["", "x y", "x\n", "x\x00", "\u2603", "x" * 5000, "a&token=b", "a%26", '"', "\ud800"], ids=repr
)
def test_what_is_no_token_is_asked_about_by_nobody(api, token):
    """It is refused here."""
    assert api.refusal(token).code == "token.malformed"
    assert asked(api) == 0


def test_a_jwt_is_never_introspected(api):
    """It is verified here, also where it is forged."""
    assert api.verify(access_token())
    assert api.refusal(access_token().replace(".", "x.", 1)).code == "token.malformed"
    assert asked(api) == 0


def test_a_provider_that_introspects_nothing(api):
    """That is an error of the configuration."""
    api.logto.faults[f"{ISSUER}/.well-known/openid-configuration"] = lambda _: answer(
        metadata(introspection_endpoint=...)
    )

    assert api.refusal(OPAQUE).code == "configuration.no_introspection"


def test_many_bad_tokens_drive_no_good_one_out(api):
    """Bad answers are bounded, and take no room from good ones."""
    api.verify(OPAQUE)
    for number in range(1500):
        with pytest.raises(LogtoException):
            api.verify(f"bad-{number}")
    before = asked(api)

    assert api.verify(OPAQUE)
    assert asked(api) == before == 1501
    with pytest.raises(InvalidTokenError):
        api.verify("bad-0")  # forgotten: there was no room
    assert asked(api) == before + 1
