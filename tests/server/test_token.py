"""The token endpoint's refusals, row by row of LOGTO.md 3.5, and the exchange of codes."""

import pytest

from tests.server.browser import Browser, claims_of, header_of

SHOPPING = "https://shopping.your-app.com/api"
STORE = "https://store.your-app.com/api"
INVALID_GRANT = {
    "code": "oidc.invalid_grant",
    "message": "Grant request is invalid.",
    "error_uri": "https://openid.sh/debug/invalid_grant",
    "error": "invalid_grant",
    "error_description": "grant request is invalid",
}


def refused(response, status, error, description=None):
    """Assert an error body and return it."""
    body = response.json()
    assert (response.status_code, body["error"], body["code"]) == (status, error, f"oidc.{error}")
    if description is not None:
        assert body["error_description"] == description
    return body


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "never-issued"},
        {"code_verifier": "w" * 43},
        {"code_verifier": None},
        {"redirect_uri": "http://localhost:5000/callback"},
    ],
    ids=["code", "verifier", "no verifier", "redirect_uri"],
)
def test_a_wrong_exchange_gets_the_one_text_of_invalid_grant(browser, changed):
    """Whatever does not fit the code, the body is byte for byte the same."""
    code = browser.callback_of()["code"]
    response = browser.exchange(**{"code": code, **changed}, parse=False)
    assert (response.status_code, response.json()) == (400, INVALID_GRANT)


def test_a_verifier_without_a_challenge_is_refused(browser):
    """A code asked for without PKCE cannot be redeemed with a verifier, and can be without."""
    code = browser.callback_of(code_challenge=None, code_challenge_method=None)["code"]
    refused(browser.exchange(code, parse=False), 400, "invalid_grant")
    assert browser.exchange(code, code_verifier=None)["token_type"] == "Bearer"


def test_another_clients_code_is_refused(server, browser, open_browser):
    """A code is good for the application that asked for it only."""
    other = open_browser(server, "app2Id", browser.callback)
    other.verifier = browser.verifier
    refused(other.exchange(browser.callback_of()["code"], parse=False), 400, "invalid_grant")


def test_a_wrong_verifier_does_not_burn_the_code(browser):
    """The right verifier still works after a wrong one."""
    code = browser.callback_of()["code"]
    refused(browser.exchange(code, parse=False, code_verifier="w" * 43), 400, "invalid_grant")
    assert "id_token" in browser.exchange(code)


def test_a_code_lives_for_sixty_seconds(fresh_server, fresh_browser):
    """At 59 s it is exchanged, at 62 s it is not."""
    first, second = fresh_browser.callback_of()["code"], fresh_browser.callback_of()["code"]
    fresh_server.clock.advance(57)
    fresh_browser.exchange(first)
    fresh_server.clock.advance(5)
    refused(fresh_browser.exchange(second, parse=False), 400, "invalid_grant")


def test_a_reused_code_revokes_the_grant(browser):
    """The second exchange fails and takes the first one's tokens with it."""
    code = browser.callback_of()["code"]
    tokens = browser.exchange(code)
    refused(browser.exchange(code, parse=False), 400, "invalid_grant")
    refused(browser.refresh(tokens["refresh_token"], parse=False), 400, "invalid_grant")
    assert browser.user_info(tokens["access_token"]).status_code == 401


def test_a_suspended_users_code_is_refused(fresh_server, fresh_browser):
    """A code of a user who has been suspended meanwhile is worth nothing."""
    from logto.server.store import users

    code = fresh_browser.callback_of()["code"]
    with fresh_server.world.transaction() as db:
        users.suspend(db, fresh_server.seeded["users"][0]["id"])
    refused(fresh_browser.exchange(code, parse=False), 400, "invalid_grant")


def test_a_wrong_secret_by_basic_is_challenged(browser):
    """401 invalid_client, with a Basic challenge."""
    browser.secret = "wrong"
    response = browser.exchange("x", parse=False)
    refused(response, 401, "invalid_client", "client authentication failed")
    assert response.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("secret", [{"client_secret": "wrong"}, {}], ids=["wrong", "none"])
def test_a_wrong_or_missing_secret_by_post_is_not_challenged(browser, secret):
    """401 invalid_client without a WWW-Authenticate header."""
    form = {"grant_type": "authorization_code", "client_id": browser.client_id, **secret}
    response = browser.http.post("/oidc/token", data=form)
    refused(response, 401, "invalid_client", "client authentication failed")
    assert "www-authenticate" not in response.headers


def test_a_secret_of_a_public_client_is_refused(server, browser):
    """A single-page application has no secret, so sending one is a failed authentication."""
    form = {"grant_type": "authorization_code", "client_id": server.seeded["spaAppId"], "client_secret": "x"}
    refused(browser.http.post("/oidc/token", data=form), 401, "invalid_client", "client authentication failed")


def test_an_unknown_client_is_named(browser):
    """400 invalid_client with the id that was sent."""
    response = browser.http.post("/oidc/token", data={"client_id": "nope", "grant_type": "refresh_token"})
    refused(response, 400, "invalid_client", "invalid client nope")


def test_a_secret_sent_both_ways_is_refused(browser):
    """Basic and a secret in the body are two mechanisms."""
    response = browser.exchange("x", parse=False, client_secret=browser.secret)
    description = "client authentication must only be provided using one mechanism"
    refused(response, 400, "invalid_request", description)


@pytest.mark.parametrize("named", [True, False])
def test_a_client_assertion_is_refused(browser, named):
    """Discovery advertises client_secret_jwt and private_key_jwt as the real server does; no client is set to them."""
    methods = browser.http.get("/oidc/.well-known/openid-configuration").json()["token_endpoint_auth_methods_supported"]
    assert {"client_secret_jwt", "private_key_jwt"} <= {*methods}
    form = {
        "grant_type": "refresh_token",
        "refresh_token": "x",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": "e30.e30.x",
        **({"client_id": browser.client_id} if named else {}),
    }
    refused(browser.http.post("/oidc/token", data=form), 401, "invalid_client", "client authentication failed")


def test_a_client_assertion_beside_a_secret_is_refused(browser):
    """An assertion and a secret are two mechanisms."""
    response = browser.exchange("x", parse=False, client_assertion="e30.e30.x")
    description = "client authentication must only be provided using one mechanism"
    refused(response, 400, "invalid_request", description)


def test_no_client_at_all_is_refused(browser):
    """Nobody is asking."""
    response = browser.http.post("/oidc/token", data={"grant_type": "refresh_token"})
    refused(response, 400, "invalid_request", "no client authentication mechanism provided")


@pytest.mark.parametrize(
    ("grant_type", "error", "description"),
    [
        ("bogus", "unsupported_grant_type", None),
        (None, "invalid_request", "missing required parameter 'grant_type'"),
        ("client_credentials", "invalid_request", "requested grant type is not allowed for this client"),
    ],
)
def test_a_grant_type_must_be_known_and_allowed(browser, grant_type, error, description):
    """Unknown, missing and not allowed are three different errors."""
    refused(browser.token(parse=False, grant_type=grant_type), 400, error, description)


def test_a_short_verifier_is_a_malformed_request(browser):
    """42 characters are no verifier, whatever the code."""
    refused(browser.exchange("x", parse=False, code_verifier="v" * 42), 400, "invalid_request")


def test_a_missing_redirect_uri_is_named(browser):
    """400 invalid_request, and not invalid_grant."""
    response = browser.exchange("x", parse=False, redirect_uri=None)
    refused(response, 400, "invalid_request", "missing required parameter 'redirect_uri'")


def test_get_on_the_token_endpoint_is_not_found(browser):
    """The route exists for POST only."""
    response = browser.http.get("/oidc/token")
    refused(response, 404, "invalid_request", "unrecognized route or not allowed method (GET on /token)")


def test_parse_error_false_gives_plain_oauth(browser):
    """Logto's own members are left out."""
    response = browser.http.post("/oidc/token?parse_error=false", data={"client_id": "nope"})
    assert response.json() == {"error": "invalid_client", "error_description": "invalid client nope"}


def test_the_message_is_translated(browser):
    """Accept-Language: fr changes `message` and nothing else."""
    form = {"client_id": "nope"}
    french = browser.http.post("/oidc/token", data=form, headers={"Accept-Language": "fr-CH"}).json()
    english = browser.http.post("/oidc/token", data=form).json()
    assert french.pop("message") != english.pop("message")
    assert french == english


def test_a_parameter_twice_is_refused(browser):
    """RFC 6749 3.1: no parameter may be there twice."""
    content = f"grant_type=refresh_token&grant_type=refresh_token&client_id={browser.client_id}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    refused(browser.http.post("/oidc/token", content=content, headers=headers), 400, "invalid_request")


def test_a_json_body_works(browser):
    """The token endpoint takes JSON as well as a form."""
    code = browser.callback_of()["code"]
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": browser.callback,
        "code_verifier": browser.verifier,
        "client_id": browser.client_id,
        "client_secret": browser.secret,
    }
    assert browser.http.post("/oidc/token", json=body).status_code == 200


def test_the_answer_has_the_real_servers_members_in_order(browser):
    """An exchange with offline access gives six members, is never cached, and names the request."""
    response = browser.exchange(browser.callback_of()["code"], parse=False)
    members = ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"]
    assert list(response.json()) == members
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["logto-core-request-id"]


def test_the_default_access_token_is_opaque(browser):
    """43 characters without a dot, for userinfo; the scope lists OIDC scopes only."""
    tokens = browser.sign_in(scope="openid offline_access profile read bogus", resource=SHOPPING)
    assert len(tokens["access_token"]) == 43
    assert "." not in tokens["access_token"]
    assert tokens["scope"] == "openid offline_access profile"


def test_a_resource_at_the_exchange_gives_a_jwt_at_once(browser):
    """Asked for at sign-in, it is issued by the exchange itself."""
    callback = browser.callback_of(scope="openid read", resource=[SHOPPING, STORE])
    tokens = browser.exchange(callback["code"], resource=SHOPPING)
    assert header_of(tokens["access_token"])["typ"] == "at+jwt"
    assert claims_of(tokens["access_token"])["aud"] == SHOPPING
    assert tokens["scope"] == "read"


def test_a_resource_not_asked_for_at_sign_in_is_refused(browser):
    """400 invalid_target, and the code stays good."""
    code = browser.callback_of(scope="openid read", resource=SHOPPING)["code"]
    response = browser.exchange(code, parse=False, resource=STORE)
    refused(response, 400, "invalid_target", "resource indicator is missing, or unknown")
    assert browser.exchange(code)["scope"] == "openid"


def test_without_openid_the_only_resource_is_issued_for(browser):
    """No ID token, and a JWT without asking."""
    tokens = browser.sign_in(scope="read", resource=SHOPPING, prompt=None)
    assert "id_token" not in tokens
    assert claims_of(tokens["access_token"])["aud"] == SHOPPING


def test_a_foreign_origin_is_refused_and_the_applications_own_may_read(server, open_browser):
    """CORS is per client: the origins of its redirect URIs."""
    spa = open_browser(server, "spaAppId")
    form = {
        "grant_type": "authorization_code",
        "client_id": spa.client_id,
        "code": spa.callback_of()["code"],
        "redirect_uri": spa.callback,
        "code_verifier": spa.verifier,
    }
    foreign = spa.http.post("/oidc/token", data=form, headers={"Origin": "http://evil.example"})
    refused(foreign, 400, "invalid_request")
    assert "access-control-allow-origin" not in foreign.headers
    own = spa.http.post("/oidc/token", data=form, headers={"Origin": "http://localhost:3000"})
    assert own.status_code == 200
    assert own.headers["access-control-allow-origin"] == "http://localhost:3000"


def test_four_exchanges_of_one_code_at_once_succeed_once(browser):
    """One transaction a request: exactly one of them gets tokens."""
    from concurrent.futures import ThreadPoolExecutor

    code = browser.callback_of()["code"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: browser.exchange(code, parse=False).status_code, range(4)))
    assert sorted(answers) == [200, 400, 400, 400]


def test_the_script_signs_in_with_any_kind_of_identifier(server, open_browser):
    """The Experience API takes a username, an email address or a phone number."""
    password = server.seeded["users"][0]["password"]
    for kind, value in (("username", "alice"), ("email", "ALICE@example.com"), ("phone", "+1 202 555 0123")):
        browser: Browser = open_browser(server)
        browser.authorize()
        assert "/oidc/auth/" in browser.enter(value, password, kind)
