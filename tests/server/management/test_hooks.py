"""Webhooks as they are configured and tried out; tests/server/test_webhooks.py has what they are told."""

import hashlib
import hmac

import pytest

from logto.server.hook_events import EVENTS
from tests.server.receiver import Receiver

CONFIG = {"url": "http://localhost:9/hook", "headers": {"X-Team": "a"}}


def test_a_hook_comes_back_as_given(manager):
    """Created with a signing key of its own, changed but for it, listed, deleted."""
    given = {"name": "mine", "events": ["PostSignIn", "User.Created"], "config": CONFIG}
    hook = manager.call(
        201, "POST", "/hooks", {**given, "signingKey": "mine", "events": [*given["events"], "PostSignIn"]}
    )
    assert hook == {
        "tenantId": "default",
        "id": hook["id"],
        "name": "mine",
        "event": None,
        "events": given["events"],
        "config": CONFIG,
        "signingKey": hook["signingKey"],
        "enabled": True,
        "createdAt": hook["createdAt"],
    }
    assert (len(hook["signingKey"]), hook["createdAt"] > 10**12) == (32, True)
    path = f"/hooks/{hook['id']}"
    changed = manager.call(200, "PATCH", path, {"enabled": False, "signingKey": "mine"})
    assert changed == {**hook, "enabled": False}
    assert manager.call(200, "GET", path) == changed
    assert manager.call(200, "GET", "/hooks") == [changed]
    manager.call(204, "DELETE", path)
    assert manager.code(404, "DELETE", path) == "entity.not_found"


def test_a_signing_key_can_be_renewed(manager):
    """Another one from then on."""
    hook = manager.call(201, "POST", "/hooks", {"events": ["PostSignIn"], "config": CONFIG})
    renewed = manager.call(200, "PATCH", f"/hooks/{hook['id']}/signing-key")
    assert renewed == {**hook, "signingKey": renewed["signingKey"]}
    assert renewed["signingKey"] != hook["signingKey"]
    manager.call(204, "DELETE", f"/hooks/{hook['id']}")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"events": None}, "guard.invalid_input"),
        ({"events": []}, "guard.invalid_input"),
        ({"events": ["User.Sneezed"]}, "guard.invalid_input"),
        ({"config": {"url": "file:///etc/passwd"}}, "guard.invalid_input"),
        ({"config": {"url": "http://user:pass@localhost/"}}, "guard.invalid_input"),
        ({"config": {}}, "guard.invalid_input"),
        ({"config": {**CONFIG, "headers": {"X": "a\r\nY: b"}}}, "guard.invalid_input"),
        ({"config": {**CONFIG, "headers": {"a b": "c"}}}, "guard.invalid_input"),
        ({"config": {**CONFIG, "headers": {"Host": "elsewhere"}}}, "guard.invalid_input"),
        ({"config": {**CONFIG, "headers": {"Content-Length": "1"}}}, "guard.invalid_input"),
    ],
    ids=str,
)
def test_a_wrong_hook_is_refused(manager, changed, code):
    """An unknown event, no web address, headers that could smuggle something in."""
    body = {"events": ["PostSignIn"], "config": CONFIG, **changed}
    assert manager.code(400, "POST", "/hooks", body) == code


def test_a_hook_waits_for_something(manager):
    """Without events it is not made."""
    assert manager.code(400, "POST", "/hooks", {"config": CONFIG}) == "hook.missing_events"


@pytest.fixture
def receiver():
    """A receiver of the test's own."""
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def hook(manager):
    """A hook that goes nowhere."""
    return manager.call(201, "POST", "/hooks", {"events": ["PostSignIn"], "config": CONFIG})


def test_every_event_can_be_tried_out(manager, receiver, hook):
    """Each named kind is sent once, made up, signed with the hook's key, to the address of the body."""
    body = {"events": list(EVENTS), "config": {"url": receiver.uri}}
    manager.call(204, "POST", f"/hooks/{hook['id']}/test", body)
    received = [receiver.take() for _ in EVENTS]
    assert {request.json["event"] for request in received} == set(EVENTS)
    for request in received:
        made = hmac.new(hook["signingKey"].encode(), request.body, hashlib.sha256).hexdigest()
        assert request.headers["logto-signature-sha-256"] == made
        assert request.json["hookId"] == hook["id"]
        assert ("user" if request.json["event"].startswith("Post") else "data") in request.json
    assert receiver.is_empty


def test_a_failed_test_says_why(manager, receiver, hook):
    """422 with the receiver's status, or that there was none; not beyond this machine."""
    path, body = f"/hooks/{hook['id']}/test", {"events": ["PostSignIn"], "config": {"url": receiver.uri}}
    receiver.status = 500
    refusal = manager.call(422, "POST", path, body)
    assert refusal["code"] == "hook.endpoint_responded_with_error"
    assert refusal["data"] == {"responseStatus": 500, "responseBody": ""}
    receiver.close()
    assert manager.code(422, "POST", path, body) == "hook.send_test_payload_failed"
    far = {**body, "config": {"url": "http://192.0.2.1/"}}
    refusal = manager.call(422, "POST", path, far)
    assert "not on this machine" in refusal["details"]
    assert manager.code(404, "POST", "/hooks/x/test", body) == "entity.not_exists_with_id"
