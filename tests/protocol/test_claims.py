"""Covers protocol/claims.py; the refusals of ID tokens are in tests/rejections."""

import pytest

from logto.errors import ExpiredTokenError, InvalidTokenError
from logto.protocol.claims import LAST_SECOND, audiences, check_times, is_among, require, shown, time_of

NOW = 1_795_349_724.0


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("plain", "plain"),
        ("two\nlines\x1b[31m\u202e", "two\ufffdlines\ufffd[31m\ufffd"),
        ("x" * 1000, "x" * 200),
        (7, 7),
        (None, None),
        (["a", {"b": 1}, ["c"], "d"], ["a", "d"]),
        (["a"] * 1000, ["a"] * 5),
        ({"a": 1}, "(dict)"),
    ],
)
def test_shown(value, safe):
    """What an error shows of a token is bounded and printable."""
    assert shown(value) == safe


@pytest.mark.parametrize(("claims", "names"), [({"aud": "a"}, ["a"]), ({"aud": ["a", "b"]}, ["a", "b"])])
def test_audiences(claims, names):
    """An audience is one string or several."""
    assert audiences(claims) == names


@pytest.mark.parametrize(
    ("audience", "trusted", "result"),
    [
        (["us"], [], True),
        (["us", "friend"], ["friend"], True),
        (["us", "friend"], [], False),
        (["friend"], ["friend"], False),
        ([], [], False),
    ],
)
def test_is_among(audience, trusted, result):
    """A token is for us if it names us, and nobody whom we do not trust."""
    assert is_among(audience, "us", trusted) is result


def test_require():
    """Every required claim must be there, and the first that is not is named."""
    require({"a": 0, "b": ""}, "a", "b")
    with pytest.raises(InvalidTokenError) as caught:
        require({"a": 1, "b": None}, "a", "b", "c")

    assert (caught.value.code, caught.value.claim) == ("token.claim_missing", "b")


@pytest.mark.parametrize("value", [0, 0.5, NOW, LAST_SECOND, None])
def test_time_of(value):
    """Seconds since 1970, also with fractions, are a time."""
    assert time_of({"exp": value}, "exp") == value


@pytest.mark.parametrize(
    ("now", "code"),
    [(NOW - 61, "token.not_yet_valid"), (NOW - 60, None), (NOW, None), (NOW + 159, None), (NOW + 160, "token.expired")],
)
def test_edges_of_the_tolerance(now, code):
    """A token counts from `iat` less the tolerance until before `exp` and the tolerance."""
    claims = {"iat": NOW, "exp": NOW + 100}
    if code is None:
        check_times(claims, now=now, clock_tolerance=60)
        return
    with pytest.raises(ExpiredTokenError) as caught:
        check_times(claims, now=now, clock_tolerance=60)
    assert caught.value.code == code


def test_an_old_token_is_not_a_wrong_clock():
    """Where the token need not be fresh, an expired one is simply expired."""
    with pytest.raises(ExpiredTokenError) as caught:
        check_times({"iat": NOW - 9000, "exp": NOW - 300}, now=NOW, clock_tolerance=60)

    assert caught.value.hint == "It expired 300 s ago: get a new one."
