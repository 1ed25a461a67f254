"""The browsers in which the user is signed in."""

from tests.server.account.account import token_of_a_new_user


def test_sessions_are_listed_and_ended(server, browser, open_browser, signed_in):
    """With proof; the token's own is marked; another one can be ended."""
    account = signed_in(browser)
    assert account.code(401, "GET", "/my-account/sessions") == "verification_record.permission_denied"
    account.prove()
    other = open_browser(server)
    other.sign_in()
    sessions = account.call(200, "GET", "/my-account/sessions")["sessions"]
    assert [row["isCurrent"] for row in sessions] == [False, True]
    account.call(204, "DELETE", f"/my-account/sessions/{sessions[0]['payload']['uid']}")
    assert other.callback_of(prompt="none")["error"] == "login_required"
    assert [row["isCurrent"] for row in account.call(200, "GET", "/my-account/sessions")["sessions"]] == [True]


def test_another_users_session_cannot_be_ended(account, browser, signed_in):
    """404, and it goes on."""
    bob = signed_in(browser, "bob")
    bob.prove()
    (session,) = bob.call(200, "GET", "/my-account/sessions")["sessions"]
    account.prove()
    path = f"/my-account/sessions/{session['payload']['uid']}"
    assert account.code(404, "DELETE", path) == "oidc.invalid_session_account_id"
    assert account.code(404, "DELETE", "/my-account/sessions/x") == "oidc.session_not_found"
    assert bob.call(200, "GET", "/my-account/sessions")["sessions"] == [session]


def test_the_scope_and_the_setting_are_needed(server, settings, account, open_account):
    """401 without the scope, 400 where the field is Off or may not be changed."""
    poor = open_account(token_of_a_new_user(server, "openid profile"))
    poor.prove()
    assert poor.code(401, "GET", "/my-account/sessions") == "auth.unauthorized"
    account.prove()
    settings(fields={"session": "ReadOnly"})
    assert account.call(200, "GET", "/my-account/sessions") == {"sessions": []}
    assert account.code(400, "DELETE", "/my-account/sessions/x") == "account_center.field_not_editable"
    settings(fields={"session": "Off"})
    assert account.code(400, "GET", "/my-account/sessions") == "account_center.field_not_enabled"
