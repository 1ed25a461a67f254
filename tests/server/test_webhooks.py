"""What hooks are told, how it is signed, and how often it is tried."""

import hashlib
import hmac
import logging
import re
from queue import SimpleQueue

import pytest

from logto.server import LocalLogto, webhooks
from tests.server.manager import Manager
from tests.server.receiver import Receiver


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """Retries follow at once."""
    monkeypatch.setattr(webhooks, "PAUSES", (0, 0, 0))


@pytest.fixture(scope="module")
def manager(server):
    """A program that configures the module's server."""
    made = Manager(server)
    yield made
    made.close()


@pytest.fixture
def receiver():
    """A receiver of the test's own."""
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def hook(manager, receiver):
    """Adds hooks that go to the receiver, and takes them away after the test."""
    made = []

    def hook(*events, **config):
        body = {"name": "mine", "events": events, "config": {"url": receiver.uri, **config}}
        made.append(manager.call(201, "POST", "/hooks", body))
        return made[-1]

    yield hook
    for row in made:
        manager.ask("DELETE", f"/hooks/{row['id']}")


@pytest.fixture
def warnings():
    """What the server warns of, to be waited for."""
    queue = SimpleQueue()

    class Handler(logging.Handler):
        def emit(self, record):
            queue.put(record.getMessage())

    handler, log = Handler(), logging.getLogger("logto.server")
    log.addHandler(handler)
    yield lambda: queue.get(timeout=10)
    log.removeHandler(handler)


def test_a_delivery_is_signed(manager, receiver, hook):
    """The header is the hexadecimal HMAC-SHA256 of the raw body under the hook's signing key."""
    made = hook("User.Created")
    manager.user(name="Zoë")
    received = receiver.take()
    expected = hmac.new(made["signingKey"].encode(), received.body, hashlib.sha256).hexdigest()
    assert received.headers["logto-signature-sha-256"] == expected
    assert (received.method, received.headers["content-type"]) == ("POST", "application/json")
    assert received.headers["user-agent"] == "Logto (https://logto.io/)"


def test_a_data_event_says_what_was_done(manager, receiver, hook):
    """Hook, event, time, who asked, the call, and the answer as data, without anything of the password."""
    made = hook("User.Created", "User.Data.Updated", "User.Deleted", "User.SuspensionStatus.Updated")
    user = manager.user(username="webby", password="webby-pass-1")
    received = receiver.take()
    said = received.json
    assert b"webby-pass-1" not in received.body
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said.pop("createdAt"))
    assert said.pop("userAgent").startswith("python-httpx2")
    assert said == {
        "event": "User.Created",
        "ip": said["ip"],
        "path": "/users",
        "method": "POST",
        "status": 200,
        "params": {},
        "matchedRoute": "/users",
        "data": user,
        "hookId": made["id"],
    }
    path = f"/users/{user['id']}"
    manager.call(200, "PATCH", f"{path}/profile", {"profile": {"givenName": "W"}})
    said = receiver.take().json
    assert (said["event"], said["data"], said["path"]) == ("User.Data.Updated", {"givenName": "W"}, f"{path}/profile")
    assert (said["matchedRoute"], said["params"]) == ("/users/:userId/profile", {"userId": user["id"]})
    manager.call(200, "PATCH", f"{path}/is-suspended", {"isSuspended": True})
    assert receiver.take().json["event"] == "User.SuspensionStatus.Updated"
    manager.call(204, "DELETE", path)
    said = receiver.take().json
    assert (said["event"], said["data"]["username"], said["status"]) == ("User.Deleted", "webby", 204)


EVENTS = [
    ("POST", "/roles", {"name": "r", "description": ""}, "Role.Created"),
    ("PATCH", "/roles/{role}", {"description": "d"}, "Role.Data.Updated"),
    ("POST", "/roles/{role}/scopes", {"scopeIds": ["{scope}"]}, "Role.Scopes.Updated"),
    ("DELETE", "/roles/{role}", None, "Role.Deleted"),
    ("POST", "/resources/{resource}/scopes", {"name": "s"}, "Scope.Created"),
    ("PATCH", "/resources/{resource}/scopes/{scope}", {"description": "d"}, "Scope.Data.Updated"),
    ("DELETE", "/resources/{resource}/scopes/{scope}", None, "Scope.Deleted"),
    ("POST", "/organizations", {"name": "o"}, "Organization.Created"),
    ("PATCH", "/organizations/{organization}", {"description": "d"}, "Organization.Data.Updated"),
    ("DELETE", "/organizations/{organization}", None, "Organization.Deleted"),
    ("POST", "/organization-roles", {"name": "or"}, "OrganizationRole.Created"),
    ("POST", "/organization-scopes", {"name": "os"}, "OrganizationScope.Created"),
]


def test_every_kind_of_change_has_its_event(manager, receiver, hook):
    """Roles, permissions, organizations and their template; a refused call has none."""
    known = {
        "role": manager.role("evented")["id"],
        "resource": manager.named("/resources", "Store API")["id"],
        "organization": manager.organization("Evented")["id"],
    }
    path = f"/resources/{known['resource']}/scopes"
    known["scope"] = manager.call(201, "POST", path, {"name": "evented"})["id"]
    hook(*{event for *_, event in EVENTS})
    seen = []
    for method, path, body, _ in EVENTS:
        filled = {"scopeIds": [known["scope"]]} if body and "scopeIds" in body else body
        assert manager.ask(method, path.format(**known), filled).status_code < 300
        seen.append(receiver.take().json["event"])
        assert manager.ask("POST", "/roles", {"name": "evented"}).status_code == 400
    assert seen == [event for *_, event in EVENTS]
    assert receiver.is_empty


def test_membership_says_who_came_and_who_went(manager, receiver, hook):
    """Only real changes, and no list that is empty."""
    hook("Organization.Membership.Updated")
    organization_id = manager.organization("Members")["id"]
    first, second = (manager.user()["id"] for _ in range(2))
    path = f"/organizations/{organization_id}/users"
    changes = []
    for method, route, body in (
        ("POST", path, {"userIds": [first]}),
        ("POST", path, {"userIds": [first]}),
        ("PUT", path, {"userIds": [second]}),
        ("DELETE", f"{path}/{second}", None),
    ):
        manager.ask(method, route, body)
        said = receiver.take().json
        assert said["organizationId"] == organization_id
        changes.append({name: said[name] for name in ("addedUserIds", "removedUserIds") if name in said})
    added, same, replaced, removed = changes
    assert (added, same) == ({"addedUserIds": [first]}, {})
    assert replaced == {"addedUserIds": [second], "removedUserIds": [first]}
    assert removed == {"removedUserIds": [second]}


def test_a_hook_hears_its_events_only_while_it_is_on(manager, receiver, hook):
    """Not others', not while it is disabled, not after it is deleted."""
    made = hook("Role.Created")
    manager.user()
    for change in ({"enabled": False}, None):
        if change is None:
            manager.call(204, "DELETE", f"/hooks/{made['id']}")
        else:
            manager.call(200, "PATCH", f"/hooks/{made['id']}", change)
        manager.role(f"unheard-{change}")
    hook("Organization.Created")
    manager.organization("Heard")
    assert receiver.take().json["event"] == "Organization.Created"
    assert receiver.is_empty


def test_headers_are_sent_and_none_forges_the_signature(manager, receiver, hook):
    """Those of the configuration go along; the signature's own name is refused."""
    made = hook("User.Created", headers={"X-Team": "a", "User-Agent": "mine"})
    manager.user()
    headers = receiver.take().headers
    assert (headers["x-team"], headers["user-agent"]) == ("a", "mine")
    config = {"url": receiver.uri, "headers": {"Logto-Signature-SHA-256": "forged"}}
    assert manager.code(400, "PATCH", f"/hooks/{made['id']}", {"config": config}) == "guard.invalid_input"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_passing_failure_is_tried_again(manager, receiver, hook, status):
    """Up to three times more, with the same body and signature."""
    receiver.statuses = [status, status, status]
    hook("User.Created")
    manager.user()
    bodies = {
        (request.body, request.headers["logto-signature-sha-256"]) for request in (receiver.take() for _ in range(4))
    }
    assert len(bodies) == 1


def test_after_three_retries_it_is_given_up(manager, receiver, hook, warnings):
    """Four attempts in all, and a line that names hook, host, event and reason, and no secret."""
    receiver.status = 502
    made = hook("User.Created")
    manager.user()
    text = warnings()
    assert text == f"hook {made['id']} at 127.0.0.1 failed for User.Created: status 502"
    for _ in range(4):
        receiver.take()
    assert receiver.is_empty


@pytest.mark.parametrize("status", [307, 400, 404])
def test_a_refusal_is_final(manager, receiver, hook, warnings, status):
    """One attempt; a redirect is not followed."""
    receiver.status, receiver.headers = status, {"Location": receiver.uri}
    hook("User.Created")
    manager.user()
    assert warnings().endswith(f"status {status}")
    receiver.take()
    assert receiver.is_empty


def test_nobody_waits_for_a_hook(manager, receiver, hook):
    """The call is answered while the receiver is still silent."""
    receiver.answering.clear()
    hook("User.Created")
    manager.user()
    assert receiver.take().json["event"] == "User.Created"
    assert receiver.answers == 0


def test_a_silent_receiver_is_given_up(manager, receiver, hook, warnings, monkeypatch):
    """Each attempt is bounded by a total time."""
    monkeypatch.setattr(webhooks, "TIMEOUT", 0.05)
    receiver.answering.clear()
    hook("User.Created")
    manager.user()
    assert warnings().endswith("no answer within 0.05 seconds")


@pytest.mark.parametrize("host", ["192.0.2.1", "169.254.169.254", "logto.test", "localhost.example", "[2001:db8::1]"])
def test_no_other_machine_is_told(manager, hook, warnings, host):
    """A host that is not this machine's is refused before any connection, and the log names the option."""
    hook("User.Created", url=f"http://{host}/hook")
    manager.user()
    assert warnings().endswith("it is not on this machine (--allow-webhooks-beyond-loopback)")


def test_other_machines_can_be_allowed(warnings):
    """With the option a foreign name is tried: it fails for being unknown, not for being foreign."""
    with LocalLogto(allow_webhooks_beyond_loopback=True) as server:
        manager = Manager(server)
        body = {"events": ["User.Created"], "config": {"url": "http://nobody.invalid/hook"}}
        manager.call(201, "POST", "/hooks", body)
        manager.user()
        assert warnings().endswith("ConnectError")
        manager.close()


def test_a_delivery_shows_no_secret():
    """Its repr tells hook, event and address, not body and signature."""
    made = webhooks.delivery("h", "signing-key", {"url": "http://localhost/"}, {"event": "E", "secret": "in-the-body"})
    assert "in-the-body" not in repr(made)
    assert made.headers[webhooks.SIGNATURE] not in repr(made)
