"""Polling: what a device gets before, after and instead of its tokens (RFC 8628 3.5; LOGTO.md 3.10)."""

import pytest

from logto.server import LocalLogto
from logto.server.store import organizations, users
from tests.server.browser import claims_of
from tests.server.devices import DEVICE_CODE, Device, Person
from tests.server.test_token import INVALID_GRANT, SHOPPING, STORE, refused


def test_a_device_waits_gets_its_tokens_once_and_then_nothing(device, person):
    """authorization_pending however often it asks, then tokens with a refresh token, then invalid_grant."""
    code = device.ask()
    for _ in range(3):
        refused(
            device.poll(code),
            400,
            "authorization_pending",
            "authorization request is still pending as the end-user hasn't yet completed the user interaction steps",
        )
    person.answer(code["user_code"])
    tokens = device.poll(code).json()

    members = ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"]
    assert list(tokens) == members
    claims = claims_of(tokens["id_token"])
    assert (claims["sub"], claims["aud"]) == (device.server.seeded["users"][0]["id"], device.client_id)
    again = device.poll(code)
    assert (again.status_code, again.json()) == (400, INVALID_GRANT)


def test_a_code_used_twice_ends_its_grant(device, person):
    """Somebody else has the code: the tokens of the first answer die with the second question."""
    code = device.ask()
    person.answer(code["user_code"])
    tokens = device.poll(code).json()
    refused(device.poll(code), 400, "invalid_grant")
    refused(device.refresh(tokens["refresh_token"]), 400, "invalid_grant")


def test_the_refresh_token_rotates(device, person):
    """A device's application is public: each refresh brings another one."""
    code = device.ask()
    person.answer(code["user_code"])
    first = device.poll(code).json()["refresh_token"]
    second = device.refresh(first).json()
    assert second["refresh_token"] != first
    assert "id_token" in second


def test_without_offline_access_there_is_no_refresh_token_and_the_session_is_the_end(device, person):
    """The opaque token dies with the sign-in of the person who let the device in."""
    code = device.ask(scope="openid")
    person.answer(code["user_code"])
    tokens = device.poll(code).json()
    assert "refresh_token" not in tokens
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert device.http.get("/oidc/me", headers=headers).status_code == 200
    person.post(person.http.get("/oidc/session/end"))
    assert device.http.get("/oidc/me", headers=headers).status_code == 401


def test_a_denied_device_is_told_once(device, person):
    """access_denied, and after that the code means nothing; nobody else's tokens end with it."""
    other = device.ask()
    person.answer(other["user_code"])
    tokens = device.poll(other).json()
    code = device.ask()
    assert person.answer(code["user_code"], "deny") == "/device/denied"
    refused(device.poll(code), 400, "access_denied", "End-User aborted interaction")
    refused(device.poll(code), 400, "invalid_grant")
    assert device.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("decision", [None, "allow"])
def test_a_code_lives_for_ten_minutes(fresh_server, fresh_device, fresh_person, decision):
    """After 600 s expired_token, whether somebody has let the device in or not; before, it waits."""
    code = fresh_device.ask()
    if decision:
        fresh_person.answer(code["user_code"], decision)
    fresh_server.clock.advance(595)
    if not decision:
        refused(fresh_device.poll(code), 400, "authorization_pending")
    fresh_server.clock.advance(10)
    refused(fresh_device.poll(code), 400, "expired_token", "device code is expired")


def test_who_may_poll(server, device, person):
    """A missing code is named; an unknown one and another application's are invalid_grant."""
    code = device.ask()
    person.answer(code["user_code"])
    form = {"client_id": device.client_id, "grant_type": DEVICE_CODE}
    response = device.http.post("/oidc/token", data=form)
    refused(response, 400, "invalid_request", "missing required parameter 'device_code'")
    refused(device.poll({"device_code": "nope"}), 400, "invalid_grant")
    refused(device.poll(code, client_id=server.seeded["spaAppId"]), 400, "invalid_request")
    assert device.poll(code).status_code == 200


def test_another_device_application_cannot_take_the_code():
    """The code is good for the application that asked for it only."""
    metadata = {"type": "Native", "customClientMetadata": {"isDeviceFlow": True}}
    seed = {
        "applications": [{"name": name, "id": name, **metadata} for name in ("one", "two")],
        "users": [{"username": "alice", "password": "alice-pass-123"}],
    }
    with LocalLogto(seed=seed) as server, Device(server, "one") as device, Device(server, "two") as thief:
        code = device.ask()
        with Person(server) as person:
            person.answer(code["user_code"])
        refused(thief.poll(code), 400, "invalid_grant")
        assert device.poll(code).status_code == 200


def test_a_json_body_works(device):
    """The token endpoint takes JSON for this grant as well."""
    body = {"client_id": device.client_id, "grant_type": DEVICE_CODE, "device_code": device.ask()["device_code"]}
    refused(device.http.post("/oidc/token", json=body), 400, "authorization_pending")


def test_a_resource_asked_for_at_the_poll(device, person):
    """One of the resources of the request gives a JWT at once; another one is refused, and the code stays good."""
    code = device.ask(scope="openid offline_access read shopping:read", resource=[SHOPPING])
    person.answer(code["user_code"])
    refused(device.poll(code, resource=STORE), 400, "invalid_target")
    tokens = device.poll(code, resource=SHOPPING).json()
    claims = claims_of(tokens["access_token"])
    assert (claims["aud"], claims["scope"], claims["client_id"]) == (SHOPPING, "read shopping:read", device.client_id)


def test_organizations_as_at_any_sign_in(device, person):
    """With their scope and resource, a refresh brings the token of an organization."""
    scope = "openid offline_access urn:logto:scope:organizations org:read"
    code = device.ask(scope=scope, resource="urn:logto:resource:organizations")
    person.answer(code["user_code"])
    acme = device.server.seeded["organizations"][0]["id"]
    form = {"client_id": device.client_id, "grant_type": "refresh_token", "organization_id": acme}
    refresh_token = device.poll(code).json()["refresh_token"]
    tokens = device.http.post("/oidc/token", data={**form, "refresh_token": refresh_token}).json()
    assert tokens["scope"] == "org:read"


def test_max_age_brings_auth_time(device, person):
    """Asked for with `max_age`, the ID token says when the person signed in."""
    code = device.ask(max_age="600")
    person.answer(code["user_code"])
    assert isinstance(claims_of(device.poll(code).json()["id_token"])["auth_time"], int)


@pytest.mark.parametrize("fate", ["suspended", "removed", "no member"])
def test_a_user_who_is_gone_brings_no_tokens(fresh_server, fresh_device, fresh_person, fate):
    """Suspended or deleted between the answer and the poll: invalid_grant; a membership does not matter."""
    code = fresh_device.ask()
    fresh_person.answer(code["user_code"])
    alice, acme = fresh_server.seeded["users"][0]["id"], fresh_server.seeded["organizations"][0]["id"]
    with fresh_server.world.transaction() as db:
        if fate == "suspended":
            users.suspend(db, alice)
            users.unsuspend(db, alice)
        elif fate == "removed":
            users.remove(db, alice)
        else:
            organizations.remove_member(db, acme, alice)
    response = fresh_device.poll(code)
    if fate == "no member":
        assert response.status_code == 200
    else:
        assert (response.status_code, response.json()) == (400, INVALID_GRANT)
