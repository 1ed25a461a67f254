"""Back-channel logout: who is told of a session's end, and what (LOGTO.md 3.8)."""

import pytest
from joserfc.jwk import KeySet
from joserfc.jws import deserialize_compact

from logto.server import LocalLogto
from logto.server.seed import DEFAULT
from logto.server.store import sessions, users
from tests.server.browser import claims_of, header_of
from tests.server.receiver import Receiver

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def receiver():
    """A receiver of the test's own."""
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def told(fresh_server, receiver):
    """A server whose guide application wants to be told, with its sid."""
    settings = {"backchannelLogoutUri": receiver.uri, "backchannelLogoutSessionRequired": True}
    fresh_server.configure(fresh_server.seeded["appId"], **settings)
    return fresh_server


def test_the_application_is_told_when_it_signs_out(told, receiver, fresh_browser):
    """One POST of a form with `logout_token`, and a user agent that says nothing."""
    fresh_browser.sign_in()
    fresh_browser.sign_out(client_id=fresh_browser.client_id)
    request = receiver.take()
    assert (request.method, request.path, list(request.form)) == ("POST", "/backchannel-logout", ["logout_token"])
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["user-agent"] == ""
    assert receiver.is_empty


def test_the_logout_token_is_as_observed(told, receiver, fresh_browser):
    """Header, claims and their order; two minutes of life; the sid of the ID token; signed by a published key."""
    id_token = claims_of(fresh_browser.sign_in()["id_token"])
    fresh_browser.sign_out(client_id=fresh_browser.client_id)
    token = receiver.take().token
    keys = fresh_browser.http.get("/oidc/jwks").json()
    assert header_of(token) == {"alg": "ES384", "typ": "logout+jwt", "kid": keys["keys"][0]["kid"]}
    claims = claims_of(token)
    assert list(claims) == ["sub", "events", "jti", "sid", "aud", "exp", "iat", "iss"]
    assert claims["events"] == {EVENT: {}}
    assert (claims["sub"], claims["aud"], claims["iss"]) == (id_token["sub"], fresh_browser.client_id, told.issuer)
    assert (claims["exp"] - claims["iat"], claims["sid"]) == (120, id_token["sid"])
    assert deserialize_compact(token, KeySet.import_key_set(keys), algorithms=["ES384"])


def test_another_application_of_the_session_ends_it_for_all(told, receiver, fresh_browser, open_browser):
    """Signed out by the second application, the first one is told, once."""
    fresh_browser.sign_in()
    second = open_browser(told, "app2Id", "http://localhost:3100/callback")
    second.http.cookies = fresh_browser.http.cookies
    assert "id_token" in second.sign_in()
    second.sign_out(client_id=second.client_id)
    assert claims_of(receiver.take().token)["aud"] == fresh_browser.client_id
    assert receiver.is_empty


def test_an_application_of_another_session_is_not_told(told, receiver, fresh_browser, open_browser):
    """Alice's second browser stays signed in, and so does the application there: one notice, with the first sid."""
    sid = claims_of(fresh_browser.sign_in()["id_token"])["sid"]
    elsewhere = open_browser(told)
    assert claims_of(elsewhere.sign_in()["id_token"])["sid"] != sid
    fresh_browser.sign_out(client_id=fresh_browser.client_id)
    assert claims_of(receiver.take().token)["sid"] == sid
    assert receiver.is_empty
    assert "code" in elsewhere.callback_of(prompt="none")


def test_without_session_required_there_is_no_sid(fresh_server, receiver, fresh_browser):
    """Neither in the ID token nor in the logout token."""
    fresh_server.configure(fresh_browser.client_id, backchannelLogoutUri=receiver.uri)
    assert "sid" not in claims_of(fresh_browser.sign_in()["id_token"])
    fresh_browser.sign_out(client_id=fresh_browser.client_id)
    assert "sid" not in claims_of(receiver.take().token)


def test_revoking_first_changes_nothing(told, receiver, fresh_browser):
    """An application that revokes its refresh token before it ends the session is told; the sid stays after a new consent."""
    tokens = fresh_browser.sign_in()
    form = {"token": tokens["refresh_token"]}
    auth = (fresh_browser.client_id, fresh_browser.secret)
    assert fresh_browser.http.post("/oidc/token/revocation", data=form, auth=auth).status_code == 200
    assert fresh_browser.callback_of(prompt="none")["error"] == "consent_required"
    again = claims_of(fresh_browser.sign_in()["id_token"])
    assert again["sid"] == claims_of(tokens["id_token"])["sid"]
    assert fresh_browser.http.post("/oidc/token/revocation", data=form, auth=auth).status_code == 200
    fresh_browser.sign_out(client_id=fresh_browser.client_id)
    assert claims_of(receiver.take().token)["sid"] == again["sid"]


def test_nobody_is_told_of_a_suspension_or_a_deleted_session(told, receiver, fresh_browser):
    """Suspending the user and deleting the session by other means than end-session send nothing."""
    alice = told.seeded["users"][0]["id"]
    fresh_browser.sign_in()
    with told.world.transaction() as db:
        users.suspend(db, alice)
        users.unsuspend(db, alice)
    fresh_browser.sign_in()
    with told.world.transaction() as db:
        cookie = fresh_browser.http.cookies["_session"]
        sessions.end(db, sessions.find(db, cookie, told.clock.now()).id)
    fresh_browser.sign_out(client_id=fresh_browser.client_id)
    assert receiver.is_empty


def test_a_sign_out_that_is_not_confirmed_tells_nobody(told, receiver, fresh_browser):
    """The page alone ends nothing; nor does a confirmation without a session."""
    fresh_browser.sign_in()
    fresh_browser.http.get("/oidc/session/end", params={"client_id": fresh_browser.client_id})
    assert fresh_browser.http.post("/oidc/session/end/confirm", data={"logout": "yes"}).status_code == 400
    assert receiver.is_empty


def test_the_seed_file_can_say_it(receiver, open_browser):
    """`backchannelLogoutUri` and `backchannelLogoutSessionRequired` of `oidcClientMetadata`."""
    application = dict(DEFAULT["applications"][0])
    application["oidcClientMetadata"] = {
        **application["oidcClientMetadata"],
        "backchannelLogoutUri": receiver.uri,
        "backchannelLogoutSessionRequired": True,
    }
    with LocalLogto(seed={**DEFAULT, "applications": [application], "organizations": []}) as server:
        browser = open_browser(server)
        sid = claims_of(browser.sign_in()["id_token"])["sid"]
        browser.sign_out(client_id=browser.client_id)
        assert claims_of(receiver.take().token)["sid"] == sid
