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


@pytest.mark.parametrize("by", ["basic", "post"])
def test_a_machine_may_introspect_a_web_applications_tokens(server, browser, by):
    """By either way to authenticate; the scope of a refresh token names what it may ask of resources, too."""
    seeded = server.seeded
    tokens = browser.sign_in(scope="openid offline_access profile read", resource=SHOPPING)

    def ask(token):
        form = {"token": token}
        if by == "post":
            form |= {"client_id": seeded["m2mAppId"], "client_secret": seeded["m2mAppSecret"]}
        credentials = (seeded["m2mAppId"], seeded["m2mAppSecret"]) if by == "basic" else None
        return browser.http.post("/oidc/token/introspection", data=form, auth=credentials).json()

    access, refresh = ask(tokens["access_token"]), ask(tokens["refresh_token"])
    assert (access["sub"], access["client_id"]) == (seeded["users"][0]["id"], seeded["appId"])
    assert access["exp"] - access["iat"] == 3600
    assert (access["scope"], refresh["scope"]) == (
        "openid offline_access profile",
        "openid offline_access profile read",
    )
    assert list(refresh) == ["active", "sub", "client_id", "exp", "iat", "iss", "scope"]
    assert ask("garbage") == {"active": False}


def test_what_has_ended_is_inactive(fresh_server, open_browser):
    """Expired, replaced by rotation, or of a suspended user: `active` is false and nothing else is told."""
    from logto.server.store import users

    browser, spa = open_browser(fresh_server), open_browser(fresh_server, "spaAppId")
    tokens, first = browser.sign_in(), spa.sign_in("bob")["refresh_token"]
    second = spa.refresh(first)["refresh_token"]
    assert introspect(browser, first).json() == {"active": False}
    assert introspect(browser, second).json()["active"] is True
    with fresh_server.world.transaction() as db:
        users.suspend(db, fresh_server.seeded["users"][1]["id"])
    assert introspect(browser, second).json() == {"active": False}
    fresh_server.clock.advance(3601)
    assert introspect(browser, tokens["access_token"]).json() == {"active": False}
    assert introspect(browser, tokens["refresh_token"]).json()["active"] is True


@pytest.mark.parametrize("application", ["spaAppId", "deviceAppId"])
def test_a_public_client_introspects_nothing(server, browser, application):
    """It has no secret to prove who it is: 400."""
    form = {"token": "x", "client_id": server.seeded[application]}
    response = browser.http.post("/oidc/token/introspection", data=form)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("path", ["introspection", "revocation"])
def test_a_missing_token_is_named(browser, path):
    """400 invalid_request."""
    response = browser.http.post(f"/oidc/token/{path}", data={}, auth=(browser.client_id, browser.secret))
    assert response.json()["error_description"] == "missing required parameter 'token'"


def test_a_public_client_revokes_its_own_token(server, open_browser):
    """With its client_id alone; another's it cannot."""
    spa, other = open_browser(server, "spaAppId"), open_browser(server)
    mine, theirs = spa.sign_in()["refresh_token"], other.sign_in()["refresh_token"]
    for token, status in ((mine, 200), (theirs, 400)):
        form = {"token": token, "client_id": spa.client_id}
        assert spa.http.post("/oidc/token/revocation", data=form).status_code == status
    assert spa.refresh(mine, parse=False).status_code == 400
    other.refresh(theirs)
