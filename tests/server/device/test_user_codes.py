"""User codes as they are issued and as people type them."""

import pytest

from logto.server import ids
from logto.server.device import user_codes


def test_a_user_code_is_eight_consonants():
    """`XLTQ-QNZH`: no vowel, no digit, a hyphen in the middle, and each time another one."""
    drawn = {ids.user_code() for _ in range(50)}

    assert len(drawn) == 50
    assert {len(code) for code in drawn} == {9}
    assert {code[4] for code in drawn} == {"-"}
    assert {letter for code in drawn for letter in code} <= {*"BCDFGHJKLMNPQRSTVWXZ-"}


@pytest.mark.parametrize("typed", ["XLTQ-QNZH", "xltq-qnzh", "xltqqnzh", " XLTQ QNZH ", "X-L-T-Q-Q-N-Z-H", "XLTQ–QNZH"])
def test_case_and_separators_do_not_matter(typed):
    """Whatever people put between the letters, it is the same code."""
    assert user_codes.normal(typed) == "XLTQ-QNZH"


@pytest.mark.parametrize("typed", ["", "-", "XLTQ", "XLTQ-QNZHX", "ΧLTQ-QNZH", "XLTQ-QNZH" * 100, "%" * 5000])
def test_what_cannot_be_a_code_is_none(typed):
    """Too short, too long, or with letters of another alphabet: no code."""
    assert user_codes.normal(typed) == ""
