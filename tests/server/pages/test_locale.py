"""Which language a reader gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logto.server.pages.locale import LOCALES, negotiate


@pytest.mark.parametrize(
    ("ui_locales", "accept_language", "locale"),
    [
        (None, None, "en"),
        ("", "", "en"),
        ("fr", None, "fr"),
        ("FR-ca", None, "fr"),
        ("fr-Latn-CA-x-private", None, "fr"),
        ("de fr en", None, "fr"),
        ("de it", "fr", "fr"),
        ("en", "fr", "en"),
        ("french", None, "en"),
        (None, "fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        (None, "en;q=0.5, fr;q=0.8", "fr"),
        (None, "fr;q=0, en;q=0.1", "en"),
        (None, "fr;q=0", "en"),
        (None, "de, *;q=0.1", "en"),
        (None, "fr;q=nan, en", "en"),
        (None, "fr;q=2, en;q=0.1", "en"),
        (None, "fr;q=, en;q=0.1", "en"),
        (None, "fr ; q=0.7 , en;q=0.1", "fr"),
        (None, ";;;,,,=q", "en"),
    ],
)
def test_negotiate(ui_locales, accept_language, locale):
    """The reader's first language that we have wins, ui_locales before Accept-Language, English at last."""
    assert negotiate(ui_locales, accept_language) == locale


def test_only_the_beginning_of_a_preference_is_read():
    """Neither a thousand ranges nor a megabyte are worked through."""
    assert negotiate("de " * 25 + "fr", None) == "en"
    assert negotiate(None, "de," * 25 + "fr") == "en"
    assert negotiate("x" * 1_000_000 + " fr", None) == "en"


@given(st.text(), st.text(alphabet="enfrq=.0123456789,;-* "))
def test_any_preference_gets_a_language(ui_locales, accept_language):
    """Whatever is sent, the answer is one of our languages."""
    assert negotiate(ui_locales, accept_language) in LOCALES
