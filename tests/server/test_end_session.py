"""Signing out at the server (LOGTO.md 3.7)."""

import pytest

HOME = "http://localhost:3000/"


def test_signing_out_returns_to_the_application_with_state(browser):
    """The page posts the confirmation; 303 to the registered URI, and the session is over."""
    browser.sign_in()
    ended = browser.sign_out(client_id=browser.client_id, post_logout_redirect_uri="http://localhost:3000", state="s")
    assert (ended.status_code, ended.headers["location"]) == (303, f"{HOME}?state=s")
    assert browser.callback_of(prompt="none")["error"] == "login_required"


def test_an_id_token_hint_suffices_and_no_session_is_fine(server, browser, open_browser):
    """The hint names the client; a browser that never signed in ends there as well."""
    hint = browser.sign_in()["id_token"]
    for each in (browser, open_browser(server)):
        ended = each.sign_out(id_token_hint=hint, post_logout_redirect_uri=HOME)
        assert ended.headers["location"] == HOME


def test_without_a_client_the_uri_is_ignored(browser):
    """It ends at the server's own page."""
    ended = browser.sign_out(post_logout_redirect_uri="https://evil.example/")
    assert ended.headers["location"] == "/oidc/session/end/success"
    assert browser.http.get(ended.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "error", "description"),
    [
        (
            {"client_id": "app", "post_logout_redirect_uri": "http://localhost:3000/x"},
            "invalid_request",
            "post_logout_redirect_uri not registered",
        ),
        ({"id_token_hint": "garbage"}, "invalid_request", None),
        ({"client_id": "nope", "post_logout_redirect_uri": HOME}, "invalid_client", None),
        (
            {"client_id": "app2", "id_token_hint": "good"},
            "invalid_request",
            "client_id does not match the provided id_token_hint",
        ),
    ],
)
def test_bad_requests_are_refused(server, browser, query, error, description):
    """400, and nobody is signed out."""
    token = browser.sign_in()["id_token"]
    seeded = {"app": browser.client_id, "app2": server.seeded["app2Id"], "good": token}
    response = browser.http.get("/oidc/session/end", params={k: seeded.get(v, v) for k, v in query.items()})
    assert (response.status_code, response.json()["error"]) == (400, error)
    assert description in (None, response.json()["error_description"])
    assert "code" in browser.callback_of(prompt="none")


def test_a_confirmation_needs_the_browsers_own_page(server, browser, open_browser):
    """Without its token, or with another browser's, nothing ends."""
    browser.sign_in()
    other = open_browser(server).http.get("/oidc/session/end").text
    from tests.server.browser import hidden_fields

    for form in ({"logout": "yes"}, hidden_fields(other)):
        assert browser.http.post("/oidc/session/end/confirm", data=form).status_code == 400
    assert "code" in browser.callback_of(prompt="none")


def test_signing_out_keeps_offline_grants(browser):
    """Refresh token and even the opaque access token go on working."""
    tokens = browser.sign_in()
    browser.sign_out(client_id=browser.client_id)
    assert browser.user_info(tokens["access_token"]).status_code == 200
    browser.refresh(tokens["refresh_token"])


def test_signing_out_ends_grants_without_offline_access(browser):
    """The opaque access token dies with the session."""
    tokens = browser.sign_in(prompt=None)
    assert browser.user_info(tokens["access_token"]).status_code == 200
    browser.sign_out(client_id=browser.client_id)
    assert browser.user_info(tokens["access_token"]).status_code == 401
