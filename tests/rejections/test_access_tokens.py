"""Access tokens that an API must refuse, and those that it must not (RFC 9068, 4; RFC 8725; SECURITY.md)."""

import pytest

from logto import ExpiredTokenError, InsufficientScopeError, InvalidTokenError
from tests.flows.dialogue import API, ISSUER
from tests.rejections.api import access_token, claims, serving
from tests.rejections.mint import CLIENT_ID, NOW, mint

ORGANIZATION = "urn:logto:organization:monlp73z44p8"
EVENTS = {"http://schemas.openid.net/event/backchannel-logout": {}}


@pytest.fixture
def api(colour):
    """An API in either colour."""
    with serving(colour) as running:
        yield running


@pytest.mark.parametrize("kind", ["at+jwt", "application/at+jwt", "AT+JWT", "Application/At+Jwt"])
def test_the_type_of_an_access_token(api, kind):
    """`at+jwt` is one media type in every spelling (RFC 9068, 2.1 and 4; RFC 7515, 4.1.9)."""
    assert api.verify(access_token(header={"typ": kind})).sub == "nv8ovftu4w70"


@pytest.mark.parametrize(
    "kind", [..., "JWT", "jwt", "logout+jwt", "secevent+jwt", "at+jwt ", "application/application/at+jwt", "at", ""]
)
def test_another_type_is_no_access_token(api, kind):
    """A token of another kind, or of none, is refused whatever it says."""
    error = api.refusal(access_token(header={"typ": kind}))

    assert (type(error), error.code, error.status_code) == (InvalidTokenError, "token.type_invalid", 401)


@pytest.mark.parametrize("kind", [None, 7, ["at+jwt"], {"at+jwt": 1}], ids=repr)
def test_a_type_that_is_no_text(api, kind):
    """A `typ` that is no string is malformed."""
    assert api.refusal(access_token(header={"typ": kind})).code == "token.malformed"


@pytest.mark.parametrize("header", [{}, {"typ": "JWT"}, {"typ": "logout+jwt"}])
@pytest.mark.parametrize("audience", [CLIENT_ID, API])
def test_an_id_token_or_a_logout_token_in_its_place(api, header, audience):
    """Signed by the right key, for whomever, they open nothing."""
    id_token = {"sub": "nv8ovftu4w70", "aud": audience, "exp": NOW + 3600, "iat": NOW, "iss": ISSUER, "nonce": "n"}
    logout_token = {**id_token, "events": EVENTS, "jti": "j", "sid": "s"}

    for payload in (id_token, logout_token):
        assert api.refusal(mint(payload, header=header)).code == "token.type_invalid"


@pytest.mark.parametrize("name", ["iss", "aud", "exp", "iat", "sub", "client_id"])
@pytest.mark.parametrize("value", [..., None], ids=["absent", "null"])
def test_a_claim_that_must_be_there(api, name, value):
    """A token without one of the required claims is refused, and the claim named."""
    error = api.refusal(access_token(**{name: value}))

    assert (type(error), error.code, error.claim) == (InvalidTokenError, "token.claim_missing", name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", f"{ISSUER}/"),
        ("iss", ISSUER.upper()),
        ("iss", ISSUER[:-1]),
        ("iss", f"{ISSUER}.evil.example"),
        ("iss", "https://tenant.ex\u0430mple/oidc"),
        ("iss", [ISSUER]),
        ("aud", "https://other.example/api"),
        ("aud", f"{API}/"),
        ("aud", API[:-1]),
        ("aud", API.upper()),
        ("aud", f"{API} https://other.example"),
        ("aud", CLIENT_ID),
        ("aud", ORGANIZATION),
        ("aud", "urn:logto:organization:"),
        ("aud", []),
        ("aud", ["https://other.example/api"]),
        ("aud", [API, "https://other.example/api"]),
        ("aud", [API, ORGANIZATION]),
        ("aud", [API, 7]),
        ("aud", [[API]]),
        ("aud", {API: True}),
        ("aud", 7),
        ("sub", ""),
        ("sub", "x" * 256),
        ("sub", 7),
        ("client_id", ""),
        ("client_id", ["app"]),
        ("client_id", "x" * 256),
        ("organization_id", ""),
        ("organization_id", 7),
        ("organization_id", ["acme"]),
        ("scope", ["read"]),
        ("scope", 7),
        ("scope", {"read": True}),
        ("exp", str(NOW + 60)),
        ("exp", True),
        ("exp", (NOW + 3600) * 1000),
        ("exp", -1),
        ("iat", [NOW]),
        ("nbf", "now"),
        ("nbf", 10**99),
    ],
    ids=repr,
)
def test_a_claim_of_somebody_else_or_of_another_form(api, name, value):
    """Issuer and audience are exact, and every claim has the type that its specification says."""
    error = api.refusal(access_token(**{name: value}))

    assert (type(error), error.code, error.claim) == (InvalidTokenError, "token.claim_invalid", name)


@pytest.mark.parametrize(
    ("changes", "claim", "code"),
    [
        ({"iat": NOW - 7200, "exp": NOW - 3600}, "exp", "token.expired"),
        ({"iat": NOW - 7200, "exp": NOW - 60}, "exp", "token.expired"),
        ({"iat": NOW + 61}, "iat", "token.not_yet_valid"),
        ({"nbf": NOW + 61}, "nbf", "token.not_yet_valid"),
    ],
)
def test_a_token_out_of_its_time(api, changes, claim, code):
    """Beyond the tolerance, a token that is over or to come is refused."""
    error = api.refusal(access_token(**changes))

    assert (type(error), error.code, error.claim, error.status_code) == (ExpiredTokenError, code, claim, 401)


@pytest.mark.parametrize(
    "changes",
    [
        {"iat": NOW - 7200, "exp": NOW - 59},
        {"iat": NOW + 59},
        {"nbf": NOW + 60, "iat": NOW - 86_400 * 30, "exp": NOW + 86_400 * 365},
        {"exp": NOW + 0.5, "iat": NOW - 0.5},
        {"aud": [API]},
        {"aud": [API, API]},
        {"scope": ...},
        {"scope": None},
        {"scope": ""},
        {"jti": ...},
        {"organization_id": None},
        {"organization_id": "acme", "act": {"sub": "other"}, "plan": {"name": "gold"}, "email": None},
        {"sub": CLIENT_ID},
        {"sub": "\u00fc\u540d\U0001f600", "name": "\u0416"},
        {"padding": "x" * 16_000},
    ],
    ids=lambda changes: str(changes)[:60],
)
def test_honest_variety_is_accepted(api, changes):
    """Clocks a minute apart, an array of one audience, no scope, machines, every Unicode name, and 16 kB of claims."""
    found = api.verify(access_token(**changes))

    assert found.sub == claims(**changes)["sub"]
    assert api.verify(access_token(**changes)) == found


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"scopes": ["shopping"]}, "token.insufficient_scope"),
        ({"scopes": ["read", "admin"]}, "token.insufficient_scope"),
        ({"scopes": ["rea"]}, "token.insufficient_scope"),
        ({"any_scope": ["read:all", "Read"]}, "token.insufficient_scope"),
        ({"organization_id": "acme"}, "token.organization_mismatch"),
        ({"client_ids": ["another"]}, "token.client_not_allowed"),
        ({"roles": ["admin"]}, "token.insufficient_role"),
    ],
    ids=str,
)
def test_a_good_token_that_does_not_allow_it(api, asked, code):
    """It is a 403, the first time and from memory."""
    error = api.refusal(access_token(), **asked)

    assert (type(error), error.code, error.status_code) == (InsufficientScopeError, code, 403)


def test_an_application_of_the_tenant_that_is_not_ours(colour):
    """With `client_ids`, tokens of other applications are refused, on each request."""
    with serving(colour, client_ids=["ours"]) as api:
        assert api.refusal(access_token()).code == "token.client_not_allowed"
        assert api.verify(access_token(client_id="ours")).client_id == "ours"


@pytest.mark.parametrize("settings", [{"audience": ORGANIZATION}, {"audience": (), "organizations": True}], ids=repr)
def test_organization_tokens(colour, settings):
    """They are for an API that says so: one organization's, or any's; which one stands in the claims."""
    with serving(colour, **settings) as api:
        assert api.verify(access_token(aud=ORGANIZATION)).organization_id == "monlp73z44p8"
        assert api.verify(access_token(aud=[ORGANIZATION])).organization_id == "monlp73z44p8"
        assert api.refusal(access_token(aud=ORGANIZATION), organization_id="other").status_code == 403
        assert api.refusal(access_token()).claim == "aud"
        for contradiction in (
            {"aud": ORGANIZATION, "organization_id": "other"},
            {"aud": [ORGANIZATION, "urn:logto:organization:other"]},
            {"aud": "urn:logto:organization:"},
            {"aud": "urn:logto:organization"},
        ):
            assert api.refusal(access_token(**contradiction)).status_code == 401
