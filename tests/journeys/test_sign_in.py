"""Signing in and signing up on Logto's pages."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize(
    ("identifier", "password", "name"),
    [
        ("alice", "alice-pass-123", "Alice Liddell"),
        ("alice@example.com", "alice-pass-123", "Alice Liddell"),
        ("12025550123", "alice-pass-123", "Alice Liddell"),
        ("bob@example.com", "bob-pass-12345", "bob"),
    ],
    ids=["username", "e-mail", "phone", "no name"],
)
def test_a_person_signs_in(person, identifier, password, name):
    """Each identifier of a sample user leads back to the application, which says who is there."""
    person.sign_in(identifier, password)

    assert person.title == "Authenticated"
    assert f"You are {name}." in person.sees


def test_a_person_signs_up(person):
    """Who creates an account is signed in at once, and signs in with it later."""
    person.open()
    person.click("Create an account")
    assert person.title == "Create your account"
    person.fill_in("wanda", "correct horse battery")
    person.page.wait_for_url(person.places.guide)
    assert "You are wanda." in person.sees

    person.sign_out()
    person.sign_in("wanda", "correct horse battery")
    assert "You are wanda." in person.sees


def test_a_short_password_is_explained(person):
    """A password that is too short is refused beside its field, and the name stays."""
    person.open("sign-up")
    person.fill_in("hasty", "1234")

    expect(person.page.locator("#password-error")).to_be_visible()
    assert person.page.locator("#identifier").input_value() == "hasty"


def test_a_wrong_password_is_explained(person):
    """A wrong password shows one sentence, keeps the name, forgets the password, and the right one still works."""
    person.open("sign-in")
    person.fill_in("bob", "not-the-password")

    expect(person.page.get_by_role("alert")).to_contain_text("That does not match an account here.")
    assert person.page.locator("#identifier").input_value() == "bob"
    assert person.page.locator("#password").input_value() == ""
    person.fill_in("bob", "bob-pass-12345")
    person.page.wait_for_url(person.places.guide)
    assert person.title == "Authenticated"


def test_an_unknown_name_gets_the_same_answer(person):
    """Nobody learns from the page whether an account exists."""
    person.open("sign-in")
    person.fill_in("nobody-of-that-name", "not-the-password")

    expect(person.page.get_by_role("alert")).to_contain_text("That does not match an account here.")


def test_the_keyboard_is_enough(person):
    """Tab, letters and Enter sign in and out again."""
    page = person.page
    person.open()
    page.keyboard.press("Tab")  # the application's name
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Sign in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#identifier")).to_be_focused()
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type("alice-pass-123")
    page.keyboard.press("Enter")
    page.wait_for_url(person.places.guide)
    page.get_by_role("link", name="Sign out").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(person.places.guide)

    assert person.title == "Not authenticated"


def test_it_works_without_javascript(arrive):
    """Without JavaScript a person signs in, and signs out with one more click."""
    person = arrive(java_script_enabled=False)
    person.sign_in("alice")
    assert person.title == "Authenticated"
    person.click("Sign out")
    person.click("Continue")
    person.page.wait_for_url(person.places.guide)

    assert person.title == "Not authenticated"


def test_a_french_browser_reads_french(arrive):
    """Logto's pages follow the browser's language."""
    person = arrive(locale="fr-FR")
    person.open("sign-in")

    assert person.page.locator("html").get_attribute("lang") == "fr"
    assert person.title == "Connexion"
    person.fill_in("alice", "faux-mot-de-passe")
    expect(person.page.get_by_role("alert")).to_be_visible()
    assert "That does not match" not in person.sees


def test_the_application_chooses_the_language(person):
    """`ui_locales` wins over the browser's language."""
    redirect = person.page.request.get(person.places.guide + "sign-in", max_redirects=0)
    person.page.goto(redirect.headers["location"] + "&ui_locales=fr")

    assert person.page.locator("html").get_attribute("lang") == "fr"
