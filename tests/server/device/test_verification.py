"""The pages on which a person types a device's code and decides (RFC 8628 3.3, 5.1, 5.4)."""

import pytest

from logto.server.store import users
from tests.server.browser import fields_of, hidden_fields
from tests.server.devices import Device, Person
from tests.server.test_token import SHOPPING, refused


def test_a_person_lets_a_device_in(device, person):
    """Code, sign-in, question, yes: 303 after each POST, and a page that says where to go on."""
    code = device.ask()
    typed = person.type(code["user_code"])
    assert typed.status_code == 303
    sign_in = person.follow(typed)
    signed_in = person.post(sign_in, identifier="alice", password="alice-pass-123")
    question = person.follow(signed_in)
    for shown in ("Alice Liddell", "Device application", code["user_code"], "See your profile"):
        assert shown in question.text
    refused(device.poll(code), 400, "authorization_pending")
    decided = person.decide(question, "allow")
    assert (decided.status_code, decided.headers["location"]) == (303, "/device/success")
    assert "Your device is signed in" in person.follow(decided).text
    assert device.poll(code).status_code == 200


def test_a_script_lets_a_device_in(device, person, browser):
    """The Experience API signs in for a device as it does for an application."""
    code = device.ask()
    person.type(code["user_code"])
    browser.http.cookies = person.http.cookies
    resumed = browser.http.get(browser.enter("bob"))
    person.http.cookies = browser.http.cookies
    question = person.follow(resumed)
    assert "bob" in question.text
    person.decide(question, "allow")
    assert device.poll(code).status_code == 200


def test_who_is_signed_in_already_is_only_asked(device, person):
    """No second sign-in; but never without the question."""
    person.answer(device.ask()["user_code"])
    code = device.ask()
    question = person.follow(person.type(code["user_code"]))
    assert 'name="password"' not in question.text
    refused(device.poll(code), 400, "authorization_pending")
    person.decide(question, "allow")
    assert device.poll(code).status_code == 200


def test_a_device_may_want_a_fresh_sign_in(fresh_server, fresh_device, fresh_person):
    """With `max_age` an older session does not do."""
    fresh_person.answer(fresh_device.ask()["user_code"])
    fresh_server.clock.advance(60)
    assert 'name="password"' in fresh_person.follow(fresh_person.type(fresh_device.ask(max_age="30")["user_code"])).text
    assert 'name="password"' not in fresh_person.follow(fresh_person.type(fresh_device.ask()["user_code"])).text


@pytest.mark.parametrize("written", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_a_code_is_understood_however_it_is_written(device, person, written):
    """Small letters, no hyphen, spaces around: the same device."""
    assert person.type(written(device.ask()["user_code"])).status_code == 303


def test_the_complete_address_fills_the_form_in_and_does_nothing(device, person):
    """The code stands in the field; opening the address, or signing in elsewhere, lets nobody in."""
    code = device.ask()
    person.answer(device.ask()["user_code"])
    page = person.http.get(code["verification_uri_complete"])
    assert f'value="{code["user_code"]}"' in page.text
    assert page.status_code == 200
    refused(device.poll(code), 400, "authorization_pending")


def test_what_comes_in_the_address_is_escaped_and_bounded(person):
    """Markup in `user_code` is text, and of a long one only the beginning is shown."""
    page = person.http.get("/device", params={"user_code": '"><script>alert(1)</script>' + "X" * 5000})
    assert "<script>alert" not in page.text
    assert "X" * 65 not in page.text


@pytest.mark.parametrize(
    ("typed", "words"), [("", "Please type the code"), ("XXXX-XXXX", "No device waits"), ("é", "No device waits")]
)
def test_a_wrong_code_shows_the_form_again(person, typed, words):
    """Status 422, what was typed is kept, and the mistake is named at the field."""
    answered = person.type(typed)
    assert answered.status_code == 422
    assert words in answered.text
    assert f'value="{typed}"' in answered.text
    assert 'aria-describedby="user_code-error user_code-hint"' in answered.text


def test_codes_that_are_no_longer_good_look_like_unknown_ones(fresh_server, fresh_device, fresh_person):
    """Answered or expired: the same page as for a code that never was."""
    answered, expired = fresh_device.ask(), fresh_device.ask()
    fresh_person.answer(answered["user_code"])
    fresh_server.clock.advance(601)
    seen = set()
    for code in (answered["user_code"], expired["user_code"], "XXXX-XXXX"):
        page = fresh_person.type(code)
        seen.add((page.status_code, page.text.replace(code, "")))
    assert len(seen) == 1


def test_guesses_are_throttled(fresh_server, fresh_device, fresh_person):
    """After ten wrong codes even a right one waits, for ten minutes; right ones between do not start the count anew."""
    for _ in range(5):
        assert fresh_person.type("XXXX-XXXX").status_code == 422
    assert fresh_person.type(fresh_device.ask()["user_code"]).status_code == 303
    for _ in range(5):
        assert fresh_person.type("XXXX-XXXX").status_code == 422
    blocked = fresh_person.type(fresh_device.ask()["user_code"])
    assert (blocked.status_code, "a few tries too many" in blocked.text) == (429, True)
    with Person(fresh_server) as another_browser:
        assert another_browser.type(fresh_device.ask()["user_code"]).status_code == 429
    fresh_server.clock.advance(601)
    assert fresh_person.type(fresh_device.ask()["user_code"]).status_code == 303


def test_a_form_without_its_token_is_refused(server, device, person):
    """403 without the token or with another browser's, at the code as at the question; the device still waits."""
    code = device.ask()
    with Person(server) as other:
        foreign = hidden_fields(other.http.get("/device").text)["csrf"]
        foreign_question = hidden_fields(other.arrive(device.ask()["user_code"]).text)["csrf"]
    for csrf in (None, foreign, "é"):
        assert person.type(code["user_code"], csrf=csrf).status_code == 403
    question = person.arrive(code["user_code"])
    for csrf in (None, foreign, foreign_question):
        assert person.decide(question, "allow", csrf=csrf).status_code == 403
    refused(device.poll(code), 400, "authorization_pending")


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}], ids=str
)
def test_a_form_posted_from_another_site_is_refused(device, person, headers):
    """403 with the right token even; the device still waits."""
    code = device.ask()
    assert person.type(code["user_code"], headers).status_code == 403
    question = person.arrive(code["user_code"])
    assert person.decide(question, "allow", headers).status_code == 403
    refused(device.poll(code), 400, "authorization_pending")


@pytest.mark.parametrize("path", ["/device", "/device/confirm", "/device/success"])
def test_a_foreign_host_name_is_refused(person, path):
    """421, so that a rebound DNS name reaches no page."""
    assert person.http.get(path, headers={"Host": "evil.example"}).status_code == 421


def test_only_the_button_says_yes(device, person):
    """Any decision but `allow` turns the device away, and GET decides nothing."""
    code = device.ask()
    question = person.arrive(code["user_code"])
    person.http.get("/device/confirm", params={"decision": "allow", **hidden_fields(question.text)})
    refused(device.poll(code), 400, "authorization_pending")
    assert person.decide(question, "yes").headers["location"] == "/device/denied"
    refused(device.poll(code), 400, "access_denied")


def test_a_question_is_answered_once(device, person):
    """The second answer finds nothing to decide, and changes nothing."""
    code = device.ask()
    question = person.arrive(code["user_code"])
    person.decide(question, "allow")
    assert person.decide(question, "deny").status_code == 400
    assert device.poll(code).status_code == 200


def test_a_question_expires_with_the_code(fresh_server, fresh_device, fresh_person):
    """Who answers after ten minutes is told so, on a page."""
    question = fresh_person.arrive(fresh_device.ask()["user_code"])
    fresh_server.clock.advance(601)
    late = fresh_person.decide(question, "allow")
    assert (late.status_code, "session.device_not_waiting" in late.text) == (400, True)


def test_whoever_types_a_code_last_decides(server, device, person):
    """A code that is typed in another browser belongs there from then on."""
    code = device.ask()
    question = person.arrive(code["user_code"])
    with Person(server) as other:
        others_question = other.arrive(code["user_code"], "bob", "bob-pass-12345")
        assert person.decide(question, "allow").status_code == 400
        other.decide(others_question, "allow")
    tokens = device.poll(code).json()
    claims = device.http.get("/oidc/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
    assert claims["username"] == "bob"


def test_a_code_that_somebody_else_typed_meanwhile(server, device, person):
    """Who is still signing in then is told on a page that nothing waits for them any more."""
    code = device.ask()
    sign_in = person.follow(person.type(code["user_code"]))
    with Person(server) as other:
        other.answer(code["user_code"], "deny", "bob", "bob-pass-12345")
    late = person.follow(person.post(sign_in, identifier="alice", password="alice-pass-123"))
    assert (late.status_code, "session.device_not_waiting" in late.text) == (400, True)


def test_a_suspended_user_decides_nothing(fresh_server, fresh_device, fresh_person):
    """Suspended between sign-in and answer: the session is gone, and the device waits on."""
    code = fresh_device.ask()
    question = fresh_person.arrive(code["user_code"])
    with fresh_server.world.transaction() as db:
        users.suspend(db, fresh_server.seeded["users"][0]["id"])
    assert fresh_person.decide(question, "allow").status_code == 400
    refused(fresh_device.poll(code), 400, "authorization_pending")


def test_a_page_without_a_code_leads_nowhere(person):
    """The question cannot be opened without having typed a code."""
    assert person.http.get("/device/confirm").status_code == 400


def test_the_pages_speak_the_persons_language(device, person):
    """The language chosen at the code stays until the end."""
    page = person.http.get("/device", params={"ui_locales": "fr"})
    assert page.headers["content-language"] == "fr"
    answered = person.post(page, user_code=device.ask()["user_code"])
    sign_in = person.follow(answered)
    assert sign_in.headers["content-language"] == "fr"
    question = person.follow(person.post(sign_in, identifier="alice", password="alice-pass-123"))
    assert question.headers["content-language"] == "fr"
    assert "Est-ce votre appareil" in question.text


def test_a_device_does_not_disturb_an_applications_sign_in(device, person, browser):
    """The same browser in the middle of both: each ends where it belongs."""
    code = device.ask(scope="openid read", resource=SHOPPING)
    begun = person.http.get("/oidc/auth", params=browser.parameters())
    question = person.arrive(code["user_code"])
    person.decide(question, "allow")
    assert device.poll(code).status_code == 200
    page = person.http.get(begun.headers["location"])
    signed_in = person.post(page, identifier="alice", password="alice-pass-123")
    consent = person.http.get(signed_in.headers["location"])
    resumed = person.http.get(consent.headers["location"])
    assert "code" in fields_of(person.http.get(resumed.headers["location"]).headers["location"])


def test_two_devices_are_told_apart(server, person):
    """Two questions open in one browser: each answer is for its own device."""
    with Device(server) as first, Device(server) as second:
        one, two = first.ask(), second.ask()
        question_one, question_two = person.arrive(one["user_code"]), person.arrive(two["user_code"])
        person.decide(question_one, "deny")
        person.decide(question_two, "allow")
        refused(first.poll(one), 400, "access_denied")
        assert second.poll(two).status_code == 200
