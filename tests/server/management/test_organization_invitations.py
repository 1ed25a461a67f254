"""Invitations to an organization."""

import time

import pytest

LATER = 4_000_000_000_000


@pytest.fixture
def invite(manager):
    """Invites somebody to an organization of the test's own; returns the invitation."""
    organization_id = manager.organization("Choir")["id"]

    def invite(status=201, **changed):
        usual = {"invitee": "erna@example.com", "organizationId": organization_id, "expiresAt": LATER}
        return manager.call(status, "POST", "/organization-invitations", {**usual, **changed})

    return invite


def test_an_invitation_comes_back_as_given(manager, alice, invite):
    """Pending, with the roles that it promises; found by organization, inviter and invitee; deleted."""
    role = manager.named("/organization-roles", "member")["id"]
    made = invite(inviterId=alice, organizationRoleIds=[role], messagePayload=False)
    assert made == {
        "tenantId": "default",
        "id": made["id"],
        "inviterId": alice,
        "invitee": "erna@example.com",
        "acceptedUserId": None,
        "organizationId": made["organizationId"],
        "status": "Pending",
        "createdAt": made["createdAt"],
        "updatedAt": made["createdAt"],
        "expiresAt": LATER,
        "organizationRoles": [{"id": role, "name": "member"}],
    }
    path = "/organization-invitations"
    for query in (f"organizationId={made['organizationId']}", f"inviterId={alice}", "invitee=erna@example.com"):
        assert made in manager.call(200, "GET", f"{path}?{query}")
    assert manager.call(200, "GET", f"{path}?organizationId=x") == []
    assert manager.call(200, "GET", f"{path}/{made['id']}") == made
    manager.call(204, "DELETE", f"{path}/{made['id']}")
    assert manager.code(404, "GET", f"{path}/{made['id']}") == "entity.not_exists_with_id"


def test_whoever_accepts_becomes_a_member(manager, invite):
    """The user with the invited address, whatever its case, with the promised roles, once."""
    role = manager.named("/organization-roles", "member")["id"]
    made = invite(invitee="Fritz@example.com", organizationRoleIds=[role])
    user = manager.user(primaryEmail="fritz@example.com")["id"]
    path = f"/organization-invitations/{made['id']}/status"
    accepted = manager.call(200, "PUT", path, {"status": "Accepted", "acceptedUserId": user})
    assert (accepted["status"], accepted["acceptedUserId"]) == ("Accepted", user)
    (member,) = manager.call(200, "GET", f"/organizations/{made['organizationId']}/users")
    assert (member["id"], member["organizationRoles"]) == (user, [{"id": role, "name": "member"}])
    for status in ("Accepted", "Revoked"):
        body = {"status": status, "acceptedUserId": user}
        assert manager.code(422, "PUT", path, body) == "request.invalid_input"


def test_nobody_else_can_accept(manager, alice, invite):
    """Not without a user, not as an unknown one, not as one with another address; and nobody is a member."""
    made = invite()
    path = f"/organization-invitations/{made['id']}/status"
    assert manager.code(422, "PUT", path, {"status": "Accepted"}) == "request.invalid_input"
    body = {"status": "Accepted", "acceptedUserId": alice}
    assert manager.code(422, "PUT", path, body) == "request.invalid_input"
    body = {"status": "Accepted", "acceptedUserId": "x"}
    assert manager.code(404, "PUT", path, body) == "entity.not_exists_with_id"
    assert manager.code(400, "PUT", path, {"status": "Pending"}) == "guard.invalid_input"
    assert manager.call(200, "GET", f"/organizations/{made['organizationId']}/users") == []


def test_a_revoked_invitation_is_over(manager, invite):
    """It cannot be accepted, and another one may follow."""
    path = f"/organization-invitations/{invite()['id']}/status"
    assert manager.call(200, "PUT", path, {"status": "Revoked"})["status"] == "Revoked"
    user = manager.user(primaryEmail="erna@example.com")["id"]
    body = {"status": "Accepted", "acceptedUserId": user}
    assert manager.code(422, "PUT", path, body) == "request.invalid_input"
    assert invite()["status"] == "Pending"
    manager.call(204, "DELETE", f"/users/{user}")


def test_an_invitation_expires(fresh_server, fresh_manager):
    """It is shown as expired and cannot be accepted; another one may follow."""
    organization_id = fresh_manager.organization("Choir")["id"]
    user = fresh_manager.user(primaryEmail="gina@example.com")["id"]
    body = {
        "invitee": "gina@example.com",
        "organizationId": organization_id,
        "expiresAt": int(time.time() * 1000) + 60_000,
    }
    made = fresh_manager.call(201, "POST", "/organization-invitations", body)
    fresh_server.clock.advance(61)
    path = f"/organization-invitations/{made['id']}"
    assert fresh_manager.call(200, "GET", path)["status"] == "Expired"
    accept = {"status": "Accepted", "acceptedUserId": user}
    assert fresh_manager.code(422, "PUT", f"{path}/status", accept) == "request.invalid_input"
    fresh_manager.call(201, "POST", "/organization-invitations", {**body, "expiresAt": LATER})


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"invitee": "nobody"}, 400, "guard.invalid_input"),
        ({"expiresAt": 1000}, 400, "request.invalid_input"),
        ({"expiresAt": 10**18}, 400, "guard.invalid_input"),
        ({"organizationId": "x"}, 422, "entity.relation_foreign_key_not_found"),
        ({"inviterId": "x"}, 422, "entity.relation_foreign_key_not_found"),
        ({"organizationRoleIds": ["x"]}, 422, "entity.relation_foreign_key_not_found"),
    ],
    ids=str,
)
def test_a_wrong_invitation_is_refused(invite, changed, status, code):
    """Malformed, over, or of things that do not exist."""
    assert invite(status, **changed)["code"] == code


def test_nobody_is_invited_twice(server, manager, invite):
    """Neither while an invitation is pending, whatever the case of the address, nor as a member."""
    invite()
    assert invite(422, invitee="ERNA@example.com")["code"] == "entity.unique_integrity_violation"
    acme = server.seeded["organizations"][0]["id"]
    member = invite(422, organizationId=acme, invitee="Alice@Example.com")
    assert member["code"] == "request.invalid_input"
