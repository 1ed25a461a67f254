"""The authorization endpoint: what it shows, what it redirects, prompts, first pages (LOGTO.md 3.5, 3.6)."""

import pytest

from logto.server import LocalLogto
from logto.server.seed import DEFAULT
from tests.server.browser import fields_of, hidden_fields, query_of

SHOPPING = "https://shopping.your-app.com/api"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "nope"}, "invalid_client"),
        ({"client_id": None}, "invalid_request"),
        ({"redirect_uri": "http://localhost:3000/other"}, "invalid_redirect_uri"),
        ({"redirect_uri": "http://localhost:3999/callback"}, "invalid_redirect_uri"),
        ({"redirect_uri": "http://localhost:3000/callback/"}, "invalid_redirect_uri"),
        ({"redirect_uri": "http://localhost:3000/callback?x=1"}, "invalid_redirect_uri"),
        ({"redirect_uri": "http://LOCALHOST:3000/callback"}, "invalid_redirect_uri"),
        ({"redirect_uri": "http://localhost:3000@evil.example/callback"}, "invalid_redirect_uri"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"client_id": "machine"}, "invalid_request"),
        ({"state": ["one", "two"]}, "invalid_request"),
    ],
)
def test_unsafe_requests_are_shown_and_never_redirected(server, browser, changed, error):
    """JSON with status 400, and `iss` in it; for a person, a page with the same status."""
    if changed.get("client_id") == "machine":
        changed = {"client_id": server.seeded["m2mAppId"]}
    response = browser.authorize(**changed)
    assert response.status_code == 400
    assert "location" not in response.headers
    body = response.json()
    assert (body["error"], body["iss"]) == (error, server.issuer)
    page = browser.http.get("/oidc/auth", params=browser.parameters(**changed), headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (400, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("changed", "error", "description"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request", None),
        ({"code_challenge_method": None}, "invalid_request", None),
        ({"code_challenge": None}, "invalid_request", None),
        ({"code_challenge": "short"}, "invalid_request", None),
        ({"response_type": None}, "invalid_request", None),
        ({"response_type": "bogus"}, "unsupported_response_type", None),
        ({"response_type": "none"}, "unauthorized_client", "requested response_type is not allowed for this client"),
        ({"response_mode": "bogus"}, "unsupported_response_mode", None),
        ({"resource": "https://nobody.example/"}, "invalid_target", "resource indicator is missing, or unknown"),
        ({"resource": "no uri"}, "invalid_target", None),
        ({"prompt": "bogus"}, "invalid_request", None),
        ({"prompt": "select_account"}, "invalid_request", None),
        ({"prompt": "none login"}, "invalid_request", "prompt none must only be used alone"),
        ({"prompt": "none"}, "login_required", None),
        ({"request": "x"}, "request_not_supported", None),
        ({"request_uri": "https://x.example/"}, "request_not_supported", None),
        ({"max_age": "-1"}, "invalid_request", None),
        ({"max_age": "soon"}, "invalid_request", None),
        ({"id_token_hint": "garbage"}, "invalid_request", None),
    ],
)
def test_other_errors_go_to_the_application(server, browser, changed, error, description):
    """303 to the redirect URI with error, state and iss."""
    response = browser.authorize(**changed)
    assert response.status_code == 303
    location = response.headers["location"]
    assert location.startswith(f"{browser.callback}?")
    fields = fields_of(location)
    assert (fields["error"], fields["state"], fields["iss"]) == (error, "state-1", server.issuer)
    if description is not None:
        assert fields["error_description"] == description


def test_a_request_object_error_has_no_description(browser):
    """request_not_supported stands alone."""
    assert "error_description" not in fields_of(browser.authorize(request="x").headers["location"])


@pytest.mark.parametrize("response_type", ["id_token", "code id_token"])
def test_errors_of_token_response_types_come_in_the_fragment(browser, response_type):
    """Advertised, but refused for every application."""
    location = browser.authorize(response_type=response_type).headers["location"]
    assert location.startswith(f"{browser.callback}#error=unauthorized_client")


def test_a_public_application_must_use_pkce(server, open_browser):
    """An application without a secret cannot leave the challenge out."""
    spa = open_browser(server, "spaAppId")
    fields = fields_of(spa.authorize(code_challenge=None, code_challenge_method=None).headers["location"])
    description = "Authorization Server policy requires PKCE to be used for this request"
    assert (fields["error"], fields["error_description"]) == ("invalid_request", description)


@pytest.mark.parametrize(("mode", "mark"), [("query", "?"), ("fragment", "#")])
def test_the_callback_carries_code_state_and_issuer(server, browser, mode, mark):
    """In the query or in the fragment, as asked."""
    response = browser.authorize(response_mode=mode)
    location = browser.follow(browser.enter()) if response.headers["location"].startswith("/sign-in") else ""
    assert location.startswith(f"{browser.callback}{mark}")
    assert set(fields_of(location)) == {"code", "state", "iss"}
    assert fields_of(location)["iss"] == server.issuer


def test_form_post_is_a_page_that_submits_itself(server, browser):
    """200 with the fields for a code; an error page has status 400."""
    browser.authorize(response_mode="form_post")
    page = browser.follow(browser.enter())
    assert page.status_code == 200
    fields = hidden_fields(page.text)
    assert (fields["state"], fields["iss"]) == ("state-1", server.issuer)
    assert browser.exchange(fields["code"])["id_token"]
    refused = browser.authorize(response_mode="form_post", prompt="bogus")
    assert (refused.status_code, hidden_fields(refused.text)["error"]) == (400, "invalid_request")


def test_form_post_speaks_the_language_of_the_request(browser):
    """`ui_locales` of the authorization request counts, also after the sign-in page."""
    browser.authorize(response_mode="form_post", ui_locales="fr")
    assert '<html lang="fr">' in browser.follow(browser.enter()).text
    assert '<html lang="en">' in browser.follow(browser.authorize(response_mode="form_post").headers["location"]).text


def test_form_post_never_posts_to_an_applications_own_scheme(open_browser):
    """A native application's `app://` URI gets a redirect, because no form can be posted to it."""
    application = {
        "name": "Mine",
        "type": "Native",
        "id": "my-app",
        "oidcClientMetadata": {"redirectUris": ["com.example.app://callback"]},
    }
    with LocalLogto(seed={**DEFAULT, "applications": [application], "organizations": []}) as server:
        native = open_browser(server)
        native.client_id, native.callback = "my-app", "com.example.app://callback"
        native.authorize(response_mode="form_post")
        assert native.follow(native.enter()).startswith("com.example.app://callback?code=")


def test_a_request_may_be_posted(browser):
    """POST to the authorization endpoint begins a sign-in too."""
    response = browser.http.post("/oidc/auth", data=browser.parameters())
    assert response.headers["location"].startswith("/sign-in?app_id=")


def test_a_request_may_be_pushed_once(browser):
    """PAR: 201 for sixty seconds, to the application that pushed it, used once."""
    form = {**browser.parameters(), "client_secret": browser.secret}
    pushed = browser.http.post("/oidc/request", data=form)
    assert (pushed.status_code, pushed.json()["expires_in"]) == (201, 60)
    query = {"client_id": browser.client_id, "request_uri": pushed.json()["request_uri"]}
    assert browser.http.get("/oidc/auth", params=query).headers["location"].startswith("/sign-in")
    again = browser.http.get("/oidc/auth", params=query)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_request_uri")


def test_a_second_application_needs_no_second_sign_in(server, browser, open_browser):
    """SSO by the session cookie; prompt=none is consent_required until it was used in this session."""
    browser.sign_in()
    second = open_browser(server, "app2Id", "http://localhost:3100/callback")
    second.http.cookies = browser.http.cookies
    silent = second.callback_of(prompt="none")
    assert silent["error"] == "consent_required"
    assert second.authorize(prompt=None).headers["location"].startswith("/consent?app_id=")
    assert second.sign_in(prompt=None)["id_token"]
    assert "code" in second.callback_of(prompt="none")


@pytest.mark.parametrize("extra", [{"scope": "openid profile email"}, {"resource": SHOPPING}])
def test_prompt_none_gives_only_what_was_granted(browser, extra):
    """The same again is a code; an extra scope or resource is consent_required."""
    browser.sign_in(scope="openid profile")
    assert "code" in browser.callback_of(scope="openid profile", prompt="none")
    wider = {"scope": "openid profile", **extra}
    assert browser.callback_of(prompt="none", **wider)["error"] == "consent_required"


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"prompt": "login consent"}, {"prompt": None, "max_age": "0"}])
def test_a_fresh_sign_in_can_be_demanded(browser, asked):
    """Within a session, prompt=login and max_age=0 show the sign-in page again, and then end."""
    browser.sign_in()
    assert browser.authorize(**asked).headers["location"].startswith("/sign-in")
    assert "code" in fields_of(browser.follow(browser.enter()))


def test_auth_time_is_there_when_max_age_was_sent(browser):
    """And not otherwise."""
    from tests.server.browser import claims_of

    assert "auth_time" not in claims_of(browser.sign_in()["id_token"])
    assert isinstance(claims_of(browser.sign_in(max_age="3600")["id_token"])["auth_time"], int)


def test_an_id_token_hint_of_somebody_else_asks_again(server, browser, open_browser):
    """login_required when silent, else the sign-in page; one's own hint passes."""
    hint = browser.sign_in()["id_token"]
    bob = open_browser(server)
    bob.sign_in("bob")
    assert bob.callback_of(prompt="none", id_token_hint=hint)["error"] == "login_required"
    assert bob.authorize(prompt=None, id_token_hint=hint).headers["location"].startswith("/sign-in")
    assert "code" in browser.callback_of(prompt=None, id_token_hint=hint)


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        ({}, "/sign-in"),
        ({"first_screen": "signIn"}, "/sign-in"),
        ({"first_screen": "sign_in"}, "/sign-in"),
        ({"first_screen": "register"}, "/register"),
        ({"first_screen": "reset_password"}, "/reset-password"),
        ({"first_screen": "identifier:sign_in"}, "/identifier-sign-in"),
        ({"first_screen": "identifier:register"}, "/identifier-register"),
        ({"first_screen": "single_sign_on"}, "/single-sign-on"),
        ({"interaction_mode": "signUp"}, "/register"),
        ({"interaction_mode": "signUp", "first_screen": "sign_in"}, "/sign-in"),
        ({"direct_sign_in": "social:google"}, "/direct/social/google"),
        ({"direct_sign_in": "sso:abc", "first_screen": "register"}, "/direct/sso/abc"),
    ],
)
def test_the_first_page_can_be_chosen(browser, extra, path):
    """Each value leads to its page, and the page exists."""
    location = browser.authorize(**extra).headers["location"]
    assert location.startswith(f"{path}?app_id={browser.client_id}")
    if path.startswith("/direct"):
        assert query_of(location)["fallback"] == [extra.get("first_screen", "sign_in")]
    page = browser.http.get(location)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_extra_parameters_are_passed_on_to_the_page(browser):
    """identifier, login_hint, organization_id, ui_locales and one_time_token stand in its query."""
    extras = {
        "identifier": "email username",
        "login_hint": "alice@example.com",
        "organization_id": "o1",
        "ui_locales": "fr",
        "one_time_token": "t",
    }
    query = query_of(browser.authorize(**extras).headers["location"])
    assert {name: query[name] for name in extras} == {name: [value] for name, value in extras.items()}


def test_a_bad_first_screen_drops_every_extra_parameter(browser):
    """login_hint and the others sent with it are gone, and the page is /sign-in."""
    location = browser.authorize(first_screen="bogus", login_hint="alice", ui_locales="fr").headers["location"]
    assert location == f"/sign-in?app_id={browser.client_id}"


def test_unknown_parameters_and_scopes_raise_no_error(browser):
    """`claims` and friends are ignored, unknown scopes dropped."""
    tokens = browser.sign_in(scope="openid bogus", claims="{}", nonsense="1")
    assert tokens["scope"] == "openid"


@pytest.fixture
def third_party(open_browser):
    """A third-party application that may ask for profile."""
    application = {
        **DEFAULT["applications"][0],
        "isThirdParty": True,
        "userConsentScopes": {"userScopes": ["profile"]},
    }
    with LocalLogto(seed={**DEFAULT, "applications": [application], "organizations": []}) as server:
        yield open_browser(server)


def test_a_third_party_application_is_held_to_its_scopes(third_party):
    """A scope that is not enabled for it is invalid_scope, by name."""
    fields = fields_of(third_party.authorize(scope="openid email").headers["location"])
    assert (fields["error"], fields["scope"]) == ("invalid_scope", "email")


def test_a_third_party_application_shows_a_consent_page(third_party):
    """200 page, then POST /api/interaction/consent, then the callback."""
    third_party.authorize(scope="openid profile")
    page = third_party.follow(third_party.enter())
    assert (page.status_code, page.url.path) == (200, "/consent")
    redirect = third_party.http.post("/api/interaction/consent", json={}).json()["redirectTo"]
    assert "code" in fields_of(third_party.follow(redirect))


def test_consent_can_be_denied(third_party):
    """The page's second button ends in access_denied at the application."""
    third_party.authorize(scope="openid profile")
    page = third_party.follow(third_party.enter())
    action = page.text.split('action="')[1].split('"')[0].replace("&amp;", "&")
    form = {**hidden_fields(page.text), "decision": "deny"}
    answered = third_party.http.post(action, data=form)
    assert fields_of(third_party.follow(answered.headers["location"]))["error"] == "access_denied"


def test_two_tabs_both_finish(browser):
    """Two sign-ins of one application begun side by side end with their own states, in any order."""
    pages = []
    for state in ("first", "second"):
        page = browser.http.get(browser.authorize(state=state).headers["location"])
        pages.append((page.text.split('action="')[1].split('"')[0].replace("&amp;", "&"), hidden_fields(page.text)))
    for state, (action, fields) in zip(("first", "second"), pages, strict=True):
        form = {**fields, "identifier": "alice", "password": "alice-pass-123"}
        answered = browser.http.post(action, data=form)
        assert answered.status_code == 303, answered.text
        assert fields_of(browser.follow(answered.headers["location"]))["state"] == state


def test_a_resume_url_works_only_in_its_own_browser(server, browser, open_browser):
    """Another browser that learns the URL gets nothing."""
    browser.authorize()
    location = browser.enter()
    stranger = open_browser(server).http.get(location)
    assert (stranger.status_code, stranger.json()["code"]) == (400, "session.not_found")
    assert "code" in fields_of(browser.follow(location))
    assert browser.http.get(location).status_code == 400


def test_the_session_cookie_changes_at_sign_in(browser):
    """A second sign-in of the same user gets a new value, and the old one is dead."""
    browser.sign_in()
    before = browser.http.cookies.get("_session"), browser.http.cookies.get("_session.sig")
    browser.callback_of(prompt="login")
    assert browser.http.cookies.get("_session") != before[0]
    browser.http.cookies.clear()
    headers = {"Cookie": f"_session={before[0]}; _session.sig={before[1]}"}
    response = browser.http.get("/oidc/auth", params=browser.parameters(prompt="none"), headers=headers)
    assert fields_of(response.headers["location"])["error"] == "login_required"
