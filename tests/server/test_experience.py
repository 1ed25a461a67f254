"""The Experience API and its refusals (LOGTO.md 3.13)."""

import pytest

from logto.server.throttle import ATTEMPTS, WINDOW
from tests.server.browser import claims_of, fields_of


def verify(browser, username, password):
    body = {"identifier": {"type": "username", "value": username}, "password": password}
    return browser.http.post("/api/experience/verification/password", json=body)


def begin(browser, event="SignIn"):
    browser.authorize(scope="openid profile")
    return browser.http.put("/api/experience", json={"interactionEvent": event})


def new_identity(browser, kind, value, password="carol-pass-123"):
    body = {"identifier": {"type": kind, "value": value}, "password": password}
    return browser.http.post("/api/experience/verification/new-password-identity", json=body)


def test_without_a_sign_in_in_progress_nothing_works(browser):
    """400 session.not_found for a browser without the interaction's cookies."""
    response = browser.http.put("/api/experience", json={"interactionEvent": "SignIn"})
    assert (response.status_code, response.json()["code"]) == (400, "session.not_found")


@pytest.mark.parametrize("username", ["alice", "nobody"])
def test_a_wrong_password_and_an_unknown_user_look_the_same(browser, username):
    """422 session.invalid_credentials, byte for byte."""
    begin(browser)
    response = verify(browser, username, "wrong-password")
    assert (response.status_code, response.json()["code"]) == (422, "session.invalid_credentials")
    assert set(response.json()) == {"code", "message"}


def test_many_wrong_passwords_must_wait(fresh_server, fresh_browser):
    """After ten, the right one is refused too, until the window has passed."""
    begin(fresh_browser)
    for _ in range(ATTEMPTS):
        assert verify(fresh_browser, "bob", "wrong-password").status_code == 422
    blocked = verify(fresh_browser, "bob", "bob-pass-12345")
    assert blocked.json()["code"] == "session.verification_blocked_too_many_attempts"
    assert verify(fresh_browser, "alice", "alice-pass-123").status_code == 200
    fresh_server.clock.advance(WINDOW + 1)
    assert verify(fresh_browser, "bob", "bob-pass-12345").status_code == 200


def test_a_new_user_signs_up(server, browser):
    """Register, identify, submit: a code for a user who can sign in again."""
    assert begin(browser, "Register").status_code == 204
    verified = new_identity(browser, "username", "carol")
    assert browser.http.post("/api/experience/identification", json=verified.json()).status_code == 204
    redirect = browser.http.post("/api/experience/submit").json()["redirectTo"]
    code = fields_of(browser.follow(redirect))["code"]
    claims = claims_of(browser.exchange(code)["id_token"])
    assert (claims["username"], claims["name"], claims["picture"]) == ("carol", None, None)
    browser.authorize(prompt="login")
    assert "code" in fields_of(browser.follow(browser.enter("carol", "carol-pass-123")))


@pytest.mark.parametrize(
    ("kind", "value", "password", "status", "code"),
    [
        ("username", "alice", "long-enough-1", 422, "user.username_already_in_use"),
        ("email", "ALICE@example.com", "long-enough-1", 422, "user.email_already_in_use"),
        ("phone", "12025550123", "long-enough-1", 422, "user.phone_already_in_use"),
        ("username", "dave", "short", 422, "password.rejected"),
        ("username", "1dave", "long-enough-1", 400, "guard.invalid_input"),
        ("email", "dave", "long-enough-1", 400, "guard.invalid_input"),
        ("bogus", "dave", "long-enough-1", 400, "guard.invalid_input"),
        ("username", {"$ne": ""}, "long-enough-1", 400, "guard.invalid_input"),
        ("username", "dave", "\0" * 9, 400, "guard.invalid_input"),
    ],
)
def test_a_new_identity_must_be_free_and_well_formed(browser, kind, value, password, status, code):
    """Taken, too short, malformed: each its own error."""
    begin(browser, "Register")
    response = new_identity(browser, kind, value, password)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_steps_cannot_be_skipped(browser):
    """Nobody identified: no submit; an unknown verification identifies nobody."""
    begin(browser)
    assert browser.http.post("/api/experience/submit").status_code == 404
    response = browser.http.post("/api/experience/identification", json={"verificationId": "x"})
    assert (response.status_code, response.json()["code"]) == (404, "session.verification_session_not_found")


def test_a_suspended_user_cannot_sign_in(fresh_server, fresh_browser):
    """401 user.suspended, after the right password only."""
    from logto.server.store import users

    with fresh_server.world.transaction() as db:
        users.suspend(db, fresh_server.seeded["users"][1]["id"])
    begin(fresh_browser)
    assert verify(fresh_browser, "bob", "wrong-password").status_code == 422
    assert verify(fresh_browser, "bob", "bob-pass-12345").json()["code"] == "user.suspended"


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_site_cannot_drive_a_sign_in(browser, headers):
    """403 for every origin but our own."""
    browser.authorize()
    response = browser.http.put("/api/experience", json={"interactionEvent": "SignIn"}, headers=headers)
    assert response.status_code == 403
