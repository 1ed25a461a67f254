"""The browsers in which a user is signed in."""

import pytest

from tests.server.receiver import Receiver


@pytest.fixture
def signed_in(server, open_browser):
    """Bob's browser and its tokens."""
    browser = open_browser(server)
    return browser, browser.sign_in("bob")


@pytest.fixture
def path(server):
    """Bob's sessions."""
    return f"/users/{server.seeded['users'][1]['id']}/sessions"


def test_a_session_is_shown_with_its_applications(server, manager, signed_in, path):
    """Seconds in the payload, milliseconds outside; nothing of it is the browser's cookie."""
    browser, _ = signed_in
    session = manager.call(200, "GET", path)["sessions"][0]
    payload = session["payload"]
    assert (payload["kind"], payload["accountId"]) == ("Session", server.seeded["users"][1]["id"])
    assert payload["exp"] - payload["iat"] == 14 * 86400
    assert session["expiresAt"] // 1000 == payload["exp"]
    assert set(payload["authorizations"][browser.client_id]) == {"sid", "grantId"}
    assert browser.http.cookies["_session"] not in str(session)
    assert manager.call(200, "GET", f"{path}/{payload['uid']}") == session


def test_an_ended_session_is_over(manager, signed_in, path):
    """The browser must sign in again; ending it twice is 404."""
    browser, _ = signed_in
    session_id = manager.call(200, "GET", path)["sessions"][0]["payload"]["uid"]
    manager.call(204, "DELETE", f"{path}/{session_id}")
    assert manager.code(404, "DELETE", f"{path}/{session_id}") == "oidc.session_not_found"
    assert browser.callback_of("bob", prompt="none")["error"] == "login_required"


@pytest.mark.parametrize(("target", "survives"), [("", True), ("all", False), ("firstParty", False)])
def test_grants_end_with_the_session_if_asked(manager, signed_in, path, target, survives):
    """An offline grant outlives its session, unless revokeGrantsTarget names it."""
    browser, tokens = signed_in
    session_id = manager.call(200, "GET", path)["sessions"][0]["payload"]["uid"]
    manager.call(204, "DELETE", f"{path}/{session_id}" + (f"?revokeGrantsTarget={target}" if target else ""))
    answer = browser.token(parse=False, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert (answer.status_code == 200) is survives


def test_a_session_is_found_below_its_user_only(manager, signed_in, path, alice):
    """Another user's path does not lead to it, and an unknown target is refused."""
    session_id = manager.call(200, "GET", path)["sessions"][0]["payload"]["uid"]
    assert manager.code(404, "GET", f"/users/{alice}/sessions/{session_id}") == "oidc.invalid_session_account_id"
    refusal = manager.code(400, "DELETE", f"{path}/{session_id}?revokeGrantsTarget=some")
    assert refusal == "guard.invalid_input"


def test_no_application_is_told(server, manager, signed_in, path):
    """No back-channel logout, as on the real server (LOGTO.md 3.8)."""
    browser, _ = signed_in
    receiver = Receiver()
    try:
        server.configure(browser.client_id, backchannelLogoutUri=receiver.uri)
        session_id = manager.call(200, "GET", path)["sessions"][0]["payload"]["uid"]
        manager.call(204, "DELETE", f"{path}/{session_id}")
        browser.sign_in("bob")
        browser.sign_out(client_id=browser.client_id)
        assert receiver.take().token
        assert receiver.is_empty
    finally:
        server.configure(browser.client_id, backchannelLogoutUri=None)
        receiver.close()
