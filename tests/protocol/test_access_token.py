"""Covers protocol/access_token.py."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.errors import ConfigurationError, InvalidTokenError, LogtoException
from logto.models.claims import AccessTokenClaims
from logto.protocol.access_token import VerifiedAccessToken, read_access_token, verify_access_token
from tests.protocol.test_strict_json import VALUES
from tests.rejections.mint import base64url, key, key_set, mint

# As Logto issues it (LOGTO.md, 3.3).
LOGTO = {
    "jti": "TD1PbyfC512kgTEQxVQd-KAkYSaVfAWxxFQV-RUUm28",
    "sub": "nv8ovftu4w70",
    "iat": 1795349724,
    "exp": 1795353324,
    "scope": "read write shopping:read shopping:write",
    "client_id": "l6ls2tgc0q6d6iqsv1rk9",
    "iss": "http://localhost:3001/oidc",
    "aud": "https://shopping.your-app.com/api",
}


def test_claims_of_a_resource_token():
    """Every claim of a resource token is read, customized ones too."""
    read = read_access_token(
        mint({**LOGTO, "organization_id": "acme", "plan": {"name": "gold"}}, header={"typ": "at+jwt"})
    )

    assert read.model_dump(exclude_unset=True) == {**LOGTO, "organization_id": "acme", "plan": {"name": "gold"}}
    assert read.plan == {"name": "gold"}


@pytest.mark.parametrize("scope", ["", None, ...])
def test_no_scope(scope):
    """Where the server granted no scope at all, whichever way it says so, the scope is empty text."""
    told = {name: value for name, value in {**LOGTO, "scope": scope}.items() if value is not ...}

    assert read_access_token(mint(told)).scope == ""


@pytest.mark.parametrize("token", ["wBPjs3iBuH8FVKh9Qo6AAF8x4OhMZ41BAy5yH-F-lEo", "", "v2.local", "a.b.c.d.e"])
def test_opaque_token(token):
    """Asking an opaque token for claims is answered with what to do instead."""
    with pytest.raises(ConfigurationError) as caught:
        read_access_token(token)

    assert caught.value.code == "access_token.opaque"
    assert "`resource`" in caught.value.hint
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize(
    ("token", "code", "claim"),
    [
        ("a.b.c", "token.malformed", None),
        (mint(b"[]"), "token.malformed", None),
        (mint(b'{"iss": "a", "iss": "b"}'), "token.malformed", None),
        (mint({**LOGTO, "exp": "soon"}), "token.claim_invalid", "exp"),
        (mint({**LOGTO, "aud": 7}), "token.claim_invalid", "aud"),
        (mint({}), "token.claim_invalid", "iss"),
    ],
    ids=range(6),
)
def test_unusable_token(token, code, claim):
    """A token that only looks like a JWT, or lacks what each has, is refused."""
    with pytest.raises(InvalidTokenError) as caught:
        read_access_token(token)

    assert (caught.value.code, caught.value.claim) == (code, claim)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.text(max_size=60)
    | VALUES.map(lambda value: f"x.{base64url(json.dumps(value).encode())}.x")
    | st.dictionaries(st.sampled_from([*LOGTO, "act"]), VALUES).map(lambda changes: mint({**LOGTO, **changes}))
)
def test_anything(token):
    """Whatever stands in an access token's place ends with claims or an exception of ours."""
    try:
        read = read_access_token(token)
    except LogtoException:
        return
    assert isinstance(read, AccessTokenClaims)


def verify(token, **changes):
    """What an API makes of a token, with the settings of every test but for the changes."""
    given = {
        "issuer": LOGTO["iss"],
        "audiences": [LOGTO["aud"]],
        "now": 1795349724.0,
        "clock_tolerance": 60.0,
        "algorithms": ["ES384"],
    }
    return verify_access_token(token, key_set(key()), **{**given, **changes})


def test_a_verified_token_is_proof():
    """Only the verification makes one, and it holds the claims as they were signed."""
    token = mint({**LOGTO, "plan": "gold"}, header={"typ": "at+jwt"})

    verified = verify(token)

    assert verified.claims.model_dump(exclude_unset=True) == {**LOGTO, "plan": "gold"}
    assert token.split(".")[2] not in repr(verified)
    with pytest.raises(TypeError):
        VerifiedAccessToken(verified.claims, object())


@pytest.mark.parametrize(
    ("token", "changes", "code"),
    [
        (mint(LOGTO), {}, "token.type_invalid"),
        (mint(LOGTO, header={"typ": "at+jwt"}), {"issuer": "https://other.example"}, "token.claim_invalid"),
        (mint(LOGTO, header={"typ": "at+jwt"}), {"audiences": []}, "token.claim_invalid"),
        (mint(LOGTO, header={"typ": "at+jwt"}), {"algorithms": ["RS256"]}, "token.algorithm_not_allowed"),
        (mint(LOGTO, header={"typ": "at+jwt"}, signer=key("ES384", "x")), {}, "token.key_not_found"),
        (mint(LOGTO, header={"typ": "at+jwt"}, sign=key("ES384", "x").sign), {}, "token.signature_invalid"),
    ],
    ids=range(6),
)
def test_a_token_that_is_not_for_us(token, changes, code):
    """Another kind, issuer, audience, algorithm, key or signature is refused; tests/rejections has the vectors."""
    with pytest.raises(InvalidTokenError) as caught:
        verify(token, **changes)

    assert caught.value.code == code
