"""A user's own account."""

import pytest

from tests.server.account.account import token_of_a_new_user
from tests.server.receiver import Receiver


def test_everything_is_shown_with_every_scope(browser, signed_in):
    """The user as the Management API shows it, and whether they can prove to be themself."""
    shown = signed_in(browser).call(200, "GET", "/my-account")
    assert (shown["username"], shown["primaryEmail"], shown["customData"]) == (
        "alice",
        "alice@example.com",
        {"plan": "gold"},
    )
    assert shown["profile"]["address"]["country"] == "GB"
    assert (shown["hasPassword"], shown["hasSecurityVerificationMethod"]) == (True, True)
    assert {"identities", "createdAt", "isSuspended", "lastSignInAt"} <= set(shown)


@pytest.mark.parametrize(
    ("scope", "shown", "hidden"),
    [
        ("openid", {"id"}, {"username", "primaryEmail", "profile", "customData", "hasPassword"}),
        ("openid profile", {"username", "name", "profile"}, {"primaryEmail", "primaryPhone", "customData"}),
        ("openid email phone", {"primaryEmail", "primaryPhone"}, {"username", "name"}),
        ("openid custom_data identities", {"customData", "identities"}, {"username"}),
    ],
)
def test_a_scope_brings_its_members(server, open_account, scope, shown, hidden):
    """Others are left out."""
    found = set(open_account(token_of_a_new_user(server, scope)).call(200, "GET", "/my-account"))
    assert shown <= found
    assert not hidden & found


def test_an_address_needs_its_scope(server, open_account):
    """The profile comes without it."""
    account = open_account(token_of_a_new_user(server, "openid profile"))
    profile = account.call(200, "GET", "/my-account")["profile"]
    refusal = account.code(400, "PATCH", "/my-account/profile", {"address": {"country": "FR"}})
    assert (profile["givenName"], "address" in profile, refusal) == ("Carla", False, "auth.unauthorized")


def test_a_user_changes_their_account(account):
    """Name, picture and data at once; the rest stays; members that nobody may set are ignored."""
    before = account.call(200, "GET", "/my-account")
    given = {"name": "Al", "avatar": None, "customData": {"plan": "silver"}}
    changed = account.call(200, "PATCH", "/my-account", {**given, "isSuspended": True, "id": "x", "primaryEmail": "x"})
    assert changed == {**before, **given, "updatedAt": changed["updatedAt"]}
    assert account.call(200, "GET", "/my-account") == changed


def test_a_profile_is_merged(account):
    """What is named changes, and the answer is the whole profile."""
    profile = account.call(200, "PATCH", "/my-account/profile", {"givenName": "Al", "address": {"country": "FR"}})
    assert (profile["givenName"], profile["familyName"], profile["address"]) == ("Al", "Miller", {"country": "FR"})
    assert account.code(400, "PATCH", "/my-account/profile", {"givenName": 1}) == "guard.invalid_input"


def test_a_username_needs_proof(account):
    """401 without, 200 with, 422 for somebody else's."""
    body = {"username": "carlotta"}
    assert account.code(401, "PATCH", "/my-account", body) == "verification_record.permission_denied"
    account.prove()
    assert account.call(200, "PATCH", "/my-account", body)["username"] == "carlotta"
    assert account.code(422, "PATCH", "/my-account", {"username": "bob"}) == "user.username_already_in_use"
    assert account.code(400, "PATCH", "/my-account", {"username": "1"}) == "guard.invalid_input"


def test_a_password_needs_proof(account):
    """401 without, 204 with; the policy holds; the new one opens the door."""
    path = "/my-account/password"
    assert account.code(401, "POST", path, {"password": "another-1"}) == "verification_record.permission_denied"
    account.prove()
    assert account.code(422, "POST", path, {"password": "short"}) == "password.rejected"
    account.call(204, "POST", path, {"password": "another-1"})
    account.password = "another-1"
    account.prove()


@pytest.mark.parametrize(
    ("field", "member", "method", "path", "body"),
    [
        ("name", "name", "PATCH", "/my-account", {"name": "A"}),
        ("avatar", "avatar", "PATCH", "/my-account", {"avatar": None}),
        ("username", "username", "PATCH", "/my-account", {"username": "a"}),
        ("customData", "customData", "PATCH", "/my-account", {"customData": {}}),
        ("profile", "profile", "PATCH", "/my-account/profile", {"givenName": "A"}),
        ("password", "hasPassword", "POST", "/my-account/password", {"password": "another-1"}),
        ("email", "primaryEmail", "DELETE", "/my-account/primary-email", None),
        ("phone", "primaryPhone", "DELETE", "/my-account/primary-phone", None),
    ],
)
def test_a_field_is_as_open_as_it_is_set(settings, account, field, member, method, path, body):
    """ReadOnly is shown and cannot be changed; Off is not even shown."""
    account.prove()
    for setting, shown in (("ReadOnly", True), ("Off", False)):
        settings(fields={field: setting})
        assert (member in account.call(200, "GET", "/my-account")) is shown
        assert account.code(400, method, path, body) == "account_center.field_not_editable"


def test_hooks_hear_of_it(manager, account):
    """User.Data.Updated, with the user and without the password."""
    receiver, username = Receiver(), account.call(200, "GET", "/my-account")["username"]
    hook = {"events": ["User.Data.Updated"], "config": {"url": receiver.uri}}
    hook_id = manager.call(201, "POST", "/hooks", hook)["id"]
    account.prove()
    account.call(204, "POST", "/my-account/password", {"password": "another-1"})
    received = receiver.take()
    manager.call(204, "DELETE", f"/hooks/{hook_id}")
    receiver.close()
    assert received.json["data"]["username"] == username
    assert b"another-1" not in received.body
