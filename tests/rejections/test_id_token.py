"""ID tokens whose claims must be refused, and those that must not (OpenID Connect Core 3.1.3.7 and 12.2).

Cases that the OpenID conformance suite has carry its name for them.
"""

import hashlib
from typing import Any

import pytest

from logto.errors import ExpiredTokenError, InvalidTokenError, LogtoException
from logto.models.claims import IdTokenClaims
from logto.protocol.id_token import VerifiedIdToken, read_id_token, verify_refreshed_id_token
from tests.rejections.mint import CLIENT_ID, ISSUER, NONCE, NOW, base64url, claims, key, key_set, mint, refusal, verify

MISSING = "token.claim_missing"
INVALID = "token.claim_invalid"
WEEK = 7 * 24 * 3600


@pytest.mark.parametrize(
    "claim", [pytest.param(name, id=f"missing-{name}") for name in ("iss", "aud", "sub", "iat", "exp")]
)
@pytest.mark.parametrize("value", [pytest.param(..., id="absent"), pytest.param(None, id="null")])
def test_required_claim_missing(claim, value):
    """A token without one of the required claims, or with null in its place, is refused and the claim named."""
    error = refusal(mint(claims(**{claim: value})))

    assert (type(error), error.code, error.claim) == (InvalidTokenError, MISSING, claim)


@pytest.mark.parametrize(
    "issuer",
    [
        pytest.param("https://other.example/oidc", id="invalid-iss"),
        pytest.param("https://TENANT.example/oidc", id="case"),
        pytest.param(f"{ISSUER}/", id="trailing-slash"),
        pytest.param("https://tenant.example/oid", id="prefix"),
        pytest.param(f"{ISSUER}.evil.example", id="continued"),
        pytest.param("https://tenant.ex\u0430mple/oidc", id="look-alike"),
        pytest.param([ISSUER], id="array"),
        pytest.param(7, id="number"),
        pytest.param("", id="empty"),
    ],
)
def test_issuer(issuer):
    """A token of any issuer but exactly ours is refused, with both names as evidence."""
    error = refusal(mint(claims(iss=issuer)))

    assert (error.code, error.claim, error.expected, error.actual) == (INVALID, "iss", ISSUER, issuer)


def test_issuer_off_by_a_slash_is_explained():
    """The hint says that the two issuers differ by a slash only."""
    assert "slash" in refusal(mint(claims(iss=f"{ISSUER}/"))).hint


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        pytest.param({"aud": "another"}, "aud", id="invalid-aud"),
        pytest.param({"aud": []}, "aud", id="empty-array"),
        pytest.param({"aud": ["another"]}, "aud", id="array-of-another"),
        pytest.param({"aud": CLIENT_ID[:-1]}, "aud", id="prefix"),
        pytest.param({"aud": f"{CLIENT_ID} another"}, "aud", id="two-in-one-string"),
        pytest.param({"aud": CLIENT_ID.upper()}, "aud", id="case"),
        pytest.param({"aud": {CLIENT_ID: True}}, "aud", id="object"),
        pytest.param({"aud": [CLIENT_ID, 7]}, "aud", id="array-with-a-number"),
        pytest.param({"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}, "aud", id="with-another-not-trusted"),
        pytest.param({"azp": "another"}, "azp", id="azp-of-another"),
        pytest.param({"azp": [CLIENT_ID]}, "azp", id="azp-an-array"),
    ],
)
def test_audience(changes, claim):
    """A token that is not for this application, or also for somebody we do not trust, is refused."""
    error = refusal(mint(claims(**changes)))

    assert (error.code, error.claim) == (INVALID, claim)
    assert CLIENT_ID in (error.expected or CLIENT_ID)


def test_audience_is_explained():
    """The hint tells a token for somebody else from one for somebody else as well."""
    other, both = (refusal(mint(claims(aud=audience))) for audience in ("other", [CLIENT_ID, "other"]))

    assert (other.expected, other.actual) == (CLIENT_ID, "other")
    assert "`app_id`" in other.hint
    assert both.actual == [CLIENT_ID, "other"]
    assert "alone" in both.hint


@pytest.mark.parametrize(("azp", "code"), [(..., MISSING), ("friend", INVALID)])
def test_several_audiences_need_azp(azp, code):
    """A token for us and for an audience that we trust still must have been asked for by us."""
    error = refusal(mint(claims(aud=[CLIENT_ID, "friend"], azp=azp)), trusted_audiences=["friend"])

    assert (error.code, error.claim) == (code, "azp")


@pytest.mark.parametrize(
    "subject", ["", pytest.param("x" * 256, id="256-characters"), 12, ["nv8ovftu4w70"], True, {"sub": "nv8ovftu4w70"}]
)
def test_subject(subject):
    """A `sub` that is not a string of 1 to 255 characters is refused."""
    error = refusal(mint(claims(sub=subject)))

    assert (error.code, error.claim) == (INVALID, "sub")


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf", "auth_time"])
@pytest.mark.parametrize(
    "value", [str(NOW), True, [NOW], {"at": NOW}, -1, 10**15, 10**99, 1e300], ids=lambda value: str(value)[:12]
)
def test_times_are_seconds(claim, value):
    """A time that is not a number of seconds since 1970 is refused."""
    error = refusal(mint(claims(**{claim: value})))

    assert (type(error), error.code, error.claim) == (InvalidTokenError, INVALID, claim)


def test_milliseconds_are_recognized():
    """An expiry in milliseconds, which would never come, is refused and recognized."""
    assert "milliseconds" in refusal(mint(claims(exp=(NOW + 3600) * 1000))).hint


@pytest.mark.parametrize(
    ("changes", "code", "claim", "seconds"),
    [
        pytest.param({"exp": NOW - 3600, "iat": NOW - 7200}, "token.expired", "exp", 7200, id="invalid-expired-exp"),
        pytest.param({"exp": NOW - 60, "iat": NOW - 90}, "token.expired", "exp", 90, id="expired-at-the-tolerance"),
        pytest.param({"iat": NOW - WEEK}, "token.too_old", "iat", WEEK, id="iat-is-week-in-past"),
        pytest.param({"iat": NOW - 661}, "token.too_old", "iat", 661, id="iat-just-too-old"),
        pytest.param({"iat": NOW + 61}, "token.not_yet_valid", "iat", 61, id="iat-in-the-future"),
        pytest.param({"nbf": NOW + 3600}, "token.not_yet_valid", "nbf", 3600, id="nbf-in-the-future"),
    ],
)
def test_times(changes, code, claim, seconds):
    """A token out of its time is refused, and the hint says by how much the clocks seem to differ."""
    error = refusal(mint(claims(**changes)))

    assert (type(error), error.code, error.claim) == (ExpiredTokenError, code, claim)
    assert (error.expected, error.actual) == (NOW, changes[claim])
    assert f"about {seconds} s" in error.hint
    assert ("clock_tolerance" in error.hint) is (seconds <= 3600)


@pytest.mark.parametrize(
    ("nonce", "code"),
    [
        pytest.param(..., MISSING, id="invalid-missing-nonce"),
        pytest.param(None, MISSING, id="null"),
        pytest.param("n-of-another-sign-in", INVALID, id="nonce-invalid"),
        pytest.param("", INVALID, id="empty"),
        pytest.param([NONCE], INVALID, id="array"),
        pytest.param("n-\u00e9", INVALID, id="not-ascii"),
    ],
)
def test_nonce(nonce, code):
    """A token of another sign-in is refused, and neither nonce is told."""
    error = refusal(mint(claims(nonce=nonce)))

    assert (error.code, error.claim, error.expected, error.actual) == (code, "nonce", None, None)
    assert NONCE not in f"{error}{error!r}{error.__dict__}"


def test_nonce_that_was_not_sent():
    """Where the sign-in sent no nonce, a token that has one belongs to another sign-in."""
    error = refusal(mint(), nonce=None)

    assert (error.code, error.claim) == (INVALID, "nonce")


@pytest.mark.parametrize(
    ("auth_time", "code"),
    [
        (..., MISSING),
        (NOW - 361, "token.authentication_too_old"),
        (NOW + 61, "token.authentication_too_old"),
    ],
)
def test_authentication_time(auth_time, code):
    """Where `max_age` was asked for, the token must say that the user signed in within it."""
    error = refusal(mint(claims(auth_time=auth_time)), max_age=300)

    assert (error.code, error.claim) == (code, "auth_time")


@pytest.mark.parametrize("claim", ["at_hash", "c_hash"])
@pytest.mark.parametrize("value", ["3Q7GmL9AXjNyd2kUHm0XmA", "", 7, ["x"], "\u00e9"])
def test_hashes(claim, value):
    """A token that was not made together with the access token or code beside it is refused."""
    error = refusal(mint(claims(**{claim: value})), access_token="the access token", code="the code")

    assert (error.code, error.claim, error.actual) == (INVALID, claim, None)


@pytest.mark.parametrize(
    ("changes", "claim"),
    [({"acr": 5}, None), ({"azp": 7}, "azp"), ({"at_hash": 7}, "at_hash"), ({"c_hash": []}, "c_hash")],
)
def test_types_of_protocol_claims(changes, claim):
    """A protocol claim of a wrong type is refused even where nothing needs it; any other is left as it is."""
    token = mint(claims(**changes))

    if claim is None:
        assert verify(token).claims.acr == 5
    else:
        assert refusal(token).claim == claim


# --- a refresh (12.2)

FORMER = IdTokenClaims.model_validate(claims(name="Alice"))


def refreshed(former: IdTokenClaims = FORMER, **changes: Any) -> VerifiedIdToken:
    """What a refresh makes of a token with these claims."""
    return verify_refreshed_id_token(
        mint(claims(**changes)),
        key_set(key()),
        issuer=ISSUER,
        client_id=CLIENT_ID,
        now=float(NOW),
        clock_tolerance=60.0,
        algorithms=["ES384"],
        former=former,
        access_token="the access token",
        trusted_audiences=["friend"],
    )


@pytest.mark.parametrize(
    ("former", "changes", "claim"),
    [
        ({}, {"sub": "another-user"}, "sub"),
        ({"iss": "https://before.example/oidc"}, {}, "iss"),
        ({"aud": [CLIENT_ID, "friend"]}, {}, "aud"),
        ({"aud": "before"}, {}, "aud"),
        ({"azp": "before"}, {"azp": CLIENT_ID}, "azp"),
        ({}, {"nonce": "another"}, "nonce"),
        ({"nonce": None}, {}, "nonce"),
        ({}, {"at_hash": "3Q7GmL9AXjNyd2kUHm0XmA"}, "at_hash"),
    ],
)
def test_refresh_must_continue_the_session(former, changes, claim):
    """A refreshed token about another user, issuer, audience or sign-in than the former one is refused."""
    with pytest.raises(InvalidTokenError) as caught:
        refreshed(FORMER.model_copy(update=former), **changes)

    assert (caught.value.code, caught.value.claim) == (INVALID, claim)
    assert "another-user" not in str(caught.value.__dict__)


@pytest.mark.parametrize(
    "changes", [{"iat": NOW - WEEK}, {"exp": NOW - 3600}, {"iss": "x"}, {"aud": "x"}, {"sub": ...}]
)
def test_refresh_checks_everything_else_too(changes):
    """A refreshed token passes the same checks as the first."""
    with pytest.raises(LogtoException):
        refreshed(**changes)


@pytest.mark.parametrize("nonce", [NONCE, ..., None])
def test_refresh_may_leave_the_nonce_out(nonce):
    """A refreshed token with the former nonce, or with none, is accepted and brings its own claims."""
    assert refreshed(nonce=nonce, name="Alice Liddell").claims.name == "Alice Liddell"


# --- what must work


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="plain"),
        pytest.param({"aud": [CLIENT_ID]}, id="valid-aud-as-array"),
        pytest.param({"aud": [CLIENT_ID, CLIENT_ID]}, id="aud-twice"),
        pytest.param({"aud": [CLIENT_ID, "friend"], "azp": CLIENT_ID}, id="aud-with-one-we-trust"),
        pytest.param({"azp": CLIENT_ID}, id="azp-ours"),
        pytest.param({"iat": NOW + 10, "nbf": NOW + 10}, id="clock-10-s-ahead"),
        pytest.param({"iat": NOW - 20, "exp": NOW - 10}, id="clock-10-s-behind"),
        pytest.param({"iat": NOW - 0.25, "exp": NOW + 3600.5}, id="fractions-of-a-second"),
        pytest.param({"nbf": None, "auth_time": None, "at_hash": None, "azp": None, "name": None}, id="nulls"),
        pytest.param({"sub": "\u7528\u6237-\U0001f600"}, id="unicode-sub"),
        pytest.param({"sub": "x" * 255}, id="longest-sub"),
        pytest.param({"name": "\u202eZo\u00eb \U0001f469\u200d\U0001f680 \u0627\u0644\u0639"}, id="unicode-name"),
        pytest.param({"custom_data": {"text": "x" * 12_000}}, id="16-kB"),
        pytest.param({"address": "a street", "organizations": None, "roles": "admin"}, id="surprising-profile"),
    ],
)
def test_must_work(changes):
    """Honest variety signs in, and what the token says arrives as it was said."""
    said = claims(**changes)

    verified = verify(mint(said), trusted_audiences=["friend"])

    assert verified.claims.model_dump(exclude_unset=True) == said
    assert read_id_token(verified.raw) == verified.claims


def test_key_rotation():
    """The tokens from before and after a rotation verify with the set that holds both keys."""
    keys = key_set(key(kid="new"), key(kid="old"))

    assert all(verify(mint(signer=key(kid=kid)), keys).claims.sub for kid in ("old", "new"))


def test_hashes_of_the_specification():
    """The access token and the code of OpenID Connect Core's own examples (A.3, A.4) fit the hashes given there."""
    token = mint(claims(at_hash="77QmUPtjPfzWtF2AnpK9RQ", c_hash="LDktKdoQak3Pk0cnXxCltA"), signer=key("RS256"))

    verified = verify(
        token,
        key_set(key("RS256")),
        algorithms=["RS256"],
        access_token="jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
        code="Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk",
    )

    assert verified.claims.c_hash == "LDktKdoQak3Pk0cnXxCltA"


@pytest.mark.parametrize(
    ("algorithm", "hash_name"),
    [("PS256", "sha256"), ("ES256", "sha256"), ("ES384", "sha384"), ("ES512", "sha512"), ("EdDSA", "sha512")],
)
def test_hash_of_each_algorithm(algorithm, hash_name):
    """`at_hash` is the left half of the hash that the signature's algorithm uses."""
    digest = hashlib.new(hash_name, b"the access token").digest()
    half = base64url(digest[: len(digest) // 2])
    token = mint(claims(at_hash=half), signer=key(algorithm), header={"alg": algorithm})

    verified = verify(token, key_set(key(algorithm)), algorithms=[algorithm], access_token="the access token")

    assert verified.claims.at_hash == half
