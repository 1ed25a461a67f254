"""Claims by scope, from userinfo and in ID tokens (LOGTO.md 3.2)."""

import pytest

from tests.server.browser import claims_of, header_of

EVERYTHING = (
    "openid profile email phone address custom_data identities roles "
    "urn:logto:scope:organizations urn:logto:scope:organization_roles"
)


def test_openid_alone_tells_who_and_nothing_else(browser):
    """Five claims, and a header without typ."""
    token = browser.sign_in(scope="openid")["id_token"]
    assert list(header_of(token)) == ["alg", "kid"]
    assert list(claims_of(token)) == ["sub", "aud", "exp", "iat", "iss"]


def test_alice_has_every_claim(server, browser):
    """The ID token without, userinfo with the claims that need a request."""
    tokens = browser.sign_in(scope=EVERYTHING)
    said, told = claims_of(tokens["id_token"]), browser.user_info(tokens["access_token"]).json()
    for name in ("custom_data", "identities", "sso_identities", "organization_data"):
        assert name in told
        assert name not in said
    common = {name: value for name, value in said.items() if name not in ("aud", "exp", "iat", "iss")}
    assert common.items() <= told.items()
    assert told["custom_data"] == {"plan": "gold"}
    assert told["phone_number"] == "12025550123"
    assert set(told["address"]) == {"country", "locality", "formatted", "postalCode", "streetAddress"}
    assert told["updated_at"] > 10**12
    acme = server.seeded["organizations"][0]["id"]
    assert f"{acme}:admin" in told["organization_roles"]
    assert {"id": acme, "name": "Acme", "description": "Acme desc"} in told["organization_data"]


def test_bob_has_nulls_where_the_guide_says_null(server, open_browser):
    """Empty name, picture and phone are null; other absent claims are left out."""
    bob = open_browser(server)
    told = bob.user_info(bob.sign_in("bob", scope=EVERYTHING)["access_token"]).json()
    assert [told[name] for name in ("name", "picture", "phone_number", "phone_number_verified")] == [
        None,
        None,
        None,
        False,
    ]
    assert (told["email"], told["email_verified"], told["preferred_username"]) == ("bob@example.com", True, "bob")
    assert not {"family_name", "website", "address"} & set(told)
    assert (told["roles"], told["organizations"], told["custom_data"]) == ([], [], {})


def test_userinfo_takes_the_token_by_header_or_form(browser):
    """GET and POST; in the query it is refused."""
    token = browser.sign_in()["access_token"]
    assert browser.http.post("/oidc/me", data={"access_token": token}).status_code == 200
    assert browser.http.post("/oidc/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert browser.http.get("/oidc/me", params={"access_token": token}).status_code == 400


@pytest.mark.parametrize("token", [None, "unknown"])
def test_without_a_good_token_there_is_a_challenge(server, browser, token):
    """401 invalid_token; the challenge names the error only if a token was sent."""
    response = browser.http.get("/oidc/me") if token is None else browser.user_info(token)
    challenge = response.headers["www-authenticate"]
    assert (response.status_code, response.json()["error"]) == (401, "invalid_token")
    assert challenge.startswith(f'Bearer realm="{server.issuer}"')
    assert ('error="invalid_token"' in challenge) is (token is not None)


def test_a_token_without_openid_is_not_enough(browser):
    """403 insufficient_scope."""
    token = browser.sign_in(scope="profile")["access_token"]
    response = browser.user_info(token)
    assert (response.status_code, response.json()["error"]) == (403, "insufficient_scope")


def test_an_access_token_lives_for_an_hour(fresh_server, fresh_browser):
    """At 3,590 s it works, at 3,601 s it does not."""
    token = fresh_browser.sign_in()["access_token"]
    fresh_server.clock.advance(3590)
    assert fresh_browser.user_info(token).status_code == 200
    fresh_server.clock.advance(11)
    assert fresh_browser.user_info(token).status_code == 401
