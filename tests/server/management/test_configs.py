"""Settings of the whole server."""

import pytest

from tests.server.browser import claims_of, hidden_fields

SCOPE = "openid offline_access custom_data identities roles urn:logto:scope:organizations"


def test_id_tokens_have_the_claims_that_are_set(fresh_manager, fresh_browser):
    """Roles and organizations unless set otherwise; from the next token on, those named and no others."""
    path, token = "/configs/id-token", fresh_browser.sign_in(scope=SCOPE)
    usual = ["roles", "organizations", "organization_roles"]
    assert fresh_manager.call(200, "GET", path) == {"enabledExtendedClaims": usual}

    def claims():
        refreshed = fresh_browser.refresh(token["refresh_token"])
        return {*claims_of(refreshed["id_token"])} - {"sub", "aud", "exp", "iat", "iss"}

    assert claims() == {"roles", "organizations"}
    named = {"enabledExtendedClaims": ["custom_data", "organization_data", "sso_identities"]}
    assert fresh_manager.call(200, "PUT", path, named) == named
    assert fresh_manager.call(200, "GET", path) == named
    assert claims() == {"custom_data", "organization_data", "sso_identities"}
    assert fresh_browser.user_info(token["access_token"]).json()["roles"] == ["shopper"]
    assert fresh_manager.code(400, "PUT", path, {"enabledExtendedClaims": ["shoes"]}) == "guard.invalid_input"


def test_the_account_center_is_set_field_by_field(fresh_manager):
    """Open at first; a field that is not named stays as it is."""
    path = "/account-center"
    usual = fresh_manager.call(200, "GET", path)
    assert (usual["enabled"], {*usual["fields"].values()}) == (True, {"Edit"})
    changed = fresh_manager.call(200, "PATCH", path, {"fields": {"name": "ReadOnly"}})
    assert changed["fields"] == {**usual["fields"], "name": "ReadOnly"}
    assert fresh_manager.call(200, "PATCH", path, {"enabled": False})["fields"] == changed["fields"]
    for body in ({"fields": {"name": "Maybe"}}, {"fields": {"shoes": "Edit"}}, {"enabled": "yes"}):
        assert fresh_manager.code(400, "PATCH", path, body) == "guard.invalid_input"


@pytest.mark.parametrize("way", ["api", "form"])
def test_sign_up_can_be_closed(fresh_manager, fresh_browser, way):
    """With signInMode SignIn nobody can sign up, by the Experience API or on the page; signing in goes on."""
    assert fresh_manager.call(200, "GET", "/sign-in-exp")["signInMode"] == "SignInAndRegister"
    assert fresh_manager.call(200, "PATCH", "/sign-in-exp", {"signInMode": "SignIn"})["signInMode"] == "SignIn"
    http = fresh_browser.http
    page = http.get(fresh_browser.authorize(first_screen="register").headers["location"]).text
    if way == "api":
        http.put("/api/experience", json={"interactionEvent": "Register"})
        body = {"identifier": {"type": "username", "value": "otto"}, "password": "otto-pass-123"}
        made = http.post("/api/experience/verification/new-password-identity", json=body)
        answer = http.post("/api/experience/identification", json=made.json())
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")
    else:
        action = page.split('action="')[1].split('"')[0].replace("&amp;", "&")
        form = {**hidden_fields(page), "identifier": "otto", "password": "otto-pass-123"}
        answer = http.post(action, data=form)
        assert (answer.status_code, "Nobody can sign up here now" in answer.text) == (422, True)
    assert fresh_manager.call(200, "GET", "/users?search=otto") == []
    assert fresh_browser.sign_in()["access_token"]
