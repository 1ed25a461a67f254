"""Revocation and introspection (LOGTO.md 3.9)."""

import pytest

SHOPPING = "https://shopping.your-app.com/api"


def revoke(browser, token):
    return browser.http.post("/oidc/token/revocation", data={"token": token}, auth=(browser.client_id, browser.secret))


def introspect(browser, token):
    credentials = (browser.client_id, browser.secret)
    return browser.http.post("/oidc/token/introspection", data={"token": token}, auth=credentials)


@pytest.mark.parametrize("revoked", ["refresh_token", "access_token"])
def test_revoking_one_token_ends_the_grant(browser, revoked):
    """200 with an empty body, and both tokens are dead."""
    tokens = browser.sign_in()
    response = revoke(browser, tokens[revoked])
    assert (response.status_code, response.content) == (200, b"")
    assert browser.refresh(tokens["refresh_token"], parse=False).json()["error"] == "invalid_grant"
    assert browser.user_info(tokens["access_token"]).status_code == 401


def test_an_unknown_token_is_no_error(browser):
    """200: there is nothing left to revoke."""
    assert revoke(browser, "unknown").status_code == 200


def test_another_clients_token_is_not_revoked(server, browser, open_browser):
    """400 invalid_request, and the token goes on working."""
    tokens = browser.sign_in()
    response = revoke(open_browser(server, "app2Id"), tokens["refresh_token"])
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    browser.refresh(tokens["refresh_token"])


def test_jwts_can_be_neither_revoked_nor_introspected(browser):
    """400 unsupported_token_type from both."""
    callback = browser.callback_of(scope="openid read", resource=SHOPPING)
    jwt = browser.exchange(callback["code"], resource=SHOPPING)["access_token"]
    for asked in (revoke, introspect):
        response = asked(browser, jwt)
        assert (response.status_code, response.json()["error"]) == (400, "unsupported_token_type")


def test_introspection_tells_what_a_token_is_good_for(server, browser, open_browser):
    """Also to another application; a refresh token has no token_type."""
    tokens = browser.sign_in()
    access = introspect(open_browser(server, "app2Id"), tokens["access_token"]).json()
    assert list(access) == ["active", "sub", "client_id", "exp", "iat", "iss", "scope", "token_type"]
    assert (access["active"], access["client_id"]) == (True, browser.client_id)
    assert "token_type" not in introspect(browser, tokens["refresh_token"]).json()
    assert introspect(browser, "garbage").json() == {"active": False}


def test_introspection_needs_a_client(browser):
    """Without authentication: 400."""
    assert browser.http.post("/oidc/token/introspection", data={"token": "x"}).status_code == 400
