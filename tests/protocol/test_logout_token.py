"""Logout tokens: what is read of a request, and what of a token that is good."""

import pytest

from logto.errors import ExpiredTokenError
from logto.protocol.logout_token import EVENT, FRESH, LogoutToken, read_logout_request, verify_logout_token
from tests.rejections.mint import CLIENT_ID, ISSUER, NOW, key, key_set, mint, without_ellipses

FORM = "application/x-www-form-urlencoded"


def claims(**changes):
    """What Logto's logout tokens say, with claims changed; one changed to `...` is left out."""
    good = {
        "iss": ISSUER,
        "aud": CLIENT_ID,
        "sub": "nv8ovftu4w70",
        "sid": "session-1",
        "jti": "jti-1",
        "iat": NOW,
        "exp": NOW + 120,
        "events": {EVENT: {}},
    }
    return without_ellipses({**good, **changes})


def verified(now=float(NOW), demand_type=False, algorithms=("ES384",), signer=None, header=None, **changes):
    """A logout token, minted and verified."""
    token = mint(claims(**changes), signer=signer, header={"typ": "logout+jwt"} if header is None else header)
    return verify_logout_token(
        token,
        key_set(signer or key()),
        issuer=ISSUER,
        client_id=CLIENT_ID,
        now=now,
        clock_tolerance=60.0,
        algorithms=algorithms,
        demand_type=demand_type,
    )


def test_what_a_good_token_says_is_returned():
    """Issuer, user, the provider's session and the token's name come back; its repr shows no `jti`."""
    token = verified()

    assert (token.issuer, token.subject, token.session_id, token.jti) == (ISSUER, "nv8ovftu4w70", "session-1", "jti-1")
    assert "jti-1" not in repr(token)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sid": ...}, ("nv8ovftu4w70", None)),
        ({"sub": ...}, (None, "session-1")),
        ({"sid": None}, ("nv8ovftu4w70", None)),
    ],
    ids=["sub-alone", "sid-alone", "sid-null"],
)
def test_sub_or_sid_is_enough(changes, expected):
    """A token may name the user, or the session, alone (2.4)."""
    token = verified(**changes)

    assert (token.subject, token.session_id) == expected


@pytest.mark.parametrize(
    ("header", "demand_type"),
    [
        ({"typ": "logout+jwt"}, True),
        ({"typ": "LOGOUT+JWT"}, True),
        ({"typ": "application/logout+jwt"}, True),
        ({}, False),
    ],
    ids=["typ", "capitals", "in-full", "missing"],
)
def test_types_that_are_accepted(header, demand_type):
    """The right type in any spelling, and a missing one unless it is asked for."""
    assert verified(header=header, demand_type=demand_type).jti == "jti-1"


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"])
def test_algorithms_that_the_provider_announces(algorithm):
    """A logout token is signed as ID tokens are."""
    assert verified(signer=key(algorithm), algorithms=[algorithm], header={"alg": algorithm}).jti == "jti-1"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": [CLIENT_ID]},
        {"events": {EVENT: {"future": 1}, "https://example.com/other": {}}},
        {"jti": "j" * 255, "sid": "s" * 255},
        {"trace": "unknown claims do not matter"},
        {"iat": NOW - 600},
        {"iat": NOW + 59, "exp": NOW + 179},
        {"iat": NOW - 170, "exp": NOW - 59},
    ],
    ids=[
        "aud-an-array",
        "more-events",
        "longest-names",
        "unknown-claim",
        "ten-minutes-old",
        "clock-ahead",
        "clock-behind",
    ],
)
def test_honest_variety_is_accepted(changes):
    """What the specification allows, and clocks that differ by less than the tolerance, are accepted."""
    assert verified(**changes)


def test_its_name_is_remembered_until_it_is_refused_for_its_age():
    """From then on, and not long before, the token is refused without anybody remembering its `jti`."""
    short, long = verified(), verified(exp=NOW + 10**9)

    assert short.expires_at == NOW + 120 + 60
    assert long.expires_at == NOW + FRESH + 60
    for token, changes in ((short, {}), (long, {"exp": NOW + 10**9})):
        assert verified(now=token.expires_at - 1, **changes)
        with pytest.raises(ExpiredTokenError):
            verified(now=token.expires_at + 1, **changes)


def test_nobody_else_makes_one():
    """A LogoutToken is proof that a token was verified."""
    with pytest.raises(TypeError):
        LogoutToken(ISSUER, "sub", None, "jti", 0.0, proof=object())


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"logout_token=a.b.c", FORM),
        (b"logout_token=a.b.c", "Application/X-WWW-Form-URLencoded ; charset=UTF-8"),
        (b"state=x&logout_token=a%2Eb.c&empty=", FORM),
    ],
    ids=["plain", "charset", "beside-others"],
)
def test_a_form_with_one_logout_token_is_read(body, content_type):
    """The token is taken out of the form, whatever else stands there (2.5)."""
    assert read_logout_request(body, content_type) == "a.b.c"
