"""Lifetimes and rotation per application, in the seed file and while the server runs."""

import pytest

from logto.server import LocalLogto
from logto.server.seed import DEFAULT
from logto.server.seed_file import SeedError, check
from tests.server.browser import claims_of
from tests.server.test_token import SHOPPING, refused

SCOPE = "openid offline_access profile read urn:logto:scope:organizations"


def lifetime_of(token):
    claims = claims_of(token)
    return claims["exp"] - claims["iat"]


def test_lifetimes_can_be_changed_while_it_runs(fresh_server, fresh_browser):
    """ID token, opaque, organization and resource token live as told, and None takes them back."""
    acme = fresh_server.seeded["organizations"][0]["id"]
    token = fresh_browser.sign_in(scope=SCOPE, resource=SHOPPING)["refresh_token"]
    for settings, id_ttl, access_ttl in (
        ({"idTokenTtl": 60, "accessTokenTtl": 5}, 60, 5),
        ({"idTokenTtl": None, "accessTokenTtl": None}, 3600, 3600),
    ):
        fresh_server.configure(fresh_browser.client_id, **settings)
        opaque = fresh_browser.refresh(token)
        organization = fresh_browser.refresh(token, organization_id=acme)
        resource = fresh_browser.refresh(token, resource=SHOPPING)
        assert lifetime_of(opaque["id_token"]) == id_ttl
        assert [each["expires_in"] for each in (opaque, organization, resource)] == [access_ttl] * 3
        assert [lifetime_of(each["access_token"]) for each in (organization, resource)] == [access_ttl] * 2
        fresh_server.clock.advance(access_ttl - 1)
        assert fresh_browser.user_info(opaque["access_token"]).status_code == 200
        fresh_server.clock.advance(2)
        assert fresh_browser.user_info(opaque["access_token"]).status_code == 401


def test_a_resource_has_a_lifetime_of_its_own(fresh_server, fresh_browser):
    """It holds for every application; of it and the application's the shorter counts."""
    token = fresh_browser.sign_in(scope=SCOPE, resource=SHOPPING)["refresh_token"]
    fresh_server.world.configure_resource(SHOPPING, 7200)
    assert fresh_browser.refresh(token, resource=SHOPPING)["expires_in"] == 7200
    fresh_server.world.configure_resource(SHOPPING, 2)
    assert fresh_browser.refresh(token, resource=SHOPPING)["expires_in"] == 2
    fresh_server.configure(fresh_browser.client_id, accessTokenTtl=5)
    assert fresh_browser.refresh(token, resource=SHOPPING)["expires_in"] == 2
    fresh_server.world.configure_resource(SHOPPING, 3600)
    assert fresh_browser.refresh(token, resource=SHOPPING)["expires_in"] == 5


def test_a_machines_tokens_live_as_long_as_its_application_says(fresh_server, fresh_browser):
    """The client credentials grant heeds the setting too."""
    seeded = fresh_server.seeded
    fresh_server.configure(seeded["m2mAppId"], accessTokenTtl=7)
    form = {"grant_type": "client_credentials", "resource": SHOPPING}
    answer = fresh_browser.http.post("/oidc/token", data=form, auth=(seeded["m2mAppId"], seeded["m2mAppSecret"]))
    assert answer.json()["expires_in"] == lifetime_of(answer.json()["access_token"]) == 7


def test_a_short_refresh_token_is_replaced_after_70_percent(fresh_server, fresh_browser):
    """As observed with 20 seconds: the same at the start, a new one at 15 s, none at 36 s."""
    fresh_server.configure(fresh_browser.client_id, refreshTokenTtl=20)
    token = fresh_browser.sign_in()["refresh_token"]
    assert fresh_browser.refresh(token)["refresh_token"] == token
    fresh_server.clock.advance(15)
    newer = fresh_browser.refresh(token)["refresh_token"]
    assert newer != token
    fresh_server.clock.advance(21)
    refused(fresh_browser.refresh(newer, parse=False), 400, "invalid_grant")


def test_strict_rotation_replaces_at_every_refresh_and_forgives_no_reuse(fresh_server, fresh_browser):
    """A confidential client gets a new token each time; a second use in the same instant ends the grant."""
    fresh_server.configure(fresh_browser.client_id, alwaysRotateRefreshToken=True, refreshReuseWindow=0)
    first = fresh_browser.sign_in()["refresh_token"]
    second = fresh_browser.refresh(first)["refresh_token"]
    third = fresh_browser.refresh(second)["refresh_token"]
    assert len({first, second, third}) == 3
    refused(fresh_browser.refresh(second, parse=False), 400, "invalid_grant")
    refused(fresh_browser.refresh(third, parse=False), 400, "invalid_grant")


def test_the_reuse_window_can_be_wider(fresh_server, fresh_browser):
    """With 30 seconds a token is accepted at 29 and not at 31 after its use."""
    fresh_server.configure(fresh_browser.client_id, alwaysRotateRefreshToken=True, refreshReuseWindow=30)
    token = fresh_browser.sign_in()["refresh_token"]
    fresh_browser.refresh(token)
    fresh_server.clock.advance(29)
    fresh_browser.refresh(token)
    fresh_server.clock.advance(31)
    refused(fresh_browser.refresh(token, parse=False), 400, "invalid_grant")


def test_the_seed_file_has_the_same_names(open_browser):
    """Logto's own settings in `customClientMetadata`, local Logto's in its member `localLogto`."""
    application = {
        **DEFAULT["applications"][0],
        "customClientMetadata": {"idTokenTtl": 60, "localLogto": {"accessTokenTtl": 5, "refreshReuseWindow": 0}},
    }
    with LocalLogto(seed={**DEFAULT, "applications": [application], "organizations": []}) as server:
        tokens = open_browser(server).sign_in()
        assert (lifetime_of(tokens["id_token"]), tokens["expires_in"]) == (60, 5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"idTokenTTL": 60}, "idTokenTTL: is not known here"),
        ({"localLogto": {}}, "localLogto: is not known here"),
        ({"idTokenTtl": "60"}, "customClientMetadata.idTokenTtl: a number of seconds, at least 1,"),
        ({"accessTokenTtl": 0}, "customClientMetadata.localLogto.accessTokenTtl: a number of seconds, at least 1,"),
        ({"refreshReuseWindow": -1}, "customClientMetadata.localLogto.refreshReuseWindow: a number of seconds"),
        ({"rotateRefreshToken": 1}, "customClientMetadata.rotateRefreshToken: true or false"),
        ({"refreshTokenTtlInDays": 0}, "customClientMetadata.refreshTokenTtlInDays: a number of days"),
        ({"backchannelLogoutUri": "localhost/x"}, "oidcClientMetadata.backchannelLogoutUri: an absolute http(s) URL"),
        ({"backchannelLogoutUri": "ftp://localhost/"}, "oidcClientMetadata.backchannelLogoutUri: an absolute"),
        ({"backchannelLogoutUri": "http://a:b@localhost/"}, "oidcClientMetadata.backchannelLogoutUri: an absolute"),
        ({"backchannelLogoutUri": "http://localhost/#x"}, "oidcClientMetadata.backchannelLogoutUri: an absolute"),
        ({"backchannelLogoutUri": "http://localhost:x/"}, "oidcClientMetadata.backchannelLogoutUri: an absolute"),
        ({"redirectUris": ["nowhere"]}, "oidcClientMetadata.redirectUris[0]: an absolute URI without #"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(server, settings, message):
    """Nothing is changed, and the message says what is expected."""
    with pytest.raises(SeedError) as caught:
        server.configure(server.seeded["appId"], **settings)
    assert str(caught.value).startswith(message)


def test_what_does_not_exist_cannot_be_configured(server):
    """An unknown application or resource is a LookupError that names it; an impossible lifetime a SeedError."""
    with pytest.raises(LookupError, match="no application 'nope'"):
        server.configure("nope", idTokenTtl=60)
    with pytest.raises(LookupError, match="no API resource 'https://nope/'"):
        server.world.configure_resource("https://nope/", 60)
    with pytest.raises(SeedError, match="accessTokenTtl: a number of seconds, at least 1"):
        server.world.configure_resource(SHOPPING, 0)


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"customClientMetadata": {"rotateRefreshTokens": True}}, "customClientMetadata.rotateRefreshTokens: is not"),
        ({"customClientMetadata": {"accessTokenTtl": 5}}, "customClientMetadata.accessTokenTtl: is not known here"),
        ({"customClientMetadata": {"localLogto": {"ttl": 5}}}, "customClientMetadata.localLogto.ttl: is not known"),
        ({"oidcClientMetadata": {"redirectUri": "http://a"}}, "oidcClientMetadata.redirectUri: is not known here"),
        ({"oidcClientMetadata": {"redirectUris": "http://a"}}, "oidcClientMetadata.redirectUris: a list of texts"),
    ],
)
def test_a_seed_files_settings_are_checked_too(metadata, message):
    """The place in the file comes first."""
    with pytest.raises(SeedError) as caught:
        check({"applications": [{"name": "a", "type": "SPA", **metadata}]})
    assert str(caught.value).startswith(f"applications[0].{message}")
