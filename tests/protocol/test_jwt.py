"""Covers protocol/jwt.py; the refusals, one by one, are in tests/rejections."""

import copy
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from logto.errors import InvalidTokenError, LogtoException
from logto.protocol import jwt
from logto.protocol.jwt import VerifiedJwt, parse_jwt, verify_jwt
from tests.rejections.mint import ALGORITHMS, claims, key, key_set, mint, verify

KEYS = key_set(*(key(algorithm, algorithm) for algorithm in ALGORITHMS))
GOOD = mint(signer=key("ES256", "ES256"))
GOOD_ONES = {name: mint(signer=key(name, name), header={"alg": name}) for name in ALGORITHMS}
ANYTHING = {"algorithms": ALGORITHMS, "types": (None, "jwt", "at+jwt")}


def test_parts_of_a_token():
    """A token that was taken apart has its header, its claims, and the bytes that were signed."""
    signed = parse_jwt(GOOD)

    assert (signed.header.algorithm, signed.header.kid, signed.header.type) == ("ES256", "ES256", None)
    assert signed.claims == claims() == json.loads(signed.payload)
    assert signed.message.decode() == GOOD.rpartition(".")[0]


@pytest.mark.parametrize(("typ", "kind"), [("at+jwt", "at+jwt"), ("application/AT+jwt", "at+jwt"), ("JWT", "jwt")])
def test_type(typ, kind):
    """The media type is compared without case and without its usual prefix."""
    assert parse_jwt(mint(header={"typ": typ})).header.type == kind


def test_proof_cannot_be_made():
    """A verified token comes from verifying one, and from nothing else."""
    with pytest.raises(TypeError):
        VerifiedJwt(parse_jwt(GOOD), object())


def test_reprs_hold_no_token():
    """The reprs of a token in all its stages repeat no claim and no part of it."""
    signed, verified = parse_jwt(GOOD), verify_jwt(GOOD, KEYS, **ANYTHING)

    for text in (repr(signed), repr(verified)):
        assert not any(part in text for part in (*GOOD.split("."), claims()["sub"], claims()["nonce"]))


def test_a_remembered_header_is_checked_for_each_use():
    """A header that was seen before is still refused where its algorithm or type is not wanted."""
    for _ in range(2):
        assert verify_jwt(GOOD, KEYS, **ANYTHING).claims == claims()
        with pytest.raises(InvalidTokenError, match="signed in a way"):
            verify_jwt(GOOD, KEYS, algorithms=["RS256"], types=[None])
        with pytest.raises(InvalidTokenError, match="another kind"):
            verify_jwt(GOOD, KEYS, algorithms=["ES256"], types=["at+jwt"])


def test_a_refused_header_is_not_remembered():
    """A header that was refused once is refused again."""
    hostile = mint(header={"alg": "none"}, sign=lambda _: b"")

    for _ in range(2):
        with pytest.raises(InvalidTokenError, match="not accepted"):
            parse_jwt(hostile)


def test_memory_of_headers_is_bounded():
    """Made-up headers do not fill the memory, neither by number nor by size."""
    for number in range(300):
        parse_jwt(mint(header={"kid": f"made up {number}"}))
    parse_jwt(mint(header={"kid": "x" * 5000}))

    assert len(jwt._headers) <= 64  # noqa: SLF001 - how much is remembered shows nowhere else
    assert max(map(len, jwt._headers)) <= 1024  # noqa: SLF001 - as above


def test_a_header_cannot_be_changed():
    """What is remembered of a header cannot be changed by who has received it."""
    members = parse_jwt(GOOD).header.members

    with pytest.raises(TypeError):
        members["alg"] = "none"
    assert copy.copy(dict(members)) == {"alg": "ES256", "kid": "ES256"}


@settings(derandomize=True, max_examples=500, deadline=None)
@given(
    st.text(max_size=100) | st.lists(st.text(alphabet="AQgwz0_-e", max_size=12), min_size=3, max_size=3).map(".".join)
)
@example("eyJhbGciOiJub25lIn0.e30.")
def test_any_text(text):
    """Any text is refused with an exception of ours."""
    with pytest.raises(LogtoException):
        verify_jwt(text, KEYS, **ANYTHING)


def mutate(token: str, position: int, replacement: str, length: int) -> str:
    """The token with some characters replaced."""
    start = position % len(token)
    return token[:start] + replacement + token[start + length :]


@settings(derandomize=True, max_examples=600, deadline=None)
@given(
    st.sampled_from(ALGORITHMS),
    st.integers(0, 2000),
    st.text(alphabet="AQgwz0_-e=.+ \n\u00e9", max_size=4) | st.text(max_size=3),
    st.integers(0, 6),
)
def test_any_mutation(algorithm, position, replacement, length):
    """A good token with any characters replaced is refused with an exception of ours, and never verifies."""
    good = GOOD_ONES[algorithm]
    mutant = mutate(good, position, replacement, length)
    if mutant == good:
        return
    with pytest.raises(LogtoException):
        verify_jwt(mutant, KEYS, **ANYTHING)
    with pytest.raises(LogtoException):
        verify(mutant, KEYS, algorithms=ALGORITHMS)
