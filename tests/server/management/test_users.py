"""Users through the Management API."""

import pytest

MEMBERS = [
    "id",
    "username",
    "primaryEmail",
    "primaryPhone",
    "name",
    "avatar",
    "customData",
    "identities",
    "lastSignInAt",
    "createdAt",
    "updatedAt",
    "profile",
    "applicationId",
    "isSuspended",
    "hasPassword",
]


def test_a_user_comes_back_as_given(manager):
    """POST answers 200 with every member, null where there is nothing, times in milliseconds."""
    given = {
        "username": "dora",
        "primaryEmail": "dora@example.com",
        "primaryPhone": "12025550199",
        "name": "Dora",
        "avatar": "https://example.com/dora.png",
        "customData": {"plan": {"name": "gold"}},
        "profile": {"familyName": "Miller", "address": {"country": "GB"}},
    }
    user = manager.user(**given, password="dora-pass-123")
    assert list(user) == MEMBERS
    assert user | given == user
    assert (user["hasPassword"], user["isSuspended"], user["lastSignInAt"]) == (True, False, None)
    assert user["createdAt"] > 10**12
    assert len(user["id"]) == 12
    assert manager.call(200, "GET", f"/users/{user['id']}") == user


def test_a_user_needs_nothing(manager):
    """An empty body makes a user without anything."""
    user = manager.user()
    assert [user[name] for name in ("username", "primaryEmail", "name", "avatar")] == [None] * 4
    assert (user["customData"], user["profile"], user["hasPassword"]) == ({}, {}, False)


def test_a_created_user_can_sign_in(server, manager, open_browser):
    """With the password given, which is in no answer."""
    user = manager.user(username="emil", password="emil-pass-123")
    browser = open_browser(server)
    browser.authorize()
    browser.enter("emil", "emil-pass-123")
    shown = manager.ask("GET", f"/users/{user['id']}?includePasswordHash=true").text
    assert "emil-pass-123" not in shown
    assert "scrypt" not in shown


def test_who_signs_up_by_api_has_the_default_roles(fresh_manager):
    """As who signs up on the page."""
    role = fresh_manager.role("member-of-all", isDefault=True)
    user = fresh_manager.user(username="frida")
    assert [row["id"] for row in fresh_manager.call(200, "GET", f"/users/{user['id']}/roles")] == [role["id"]]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("username", "alice", "user.username_already_in_use"),
        ("primaryEmail", "ALICE@example.com", "user.email_already_in_use"),
        ("primaryPhone", "12025550123", "user.phone_already_in_use"),
    ],
)
def test_an_identifier_is_one_users(manager, name, value, code):
    """422 for a new user and for a changed one, and nothing is stored."""
    before = manager.ask("GET", "/users").headers["total-number"]
    assert manager.code(422, "POST", "/users", {name: value}) == code
    assert manager.ask("GET", "/users").headers["total-number"] == before
    other = manager.user()["id"]
    assert manager.code(422, "PATCH", f"/users/{other}", {name: value}) == code


def test_a_user_keeps_their_own_identifier(manager, alice):
    """A change to the same value collides with nobody."""
    assert manager.call(200, "PATCH", f"/users/{alice}", {"username": "alice"})["username"] == "alice"


@pytest.mark.parametrize(
    "body",
    [
        {"username": "1st"},
        {"username": "a b"},
        {"username": None},
        {"primaryEmail": "nobody"},
        {"primaryPhone": "+12025550100"},
        {"name": 1},
        {"name": "n" * 129},
        {"name": "a\0b"},
        {"name": "\ud800"},
        {"avatar": "javascript:alert(1)"},
        {"customData": []},
        {"customData": {"a\0": 1}},
        {"customData": {"deep": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}},
        {"profile": {"address": "Oxford"}},
        {"profile": {"shoeSize": "44"}},
        {"password": ""},
        {"password": "p" * 257},
    ],
    ids=str,
)
def test_a_wrong_member_is_named(manager, body):
    """400 guard.invalid_input with the path of the member, and without the value."""
    refusal = manager.call(400, "POST", "/users", body)
    (name,) = body
    assert refusal["code"] == "guard.invalid_input"
    assert refusal["data"]["issues"][0]["path"][0] == name
    assert name in refusal["details"]
    assert not isinstance(body[name], str) or len(body[name]) < 5 or body[name] not in str(refusal)


def test_members_that_nobody_may_set_are_ignored(manager):
    """id, isSuspended, roles, times and hashes in a body change nothing."""
    sneaky = {
        "id": "chosen-by-me",
        "isSuspended": True,
        "password_hash": "x",
        "hasPassword": True,
        "createdAt": 1,
        "roles": ["admin"],
        "identities": {"google": {"userId": "1"}},
        "lastSignInAt": 1,
        "applicationId": "x",
    }
    user = manager.user(**sneaky, name="Greta")
    changed = manager.call(200, "PATCH", f"/users/{user['id']}", {**sneaky, "name": "Greta"})
    for shown in (user, changed):
        assert shown["id"] == user["id"] != "chosen-by-me"
        assert (shown["isSuspended"], shown["hasPassword"], shown["identities"]) == (False, False, {})
        assert (shown["lastSignInAt"], shown["applicationId"]) == (None, None)
        assert shown["createdAt"] > 1
    assert manager.call(200, "GET", f"/users/{user['id']}/roles") == []


def test_a_digest_from_elsewhere_is_refused(manager):
    """422: local Logto could never compare it."""
    body = {"passwordDigest": "d", "passwordAlgorithm": "Argon2i"}
    assert manager.code(422, "POST", "/users", body) == "password.unsupported_encryption_method"


def test_patch_replaces_what_it_names(manager):
    """CustomData and profile as a whole, the rest stays; null and the empty text take a value away."""
    user = manager.user(username="hugo", name="Hugo", customData={"a": 1}, profile={"givenName": "H"})
    body = {"customData": {"b": 2}, "profile": {"familyName": "M"}, "name": None, "avatar": ""}
    changed = manager.call(200, "PATCH", f"/users/{user['id']}", body)
    assert (changed["customData"], changed["profile"]) == ({"b": 2}, {"familyName": "M"})
    assert (changed["name"], changed["avatar"], changed["username"]) == (None, None, "hugo")
    assert changed["updatedAt"] >= user["updatedAt"]


def test_custom_data_and_profile_can_be_merged(manager):
    """The routes of their own keep what they do not name, and answer with the whole."""
    path = f"/users/{manager.user(customData={'a': 1}, profile={'givenName': 'I'})['id']}"
    assert manager.call(200, "PATCH", f"{path}/custom-data", {"customData": {"b": 2}}) == {"a": 1, "b": 2}
    assert manager.call(200, "GET", f"{path}/custom-data") == {"a": 1, "b": 2}
    merged = manager.call(200, "PATCH", f"{path}/profile", {"profile": {"familyName": "M"}})
    assert merged == {"givenName": "I", "familyName": "M"}


def test_another_password_replaces_the_first(fresh_server, fresh_manager, open_browser):
    """The old one opens nothing any more, a sample password included."""
    alice = fresh_server.seeded["users"][0]["id"]
    assert fresh_manager.call(200, "PATCH", f"/users/{alice}/password", {"password": "another-1"})["hasPassword"]
    verify = f"/users/{alice}/password/verify"
    assert fresh_manager.code(422, "POST", verify, {"password": "alice-pass-123"}) == "session.invalid_credentials"
    fresh_manager.call(204, "POST", verify, {"password": "another-1"})
    assert fresh_server.seeded["users"][0]["password"] is None
    browser = open_browser(fresh_server)
    browser.authorize()
    browser.enter("alice", "another-1")


def test_whether_there_is_a_password_can_be_asked(manager, alice):
    """True for a sample user, false for one without."""
    assert manager.call(200, "GET", f"/users/{alice}/has-password") == {"hasPassword": True}
    nobody = manager.user()["id"]
    assert manager.call(200, "GET", f"/users/{nobody}/has-password") == {"hasPassword": False}
    refusal = manager.code(422, "POST", f"/users/{nobody}/password/verify", {"password": "anything"})
    assert refusal == "session.invalid_credentials"


def test_a_suspended_user_is_out(fresh_server, fresh_manager, fresh_browser):
    """Refresh and userinfo end at once; letting the user in again revives no token (LOGTO.md 3.11)."""
    alice, tokens = fresh_server.seeded["users"][0]["id"], fresh_browser.sign_in()
    path = f"/users/{alice}/is-suspended"
    assert fresh_manager.call(200, "PATCH", path, {"isSuspended": True})["isSuspended"] is True
    for _ in range(2):
        refused = fresh_browser.token(parse=False, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        assert refused.json()["error"] == "invalid_grant"
        assert fresh_browser.user_info(tokens["access_token"]).status_code == 401
        assert fresh_manager.call(200, "GET", f"/users/{alice}/sessions") == {"sessions": []}
        assert fresh_manager.call(200, "PATCH", path, {"isSuspended": False})["isSuspended"] is False
    assert fresh_browser.sign_in()["access_token"]


def test_a_deleted_user_is_gone(fresh_server, fresh_manager, fresh_browser):
    """204, then 404; refresh and userinfo end at once (LOGTO.md 3.11)."""
    alice, tokens = fresh_server.seeded["users"][0]["id"], fresh_browser.sign_in()
    fresh_manager.call(204, "DELETE", f"/users/{alice}")
    assert fresh_manager.code(404, "DELETE", f"/users/{alice}") == "entity.not_exists_with_id"
    assert fresh_manager.code(404, "GET", f"/users/{alice}") == "entity.not_exists_with_id"
    refused = fresh_browser.token(parse=False, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refused.json()["error"] == "invalid_grant"
    assert fresh_browser.user_info(tokens["access_token"]).status_code == 401


def test_sso_identities_are_shown_on_demand(manager, alice):
    """Only with includeSsoIdentities."""
    assert "ssoIdentities" not in manager.call(200, "GET", f"/users/{alice}")
    assert manager.call(200, "GET", f"/users/{alice}?includeSsoIdentities=true")["ssoIdentities"] == []


def test_users_are_searched_and_left_out(fresh_server, fresh_manager):
    """By text, by one column exactly, without those of a role or an organization; the newest first."""
    alice, bob = (row["id"] for row in fresh_server.seeded["users"])
    acme = fresh_server.seeded["organizations"][0]["id"]
    shopper = fresh_manager.named("/roles", "shopper")["id"]

    def found(query):
        return [row["username"] for row in fresh_manager.call(200, "GET", f"/users?{query}")]

    assert found("") == ["bob", "alice"]
    assert found("search=%25LIDDELL%25") == ["alice"]
    assert found("search=liddell") == []
    assert found("search.username=bob&mode.username=exact") == ["bob"]
    assert found(f"search.id={alice}&search.id={bob}&mode=exact") == ["bob", "alice"]
    assert found(f"excludeRoleId={shopper}") == ["bob"]
    assert found(f"excludeOrganizationId={acme}") == ["bob"]
    both = f"/users?excludeRoleId={shopper}&excludeOrganizationId={acme}"
    assert fresh_manager.code(400, "GET", both) == "request.invalid_input"
