"""The forms: what they check, what they show again, where they lead."""

import pytest

from tests.server.browser import fields_of, hidden_fields


def opened(browser, **extra):
    """Begin a sign-in and open its page; return the form's action and hidden fields."""
    page = browser.http.get(browser.authorize(**extra).headers["location"])
    assert page.status_code == 200
    return page.text.split('action="')[1].split('"')[0].replace("&amp;", "&"), hidden_fields(page.text)


def test_a_person_signs_in_by_the_form(browser):
    """303 after the POST, and a code at the end."""
    action, fields = opened(browser)
    answered = browser.http.post(action, data={**fields, "identifier": "alice", "password": "alice-pass-123"})
    assert answered.status_code == 303
    assert "code" in fields_of(browser.follow(answered.headers["location"]))


def test_a_person_signs_up_by_the_form(browser):
    """The register page adds a user by email address."""
    action, fields = opened(browser, first_screen="register")
    form = {**fields, "identifier": "erin@example.com", "password": "erin-pass-123"}
    answered = browser.http.post(action, data=form)
    assert "code" in fields_of(browser.follow(answered.headers["location"]))


@pytest.mark.parametrize(
    ("identifier", "password"), [("alice", "wrong-password"), ("nobody", "wrong"), ("", "x"), ("alice", ""), ("", "")]
)
def test_a_mistake_shows_the_form_again(browser, identifier, password):
    """Status 422, the identifier kept, the password not."""
    action, fields = opened(browser)
    answered = browser.http.post(action, data={**fields, "identifier": identifier, "password": password})
    assert answered.status_code == 422
    assert 'role="alert"' in answered.text
    assert 'value="wrong' not in answered.text


@pytest.mark.parametrize(("language", "words"), [("en", "sign up as a new user"), ("fr", "inscrivez-vous")])
def test_a_forgotten_password_is_answered_with_what_works(browser, language, words):
    """The page says where the sample passwords are shown, and names no route that does not exist."""
    page = browser.http.get(browser.authorize(first_screen="reset_password", ui_locales=language).headers["location"])
    assert words in page.text
    assert "logto dev" in page.text
    assert "/api/" not in page.text


def test_what_was_typed_is_escaped(browser):
    """Markup in the identifier comes back as text."""
    action, fields = opened(browser)
    answered = browser.http.post(action, data={**fields, "identifier": "<script>x</script>", "password": "y"})
    assert "<script>x" not in answered.text


def test_a_form_without_its_token_is_refused(server, browser, open_browser):
    """403 without the token, and with that of another browser's form."""
    action, _ = opened(browser)
    _, foreign = opened(open_browser(server))
    form = {"identifier": "alice", "password": "alice-pass-123"}
    for fields in ({}, foreign):
        assert browser.http.post(action, data={**fields, **form}).status_code == 403


def test_a_form_posted_from_another_site_is_refused(browser):
    """403, with the right token even."""
    action, fields = opened(browser)
    form = {**fields, "identifier": "alice", "password": "alice-pass-123"}
    assert browser.http.post(action, data=form, headers={"Origin": "http://evil.example"}).status_code == 403


def test_the_page_speaks_the_readers_language(browser):
    """ui_locales wins over Accept-Language."""
    location = browser.authorize(ui_locales="fr").headers["location"]
    page = browser.http.get(location, headers={"Accept-Language": "en"})
    assert page.headers["content-language"] == "fr"


def test_login_hint_fills_the_form_in(browser):
    """And `identifier` chooses the kind of field."""
    location = browser.authorize(login_hint="a@b.example", identifier="email").headers["location"]
    text = browser.http.get(location).text
    assert 'value="a@b.example"' in text
    assert 'type="email"' in text


def test_a_sign_in_page_without_a_sign_in_says_so(browser):
    """An error, not a form that leads nowhere."""
    assert browser.http.get("/sign-in", headers={"Accept": "text/html"}).status_code == 400


def test_a_sign_in_expires(fresh_server, fresh_browser):
    """After an hour the form is refused."""
    action, fields = opened(fresh_browser)
    fresh_server.clock.advance(3601)
    answered = fresh_browser.http.post(action, data={**fields, "identifier": "alice", "password": "alice-pass-123"})
    assert answered.status_code == 400
