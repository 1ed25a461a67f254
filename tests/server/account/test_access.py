"""Who may call the Account API."""

import httpx2
import pytest
from sqlalchemy import update

from logto.server.account.routes import ROWS
from logto.server.schema import applications
from tests.server.browser import NO_TLS
from tests.server.manager import management_token


def test_no_route_answers_without_a_token(server):
    """Every row of the table is behind the same door."""
    with httpx2.Client(base_url=server.endpoint, verify=NO_TLS) as http:
        found = {http.request(row.method, "/api" + row.path.format(sessionId="x")).status_code for row in ROWS}
    assert found == {401}


@pytest.mark.parametrize("kind", ["ID token", "management token", "refresh token", "garbage"])
def test_other_tokens_are_nobodys(server, browser, kind):
    """Only an opaque access token is a user's."""
    tokens = browser.sign_in()
    token = {
        "ID token": tokens["id_token"],
        "management token": management_token(server),
        "refresh token": tokens["refresh_token"],
        "garbage": "x",
    }[kind]
    answer = browser.http.get("/api/my-account", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.unauthorized")


def test_an_opaque_token_does_not_manage(server, browser):
    """A user's token opens their account and nothing of the Management API."""
    headers = {"Authorization": f"Bearer {browser.sign_in()['access_token']}"}
    assert browser.http.get("/api/my-account", headers=headers).status_code == 200
    assert browser.http.get("/api/users", headers=headers).status_code == 401


def test_a_token_without_openid_is_forbidden(browser):
    """403."""
    token = browser.sign_in(scope="profile")["access_token"]
    answer = browser.http.get("/api/my-account", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")


def test_a_suspended_user_is_out(manager, account):
    """At once."""
    user_id = account.call(200, "GET", "/my-account")["id"]
    manager.call(200, "PATCH", f"/users/{user_id}/is-suspended", {"isSuspended": True})
    assert account.code(401, "GET", "/my-account") == "auth.unauthorized"


def test_a_closed_account_center_lets_nobody_in(settings, account):
    """400 for reading and for changing."""
    settings(enabled=False)
    assert account.code(400, "GET", "/my-account") == "account_center.not_enabled"
    assert account.code(400, "PATCH", "/my-account", {"name": "A"}) == "account_center.not_enabled"


def test_a_third_partys_application_changes_nothing(fresh_server, fresh_account):
    """403 for every change, and reading goes on."""
    with fresh_server.world.transaction() as db:
        db.execute(update(applications).values(is_third_party=True))
    fresh_account.call(200, "GET", "/my-account")
    for method, path, body in (
        ("PATCH", "/my-account", {"name": "A"}),
        ("PATCH", "/my-account/profile", {"givenName": "A"}),
        ("POST", "/my-account/password", {"password": "another-1"}),
        ("POST", "/verifications/password", {"password": fresh_account.password}),
    ):
        assert fresh_account.code(403, method, path, body) == "auth.third_party_application_forbidden"


def test_pages_of_the_application_may_call(account):
    """With CORS for its own origins, other sites not (LOGTO.md 3.12)."""
    own = account.ask("GET", "/my-account", Origin="http://localhost:3000")
    assert (own.status_code, own.headers["access-control-allow-origin"]) == (200, "http://localhost:3000")
    foreign = account.ask("PATCH", "/my-account", {"name": "A"}, Origin="https://evil.example")
    assert foreign.status_code == 400
    assert "access-control-allow-origin" not in foreign.headers
    asked = account.http.options("/api/my-account", headers={"Origin": "http://localhost:3000"})
    assert asked.status_code == 204
    assert "PATCH" in asked.headers["access-control-allow-methods"]
    assert "logto-verification-id" in asked.headers["access-control-allow-headers"]


def test_users_do_not_mix(open_account):
    """Each token opens its own account, and nobody's proof serves another."""
    first, second = open_account(), open_account()
    first.prove()
    second.proof = first.proof
    names = {account.call(200, "GET", "/my-account")["username"] for account in (first, second)}
    assert len(names) == 2
    assert second.code(401, "PATCH", "/my-account", {"username": "x"}) == "verification_record.permission_denied"
