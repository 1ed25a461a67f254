"""Refresh tokens: when they exist, rotation, the reuse window, resources and organizations (LOGTO.md 3.3, 3.4)."""

import pytest

from logto.server import LocalLogto
from logto.server.seed import DEFAULT
from logto.server.store import organizations, users
from tests.server.browser import claims_of
from tests.server.test_token import refused

SHOPPING = "https://shopping.your-app.com/api"
STORE = "https://store.your-app.com/api"
ORGANIZATION = "urn:logto:resource:organizations"
ORGANIZATIONS = "urn:logto:scope:organizations"
EVERYTHING = (
    f"openid offline_access profile roles {ORGANIZATIONS} read write shopping:read shopping:write "
    "org:read invite:member org:write"
)
ALL_RESOURCES = [SHOPPING, STORE, ORGANIZATION]
DAY = 86400


@pytest.fixture
def spa(fresh_server, open_browser):
    """A public client, with a server of the test's own."""
    return open_browser(fresh_server, "spaAppId")


def organization_named(server, name):
    return next(row["id"] for row in server.seeded["organizations"] if row["name"] == name)


@pytest.mark.parametrize(
    ("prompt", "given"), [("consent", True), ("login consent", True), (None, False), ("login", False)]
)
def test_offline_access_needs_prompt_consent(server, open_browser, prompt, given):
    """Without `consent` in prompt there is no refresh token, and offline_access vanishes from the scope."""
    tokens = open_browser(server).sign_in(prompt=prompt)
    assert ("refresh_token" in tokens) is given
    assert ("offline_access" in tokens["scope"].split()) is given


def test_a_silent_authorization_yields_no_refresh_token(browser):
    """prompt=none within a session that has offline access: a code, and no refresh token."""
    browser.sign_in()
    callback = browser.callback_of(prompt="none")
    assert "refresh_token" not in browser.exchange(callback["code"])


def test_always_issue_refresh_token_needs_neither(open_browser):
    """The application setting gives one without prompt and without offline_access."""
    seed = {**DEFAULT, "applications": [dict(DEFAULT["applications"][0])], "organizations": []}
    seed["applications"][0]["customClientMetadata"] = {"alwaysIssueRefreshToken": True}
    seed["applications"].append(DEFAULT["applications"][2])
    seed["applications"].append(DEFAULT["applications"][3])
    with LocalLogto(seed=seed) as server:
        tokens = open_browser(server).sign_in(prompt=None, scope="openid")
        assert "refresh_token" in tokens


def test_a_confidential_clients_token_stays_until_70_percent(fresh_server, fresh_browser):
    """The same value at 69 % of 14 days, a new one at 71 %."""
    token = fresh_browser.sign_in()["refresh_token"]
    fresh_server.clock.advance(0.69 * 14 * DAY)
    assert fresh_browser.refresh(token)["refresh_token"] == token
    fresh_server.clock.advance(0.02 * 14 * DAY)
    assert fresh_browser.refresh(token)["refresh_token"] != token


def test_a_public_clients_token_is_new_every_time(spa):
    """Rotation on every refresh; the newest keeps working."""
    first = spa.sign_in()["refresh_token"]
    second = spa.refresh(first)["refresh_token"]
    third = spa.refresh(second)["refresh_token"]
    assert len({first, second, third}) == 3


def test_a_consumed_token_is_accepted_for_three_seconds(fresh_server, spa):
    """At 2.5 s it gives another new token, and both descendants stay valid."""
    first = spa.sign_in()["refresh_token"]
    one = spa.refresh(first)["refresh_token"]
    fresh_server.clock.advance(2.5)
    other = spa.refresh(first)["refresh_token"]
    assert one != other
    spa.refresh(one)
    spa.refresh(other)


def test_each_reuse_moves_the_window_on(fresh_server, spa):
    """Reused at 2, 4 and 6 seconds after the first use: 200 every time."""
    first = spa.sign_in()["refresh_token"]
    spa.refresh(first)
    for _ in range(3):
        fresh_server.clock.advance(2)
        spa.refresh(first)


def test_reuse_after_three_seconds_revokes_the_grant(fresh_server, spa):
    """At 3.5 s: invalid_grant, and the newest refresh token and the opaque access token die too."""
    first = spa.sign_in()["refresh_token"]
    newest = spa.refresh(first)
    fresh_server.clock.advance(3.5)
    refused(spa.refresh(first, parse=False), 400, "invalid_grant")
    refused(spa.refresh(newest["refresh_token"], parse=False), 400, "invalid_grant")
    assert spa.user_info(newest["access_token"]).status_code == 401


def test_a_refused_request_does_not_use_the_token_up(fresh_server, spa):
    """A refresh that is refused for its resource leaves the token unconsumed."""
    token = spa.sign_in()["refresh_token"]
    refused(spa.refresh(token, parse=False, resource=STORE), 400, "invalid_target")
    fresh_server.clock.advance(10)
    spa.refresh(token)


def test_a_single_page_applications_rotation_does_not_prolong(fresh_server, spa):
    """14 days after sign-in it is over, however often it was rotated."""
    token = spa.refresh(spa.sign_in()["refresh_token"])["refresh_token"]
    fresh_server.clock.advance(13 * DAY)
    token = spa.refresh(token)["refresh_token"]
    fresh_server.clock.advance(1.1 * DAY)
    refused(spa.refresh(token, parse=False), 400, "invalid_grant")


@pytest.mark.parametrize("who", ["unknown", "another client's", "expired"])
def test_bad_refresh_tokens_get_invalid_grant(fresh_server, fresh_browser, open_browser, who):
    """Unknown, another client's, or older than 14 days."""
    token = fresh_browser.sign_in()["refresh_token"]
    asking = open_browser(fresh_server, "app2Id") if who == "another client's" else fresh_browser
    if who == "expired":
        fresh_server.clock.advance(14 * DAY + 1)
    refused(asking.refresh("unknown" if who == "unknown" else token, parse=False), 400, "invalid_grant")


def test_suspension_ends_tokens_for_good(fresh_server, fresh_browser):
    """Suspended: refresh and userinfo refuse; un-suspending does not revive them (LOGTO.md 3.11)."""
    tokens = fresh_browser.sign_in()
    user_id = fresh_server.seeded["users"][0]["id"]
    with fresh_server.world.transaction() as db:
        users.suspend(db, user_id)
        users.unsuspend(db, user_id)
    refused(fresh_browser.refresh(tokens["refresh_token"], parse=False), 400, "invalid_grant")
    assert fresh_browser.user_info(tokens["access_token"]).status_code == 401


def test_deletion_ends_tokens(fresh_server, fresh_browser):
    """Deleted: refresh is invalid_grant, userinfo 401, and nobody is signed in any more (LOGTO.md 3.11)."""
    tokens = fresh_browser.sign_in()
    with fresh_server.world.transaction() as db:
        users.remove(db, fresh_server.seeded["users"][0]["id"])
    refused(fresh_browser.refresh(tokens["refresh_token"], parse=False), 400, "invalid_grant")
    assert fresh_browser.user_info(tokens["access_token"]).status_code == 401
    assert fresh_browser.callback_of(prompt="none")["error"] == "login_required"


@pytest.fixture
def at_application(open_browser):
    """Opens a browser at the one application of a server of its own."""
    servers = []

    def opened(**application):
        metadata = {"oidcClientMetadata": {"redirectUris": ["http://localhost:3000/callback"]}}
        mine = {"name": "Mine", "id": "my-app", **metadata, **application}
        seed = {**DEFAULT, "applications": [mine], "organizations": []}
        servers.append(LocalLogto(seed=seed).start())
        browser = open_browser(servers[-1])
        if application["type"] != "Traditional":
            browser.client_id, browser.secret = "my-app", None
        return browser

    yield opened
    for server in servers:
        server.stop()


def test_rotation_can_be_switched_off(at_application):
    """rotateRefreshToken=false: the same value at 71 % of a confidential client's lifetime, and always a public one's."""
    confidential = at_application(type="Traditional", customClientMetadata={"rotateRefreshToken": False})
    token = confidential.sign_in()["refresh_token"]
    confidential.server.clock.advance(0.71 * 14 * DAY)
    assert confidential.refresh(token)["refresh_token"] == token
    public = at_application(type="SPA", customClientMetadata={"rotateRefreshToken": False})
    token = public.sign_in()["refresh_token"]
    assert public.refresh(token)["refresh_token"] == token


def test_a_native_applications_rotation_prolongs(at_application):
    """A native application has no secret and gets a new token each time, which lives 14 days from then."""
    native = at_application(type="Native")
    token = native.sign_in()["refresh_token"]
    for _ in range(2):
        native.server.clock.advance(13 * DAY)
        token, before = native.refresh(token)["refresh_token"], token
        assert token != before


def test_no_refresh_token_outlives_its_grant(at_application):
    """A grant ends 180 days after consent, however far its refresh tokens were prolonged."""
    native = at_application(type="Native")
    token = native.sign_in()["refresh_token"]
    for _ in range(13):
        native.server.clock.advance(13 * DAY)
        token = native.refresh(token)["refresh_token"]
    native.server.clock.advance(10 * DAY)
    token = native.refresh(token)["refresh_token"]
    native.server.clock.advance(1 * DAY + 1)
    refused(native.refresh(token, parse=False), 400, "invalid_grant")


def test_a_resource_token_unites_roles_and_all_organizations(server, browser):
    """Alice's role gives the reads, Acme's admin role the writes; the nonce stays in the new ID token."""
    tokens = browser.sign_in(scope=EVERYTHING, resource=ALL_RESOURCES, nonce="n-123")
    refreshed = browser.refresh(tokens["refresh_token"], resource=SHOPPING)
    claims = claims_of(refreshed["access_token"])
    assert refreshed["scope"] == claims["scope"] == "read write shopping:read shopping:write"
    assert list(claims) == ["jti", "sub", "iat", "exp", "scope", "client_id", "iss", "aud"]
    assert (claims["aud"], claims["client_id"]) == (SHOPPING, browser.client_id)
    assert claims_of(refreshed["id_token"])["nonce"] == "n-123"
    beta = organization_named(server, "Beta")
    in_beta = browser.refresh(tokens["refresh_token"], resource=SHOPPING, organization_id=beta)
    claims = claims_of(in_beta["access_token"])
    assert in_beta["scope"] == "read shopping:read"
    assert (claims["aud"], claims["organization_id"]) == (SHOPPING, beta)


def test_an_organization_token_carries_the_roles_permissions(server, browser):
    """Acme's admin has three; the audience is the organization's URN."""
    token = browser.sign_in(scope=EVERYTHING, resource=ALL_RESOURCES)["refresh_token"]
    acme, beta = organization_named(server, "Acme"), organization_named(server, "Beta")
    refreshed = browser.refresh(token, organization_id=acme)
    assert refreshed["scope"] == "org:read invite:member org:write"
    assert claims_of(refreshed["access_token"])["aud"] == f"urn:logto:organization:{acme}"
    assert browser.refresh(token, organization_id=beta)["scope"] == "org:read"


def test_organization_scopes_need_the_organization_resource(server, browser):
    """Without it in the authorization request the token comes, with an empty scope."""
    token = browser.sign_in(scope=EVERYTHING, resource=SHOPPING)["refresh_token"]
    refreshed = browser.refresh(token, organization_id=organization_named(server, "Acme"))
    assert refreshed["scope"] == claims_of(refreshed["access_token"])["scope"] == ""


def test_organizations_need_their_scope(server, browser):
    """403 insufficient_scope, also together with a resource."""
    token = browser.sign_in(scope="openid offline_access read", resource=SHOPPING)["refresh_token"]
    for extra in ({}, {"resource": SHOPPING}):
        acme = organization_named(server, "Acme")
        response = browser.refresh(token, parse=False, organization_id=acme, **extra)
        assert response.status_code == 403
        assert response.json() == {
            "code": "oidc.insufficient_scope",
            "message": "Token missing scope `{{scope}}`.",
            "error": "insufficient_scope",
            "error_description": "refresh token missing required scope",
            "scope": ORGANIZATIONS,
        }


def test_no_membership_no_organization_token(fresh_server, fresh_browser):
    """Not a member, no such organization, removed meanwhile: 403 access_denied."""
    token = fresh_browser.sign_in(scope=EVERYTHING, resource=ALL_RESOURCES)["refresh_token"]
    beta = organization_named(fresh_server, "Beta")
    with fresh_server.world.transaction() as db:
        organizations.remove_member(db, beta, fresh_server.seeded["users"][0]["id"])
    for organization_id in (organization_named(fresh_server, "Other"), "nowhere", beta):
        response = fresh_browser.refresh(token, parse=False, organization_id=organization_id)
        refused(response, 403, "access_denied", "user is not a member of the organization")


def test_scopes_are_evaluated_anew_at_every_refresh(fresh_server, fresh_browser):
    """Taking the role away removes scope and claim at once; giving it back returns them."""
    token = fresh_browser.sign_in(scope=EVERYTHING, resource=ALL_RESOURCES)["refresh_token"]
    alice = fresh_server.seeded["users"][0]["id"]
    with fresh_server.world.transaction() as db:
        users.remove_role(db, alice, "shopper")
    refreshed = fresh_browser.refresh(token, resource=SHOPPING)
    assert (refreshed["scope"], claims_of(refreshed["id_token"])["roles"]) == ("write shopping:write", [])
    with fresh_server.world.transaction() as db:
        users.add_role(db, alice, "shopper")
    refreshed = fresh_browser.refresh(token, resource=SHOPPING)
    assert refreshed["scope"] == "read write shopping:read shopping:write"


def test_nothing_owned_is_an_empty_scope(server, open_browser):
    """Bob has no role: 200 with "scope": "" in the answer and in the token."""
    bob = open_browser(server)
    token = bob.sign_in("bob", scope="openid offline_access read write", resource=SHOPPING)["refresh_token"]
    refreshed = bob.refresh(token, resource=SHOPPING)
    assert refreshed["scope"] == claims_of(refreshed["access_token"])["scope"] == ""


def test_scope_narrows_a_refresh(browser):
    """scope=read: only read and no ID token; a scope that was not granted is refused by name."""
    token = browser.sign_in(scope=EVERYTHING, resource=ALL_RESOURCES)["refresh_token"]
    refreshed = browser.refresh(token, resource=SHOPPING, scope="read")
    assert refreshed["scope"] == "read"
    assert "id_token" not in refreshed
    assert refused(browser.refresh(token, parse=False, scope="bogus"), 400, "invalid_scope")["scope"] == "bogus"


@pytest.mark.parametrize("resource", [STORE, "https://nobody.example/", "not a uri"])
def test_a_resource_not_granted_is_refused(browser, resource):
    """Not asked for at sign-in, unknown, or no URI: 400 invalid_target."""
    token = browser.sign_in(scope="openid offline_access read", resource=SHOPPING)["refresh_token"]
    response = browser.refresh(token, parse=False, resource=resource)
    refused(response, 400, "invalid_target", "resource indicator is missing, or unknown")


def test_two_resources_give_the_default_token(browser):
    """No error: the opaque token."""
    token = browser.sign_in(scope=EVERYTHING, resource=ALL_RESOURCES)["refresh_token"]
    assert len(browser.refresh(token, resource=[SHOPPING, STORE])["access_token"]) == 43


def test_resources_may_be_separated_by_commas(browser):
    """`resource=a,b` in the authorization request is two resources."""
    token = browser.sign_in(scope="openid offline_access read", resource=f"{SHOPPING},{STORE}")["refresh_token"]
    assert browser.refresh(token, resource=STORE)["scope"] == "read"
