"""The words of the pages, in both languages."""

from string import Formatter

import pytest

from logto.server.pages.messages import CATALOGUE, Texts
from tests.server.pages.samples import LOCALES

CODES = (
    "invalid_credentials",
    "too_many_attempts",
    "identifier_required",
    "identifier_invalid",
    "password_required",
    "password_too_short",
    "identifier_taken",
    "csrf_invalid",
    "interaction_expired",
    "user_suspended",
    "device_code_required",
    "device_code_unknown",
)


def placeholders(text: str) -> set[str]:
    """The names in braces of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same():
    """Both languages have the same keys, with the same values to fill in, and no empty text."""
    english, french = CATALOGUE["en"], CATALOGUE["fr"]

    assert english.keys() == french.keys()
    assert {k: placeholders(v) for k, v in english.items()} == {k: placeholders(v) for k, v in french.items()}
    assert all(text.strip() for texts in CATALOGUE.values() for text in texts.values())


@pytest.mark.parametrize("locale", LOCALES)
def test_every_message_code_has_its_own_text(locale):
    """Each message code has a text of its own in each language."""
    texts = Texts(locale)
    said = {texts.message(code, what="x", length=8) for code in CODES}

    assert len(said) == len(CODES)
    assert texts.message("no_such_code") not in said


@pytest.mark.parametrize("locale", LOCALES)
def test_wrong_credentials_do_not_say_which(locale):
    """The message for a refused sign-in tells nothing about whether the user or the password was wrong."""
    said = Texts(locale).message("invalid_credentials").lower()

    assert not any(word in said for word in ("unknown", "inconnu", "exist", "password", "mot de passe"))


@pytest.mark.parametrize(
    ("locale", "kinds", "listed"),
    [
        ("en", ("username",), "username"),
        ("en", ("username", "email"), "username or email"),
        ("en", ("username", "email", "phone"), "username, email or phone number"),
        ("fr", ("email", "phone"), "adresse e-mail ou numéro de téléphone"),
    ],
)
def test_kinds_of_identifier_in_a_row(locale, kinds, listed):
    """Kinds of identifier are listed as people list things."""
    assert Texts(locale).identifiers(kinds) == listed


def test_french_punctuation_stays_with_its_word():
    """No French text lets a line begin with a mark that wants a space before it."""
    assert [text for text in CATALOGUE["fr"].values() if any(f" {mark}" in text for mark in "?!:;")] == []


def test_unknown_names_are_shown_as_they_are():
    """A scope or a language without words of ours is shown by its own name; a locale without texts is English."""
    texts = Texts("de")

    assert (texts.locale, texts.scope("shopping:read"), texts.language("de")) == ("en", "shopping:read", "de")
