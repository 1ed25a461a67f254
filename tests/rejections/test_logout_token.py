"""Logout tokens that must be refused (OpenID Connect Back-Channel Logout 1.0, 2.4 to 2.6)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.errors import ExpiredTokenError, InvalidTokenError, LogtoException
from logto.protocol.logout_token import EVENT, MAX_BODY, read_logout_request, verify_logout_token
from tests.protocol.test_logout_token import FORM, claims, verified
from tests.rejections.mint import CLIENT_ID, ISSUER, NOW, ec_key, key, key_set, mint
from tests.rejections.mint import claims as id_token_claims


def refusal(**arguments):
    """The error that a token ends with."""
    with pytest.raises(LogtoException) as caught:
        verified(**arguments)
    return caught.value


@pytest.mark.parametrize("claim", ["iss", "aud", "iat", "exp", "jti"])
@pytest.mark.parametrize("value", [..., None], ids=["absent", "null"])
def test_required_claim_missing(claim, value):
    """A token without one of the required claims is refused, and the claim named."""
    error = refusal(**{claim: value})

    assert (error.code, error.claim) == ("token.claim_missing", claim)


@pytest.mark.parametrize("value", [..., None], ids=["absent", "null"])
def test_neither_sub_nor_sid(value):
    """A token that says nobody's session is over ends nobody's."""
    error = refusal(sub=value, sid=value)

    assert (error.code, error.claim) == ("token.claim_missing", "sub")


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        pytest.param({"iss": "https://other.example/oidc"}, "iss", id="wrong-iss"),
        pytest.param({"iss": f"{ISSUER}/"}, "iss", id="iss-off-by-a-slash"),
        pytest.param({"iss": [ISSUER]}, "iss", id="iss-an-array"),
        pytest.param({"aud": "another"}, "aud", id="wrong-aud"),
        pytest.param({"aud": []}, "aud", id="aud-empty"),
        pytest.param({"aud": [CLIENT_ID, "another"]}, "aud", id="aud-with-another"),
        pytest.param({"aud": {CLIENT_ID: 1}}, "aud", id="aud-an-object"),
        pytest.param({"sub": ""}, "sub", id="sub-empty"),
        pytest.param({"sub": 7}, "sub", id="sub-a-number"),
        pytest.param({"sub": ["nv8ovftu4w70"]}, "sub", id="sub-an-array"),
        pytest.param({"sub": "s" * 256}, "sub", id="sub-too-long"),
        pytest.param({"sid": ""}, "sid", id="sid-empty"),
        pytest.param({"sid": 7}, "sid", id="sid-a-number"),
        pytest.param({"sid": {}}, "sid", id="sid-an-object"),
        pytest.param({"sid": "s" * 256}, "sid", id="sid-too-long"),
        pytest.param({"jti": ""}, "jti", id="jti-empty"),
        pytest.param({"jti": 7}, "jti", id="jti-a-number"),
        pytest.param({"jti": "j" * 256}, "jti", id="jti-too-long"),
        pytest.param({"events": ...}, "events", id="events-missing"),
        pytest.param({"events": None}, "events", id="events-null"),
        pytest.param({"events": {}}, "events", id="events-empty"),
        pytest.param({"events": [EVENT]}, "events", id="events-an-array"),
        pytest.param({"events": EVENT}, "events", id="events-text"),
        pytest.param({"events": {EVENT: True}}, "events", id="event-no-object"),
        pytest.param({"events": {EVENT: None}}, "events", id="event-null"),
        pytest.param({"events": {EVENT.upper(): {}}}, "events", id="event-in-capitals"),
        pytest.param({"events": {"https://example.com/other": {}}}, "events", id="another-event"),
        pytest.param({"nonce": "n"}, "nonce", id="nonce"),
        pytest.param({"nonce": None}, "nonce", id="nonce-null"),
        pytest.param({"nonce": ""}, "nonce", id="nonce-empty"),
        pytest.param({"iat": "now"}, "iat", id="iat-text"),
        pytest.param({"exp": NOW * 1000}, "exp", id="exp-in-milliseconds"),
        pytest.param({"exp": True}, "exp", id="exp-a-truth"),
    ],
)
def test_claim_invalid(changes, claim):
    """A claim that is not what the specification says is refused, and named."""
    error = refusal(**changes)

    assert (type(error), error.code, error.claim) == (InvalidTokenError, "token.claim_invalid", claim)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"iat": NOW - 200, "exp": NOW - 61}, "token.expired", id="expired"),
        pytest.param({"iat": NOW + 61, "exp": NOW + 180}, "token.not_yet_valid", id="iat-in-the-future"),
        pytest.param({"nbf": NOW + 61}, "token.not_yet_valid", id="nbf-in-the-future"),
        pytest.param({"iat": NOW - 661, "exp": NOW + 10**6}, "token.too_old", id="issued-long-ago-for-long"),
    ],
)
def test_times(changes, code):
    """A token whose time is over, or has not come, is refused beyond the tolerance."""
    error = refusal(**changes)

    assert (type(error), error.code) == (ExpiredTokenError, code)


@pytest.mark.parametrize("kind", ["at+jwt", "JWT", "id+jwt", "", "logout", "logout+jwt "], ids=repr)
def test_a_wrong_typ_is_refused(kind):
    """A token of another kind, or of one that says nothing, is no logout token."""
    assert refusal(header={"typ": kind}).code == "token.type_invalid"


def test_a_missing_typ_is_refused_where_it_is_demanded():
    """An application may ask for explicit types."""
    assert refusal(header={}, demand_type=True).code == "token.type_invalid"


def test_an_id_token_is_no_logout_token():
    """The user's own ID token, in any header, does not end a session: it has no event, and a nonce."""
    for header in ({}, {"typ": "logout+jwt"}):
        token = mint(id_token_claims(jti="j", sid="s"), header=header)
        with pytest.raises(InvalidTokenError) as caught:
            verify(token)
        assert caught.value.claim == "events"
    token = mint(id_token_claims(jti="j", sid="s", events={EVENT: {}}))
    with pytest.raises(InvalidTokenError) as caught:
        verify(token)
    assert caught.value.claim == "nonce"


def verify(token, **changes):
    """A token as it is, verified."""
    given = {
        "issuer": ISSUER,
        "client_id": CLIENT_ID,
        "now": float(NOW),
        "clock_tolerance": 60.0,
        "algorithms": ["ES384"],
    }
    return verify_logout_token(token, key_set(key()), **{**given, **changes})


def test_a_wrong_signature():
    """Signed by another key under the provider's key's name, or altered afterwards."""
    forged = mint(claims(), header={"typ": "logout+jwt"}, sign=ec_key("ES384", "key-1").sign)
    head, _, signature = mint(claims(), header={"typ": "logout+jwt"}).split(".")
    altered = f"{head}.{mint(claims(sub='bob')).split('.')[1]}.{signature}"

    for token in (forged, altered, f"{head}..{signature}", mint(claims(), sign=lambda _: b"")):
        with pytest.raises(InvalidTokenError):
            verify(token)


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS256", None, ["ES384"]], ids=repr)
def test_an_algorithm_that_is_not_announced(algorithm):
    """No token is believed that is not signed as the provider announces."""
    token = mint(claims(), header={"alg": algorithm, "typ": "logout+jwt"})

    with pytest.raises(InvalidTokenError) as caught:
        verify(token)

    assert caught.value.code == "token.algorithm_not_allowed"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b"logout_token=a.b.c", None, id="no-content-type"),
        pytest.param(b"logout_token=a.b.c", "", id="empty-content-type"),
        pytest.param(b'{"logout_token":"a.b.c"}', "application/json", id="json"),
        pytest.param(b"logout_token=a.b.c", "text/plain", id="text"),
        pytest.param(b"logout_token=a.b.c", "multipart/form-data; boundary=b", id="multipart"),
        pytest.param(b"", FORM, id="empty"),
        pytest.param(b"logout_token=", FORM, id="empty-token"),
        pytest.param(b"logout_token", FORM, id="no-value"),
        pytest.param(b"Logout_Token=a.b.c", FORM, id="another-name"),
        pytest.param(b"id_token=a.b.c", FORM, id="id-token"),
        pytest.param(b"logout_token=a.b.c&logout_token=a.b.c", FORM, id="twice"),
        pytest.param(b"logout_token=a.b.c&logout%5Ftoken=d", FORM, id="twice-in-disguise"),
        pytest.param(b"logout_token=a.b.c;logout_token=d", "text/html", id="another-separator"),
        pytest.param("logout_token=é".encode(), FORM, id="not-ascii"),
        pytest.param(b"\xff\xfe", FORM, id="no-text"),
        pytest.param(b"a=b&" * 30 + b"logout_token=a.b.c", FORM, id="thirty-fields"),
        pytest.param(b"logout_token=" + b"a" * MAX_BODY, FORM, id="too-large"),
        pytest.param(b"a" * 10_000_000, FORM, id="10-MB"),
    ],
)
def test_requests_that_are_no_form_with_one_token(body, content_type):
    """Anything but a small form with exactly one `logout_token` is refused with a code, and nothing of it shown."""
    with pytest.raises(InvalidTokenError) as caught:
        read_logout_request(body, content_type)

    assert caught.value.code == "logout_request.malformed"
    assert len(str(caught.value)) < 300


@given(st.binary(max_size=200), st.text(max_size=60) | st.just(FORM))
@settings(derandomize=True, database=None, max_examples=200)
def test_whatever_request_comes_nothing_else_is_raised(body, content_type):
    """Any body and content type is a token or a refusal; any such token is refused."""
    for content in (body, b"logout_token=" + body):
        try:
            token = read_logout_request(content, content_type)
        except InvalidTokenError:
            continue
        with pytest.raises(LogtoException):
            verify(token)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(["iss", "aud", "sub", "sid", "jti", "iat", "exp", "events"]), JSON)
@settings(derandomize=True, database=None, max_examples=150)
def test_whatever_a_claim_says_nothing_else_is_raised(claim, value):
    """Any JSON in any claim, rightly signed, is accepted or refused; what is accepted has names of a bounded length."""
    try:
        token = verified(**{claim: value})
    except LogtoException:
        return
    assert 0 < len(token.jti) <= 255
    assert token.subject or token.session_id
