"""What hooks are told when people sign in and up."""

import pytest

from tests.server.browser import hidden_fields
from tests.server.manager import Manager
from tests.server.receiver import Receiver


@pytest.fixture
def receiver(server):
    """Receives PostSignIn, PostRegister and User.Created."""
    made, manager = Receiver(), Manager(server)
    body = {"events": ["PostSignIn", "PostRegister", "User.Created"], "config": {"url": made.uri}}
    hook = manager.call(201, "POST", "/hooks", body)
    yield made
    manager.call(204, "DELETE", f"/hooks/{hook['id']}")
    manager.close()
    made.close()


def test_a_sign_in_is_told(server, browser, receiver):
    """Who, from where, at which application; nothing that opens the sign-in or tells the password."""
    browser.sign_in()
    received = receiver.take()
    said = received.json
    assert (said["event"], said["interactionEvent"]) == ("PostSignIn", "SignIn")
    assert said["userId"] == said["user"]["id"] == server.seeded["users"][0]["id"]
    assert said["user"]["username"] == "alice"
    assert "hasPassword" not in said["user"]
    assert said["application"] == {
        "id": browser.client_id,
        "type": "Traditional",
        "name": "Guide application",
        "description": None,
    }
    assert {"hookId", "createdAt", "sessionId", "userAgent", "userIp"} <= set(said)
    assert said["sessionId"] not in browser.http.cookies.values()
    assert b"alice-pass-123" not in received.body
    assert receiver.is_empty


def by_api(browser, name):
    """Sign up as a script does."""
    browser.authorize()
    browser.http.put("/api/experience", json={"interactionEvent": "Register"})
    body = {"identifier": {"type": "username", "value": name}, "password": "nora-pass-123"}
    made = browser.http.post("/api/experience/verification/new-password-identity", json=body)
    browser.http.post("/api/experience/identification", json=made.json())
    assert browser.http.post("/api/experience/submit").status_code == 200


def by_form(browser, name):
    """Sign up as a person does."""
    page = browser.http.get(browser.authorize(first_screen="register").headers["location"]).text
    action = page.split('action="')[1].split('"')[0].replace("&amp;", "&")
    form = {**hidden_fields(page), "identifier": name, "password": "nora-pass-123"}
    assert browser.http.post(action, data=form).status_code == 303


@pytest.mark.parametrize("way", ["api", "form"])
def test_a_sign_up_is_told(server, browser, receiver, way):
    """User.Created with the user's data, then PostRegister, by the Experience API and by the page."""
    name = f"nora_{way}"
    (by_api if way == "api" else by_form)(browser, name)
    events = {said["event"]: said for said in (receiver.take().json for _ in range(2))}
    assert events["User.Created"]["data"]["username"] == name
    assert events["User.Created"]["interactionEvent"] == "Register"
    assert events["PostRegister"]["user"]["username"] == name
    assert receiver.is_empty


def test_a_wrong_password_is_not_told(server, browser, receiver):
    """Only what has come to its end: the first that is heard of is who signs in after it."""
    browser.authorize()
    browser.http.put("/api/experience", json={"interactionEvent": "SignIn"})
    body = {"identifier": {"type": "username", "value": "alice"}, "password": "wrong"}
    assert browser.http.post("/api/experience/verification/password", json=body).status_code == 422
    browser.enter("bob")
    assert receiver.take().json["userId"] == server.seeded["users"][1]["id"]
