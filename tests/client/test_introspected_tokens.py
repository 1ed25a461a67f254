"""Covers client/introspected_tokens.py."""

import pytest

from logto import AccessTokenClaims, InvalidTokenError
from logto.client.introspected_tokens import MOST_BAD, MOST_GOOD, IntrospectedTokens
from tests.rejections.api import claims

GOOD = AccessTokenClaims.model_validate(claims())
BAD = InvalidTokenError("bad")


def test_an_answer_lives_for_its_time():
    """Neither longer, nor before it began, as after a clock was set back."""
    memory = IntrospectedTokens()
    memory.put("token", GOOD, now=1000, lifetime=60)

    assert [memory.get("token", now) for now in (999, 1000, 1059, 1060)] == [None, GOOD, GOOD, None]
    assert memory.get("Token", 1000) is None


def test_the_last_answer_counts():
    """A token that became bad is bad, and the reverse."""
    memory = IntrospectedTokens()
    for answer in (GOOD, BAD, GOOD, BAD):
        memory.put("token", answer, now=0, lifetime=60)
        assert memory.get("token", 1) is answer


def test_no_request_changes_what_another_sees():
    """What one request does to custom claims, the next one with the same token does not see."""
    memory = IntrospectedTokens()
    first = AccessTokenClaims.model_validate(claims(roles=["reader"]))
    memory.put("token", first, now=0, lifetime=60)

    for brought in (first, memory.get("token", 1)):
        with pytest.raises(TypeError, match="read-only"):
            brought.roles.append("admin")

    assert memory.get("token", 1).roles == ["reader"]


def test_both_kinds_are_bounded_apart():
    """The oldest of its own kind makes room."""
    memory = IntrospectedTokens()
    memory.put("good", GOOD, now=0, lifetime=60)
    for number in range(MOST_BAD + 1):
        memory.put(f"bad-{number}", BAD, now=0, lifetime=60)
    assert memory.get("good", 1) is GOOD
    assert (memory.get("bad-0", 1), memory.get("bad-1", 1)) == (None, BAD)

    for number in range(MOST_GOOD):
        memory.put(f"good-{number}", GOOD, now=0, lifetime=60)
    assert memory.get("good", 1) is None
    assert memory.get("bad-1", 1) is BAD
