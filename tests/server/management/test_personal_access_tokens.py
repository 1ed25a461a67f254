"""Personal access tokens and subject tokens through the Management API."""

import pytest

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"


@pytest.fixture
def path(manager):
    """The tokens of a user without any."""
    return f"/users/{manager.user()['id']}/personal-access-tokens"


def test_a_token_is_made_renamed_and_deleted(manager, path):
    """With its value and times in milliseconds; by the path's name as well as by the body's."""
    token = manager.call(201, "POST", path, {"name": "ci", "expiresAt": 4_000_000_000_000})
    assert list(token) == ["tenantId", "userId", "name", "value", "createdAt", "expiresAt"]
    assert token["value"].startswith("pat_")
    assert (token["expiresAt"], token["createdAt"] > 10**12) == (4_000_000_000_000, True)
    assert manager.call(200, "GET", path) == [token]
    assert manager.call(200, "PATCH", f"{path}/ci", {"name": "cd"}) == {**token, "name": "cd"}
    assert manager.call(200, "PATCH", path, {"currentName": "cd", "name": "ce"}) == {**token, "name": "ce"}
    manager.call(204, "POST", f"{path}/delete", {"name": "ce"})
    assert manager.code(404, "DELETE", f"{path}/ce") == "entity.not_found"
    assert manager.call(200, "GET", path) == []


def test_a_name_is_one_tokens(manager, path):
    """422 for a second one and for a renamed one; the past is no expiry."""
    for name in ("one", "two"):
        manager.call(201, "POST", path, {"name": name})
    assert manager.code(422, "POST", path, {"name": "one"}) == "user.personal_access_token_name_exists"
    assert manager.code(422, "PATCH", f"{path}/one", {"name": "two"}) == "user.personal_access_token_name_exists"
    assert manager.code(400, "POST", path, {"name": "three", "expiresAt": 1000}) == "request.invalid_input"
    assert manager.code(400, "POST", path, {"name": "", "expiresAt": None}) == "guard.invalid_input"


@pytest.mark.parametrize("kind", ["personal_access_token", "impersonation_token"])
def test_the_tokens_can_be_exchanged(server, manager, alice, kind):
    """What these routes give acts for the user at the token endpoint (LOGTO.md 3.10)."""
    if kind == "personal_access_token":
        made = manager.call(201, "POST", f"/users/{alice}/personal-access-tokens", {"name": "exchanged"})
        subject = made["value"]
    else:
        made = manager.call(201, "POST", "/subject-tokens", {"userId": alice, "context": {"why": "support"}})
        assert (list(made), made["expiresIn"]) == (["subjectToken", "expiresIn"], 600)
        subject = made["subjectToken"]
    seeded = server.seeded
    form = {
        "grant_type": EXCHANGE,
        "subject_token": subject,
        "subject_token_type": f"urn:logto:token-type:{kind}",
        "resource": seeded["resources"][0],
    }
    answer = manager.http.post("/oidc/token", data=form, auth=(seeded["m2mAppId"], seeded["m2mAppSecret"]))
    assert answer.status_code == 200, answer.text


def test_nobody_can_be_impersonated_who_is_not_there(manager):
    """404 for an unknown user."""
    assert manager.code(404, "POST", "/subject-tokens", {"userId": "x"}) == "entity.relation_foreign_key_not_found"
