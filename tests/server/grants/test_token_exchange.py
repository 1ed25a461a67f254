"""Exchanging a token about a user for another (RFC 8693; LOGTO.md 3.10, 5.4)."""

import httpx2
import pytest

from logto.server import LocalLogto
from logto.server.seed import DEFAULT
from logto.server.store import organizations, personal_access_tokens, users
from tests.server.browser import claims_of, fields_of
from tests.server.test_token import INVALID_GRANT, SHOPPING, STORE, refused

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
IMPERSONATION = "urn:logto:token-type:impersonation_token"
PERSONAL = "urn:logto:token-type:personal_access_token"
JWT = "urn:ietf:params:oauth:token-type:jwt"


class Service:
    """The sample machine-to-machine application, which may exchange tokens."""

    def __init__(self, server, application="m2mApp"):
        seeded = server.seeded
        self.server, self.alice, self.bob = server, *(user["id"] for user in seeded["users"])
        self.acme, self.beta, self.other = (organization["id"] for organization in seeded["organizations"])
        self.client_id, self.secret = seeded[f"{application}Id"], seeded.get(f"{application}Secret")

    def exchange(self, subject_token, kind=ACCESS_TOKEN, **form):
        """Ask for an exchange; None leaves a parameter out."""
        form = {"grant_type": GRANT, "subject_token": subject_token, "subject_token_type": kind, **form}
        form |= {"client_id": self.client_id, "client_secret": self.secret}
        sent = {name: value for name, value in form.items() if value is not None}
        return httpx2.post(f"{self.server.endpoint}/oidc/token", data=sent)

    def subject(self, user_id=None):
        """A one-time subject token, alice's unless told otherwise."""
        return self.server.create_subject_token(user_id or self.alice)

    def personal(self, name, **more):
        """A personal access token of alice's."""
        return self.server.create_personal_access_token(self.alice, name, **more)

    def user_info(self, token):
        """Ask the userinfo endpoint."""
        return httpx2.get(f"{self.server.endpoint}/oidc/me", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def service(server):
    """The sample service."""
    return Service(server)


@pytest.fixture
def fresh_service(fresh_server):
    """The sample service at a server of the test's own."""
    return Service(fresh_server)


def lost(response):
    """Assert the one body of every subject token that does not do."""
    assert (response.status_code, response.json()) == (400, INVALID_GRANT)


@pytest.mark.parametrize("kind", [ACCESS_TOKEN, IMPERSONATION])
def test_a_subject_token_is_good_for_one_exchange(service, kind):
    """Four members and no issued_token_type, refresh or ID token; the second exchange is invalid_grant."""
    token = service.subject()
    body = service.exchange(token, kind, resource=SHOPPING, scope="read write").json()

    assert token.startswith("sub_")
    assert list(body) == ["access_token", "expires_in", "scope", "token_type"]
    claims = claims_of(body["access_token"])
    assert (claims["sub"], claims["client_id"], claims["aud"]) == (service.alice, service.client_id, SHOPPING)
    assert claims["scope"] == body["scope"] == "read write"
    assert "act" not in claims
    lost(service.exchange(token, kind, resource=SHOPPING))


def test_a_subject_token_lives_for_ten_minutes(fresh_service):
    """At 595 s it is exchanged, at 605 s it is not."""
    first, second = fresh_service.subject(), fresh_service.subject()
    fresh_service.server.clock.advance(595)
    assert fresh_service.exchange(first).status_code == 200
    fresh_service.server.clock.advance(10)
    lost(fresh_service.exchange(second))


def test_a_refused_exchange_does_not_use_the_subject_token_up(service):
    """After an unknown resource and a foreign organization the token still works."""
    token = service.subject()
    refused(service.exchange(token, resource="https://nowhere.example"), 400, "invalid_target")
    refused(service.exchange(token, organization_id=service.other), 403, "access_denied")
    lost(service.exchange(token, actor_token="garbage", actor_token_type=ACCESS_TOKEN))
    assert service.exchange(token).status_code == 200


def test_a_personal_access_token_is_good_for_many(service):
    """The same token again and again, for several targets."""
    token = service.personal("laptop")
    assert token.startswith("pat_")
    for resource in (SHOPPING, STORE, SHOPPING):
        body = service.exchange(token, PERSONAL, resource=resource, scope="read").json()
        assert (claims_of(body["access_token"])["aud"], body["scope"]) == (resource, "read")


def test_a_personal_access_token_expires_when_it_says(fresh_service):
    """Until `expires_at`; one without an end goes on."""
    soon = fresh_service.personal("soon", expires_at=fresh_service.server.clock.now() + 60)
    forever = fresh_service.personal("forever")
    assert fresh_service.exchange(soon, PERSONAL).status_code == 200
    fresh_service.server.clock.advance(61)
    lost(fresh_service.exchange(soon, PERSONAL))
    assert fresh_service.exchange(forever, PERSONAL).status_code == 200


def test_a_personal_access_token_can_be_taken_back(fresh_service):
    """Deleted, its value means nothing; renamed, it goes on."""
    token = fresh_service.personal("old name")
    with fresh_service.server.world.transaction() as db:
        personal_access_tokens.rename(db, fresh_service.alice, "old name", "name")
    assert fresh_service.exchange(token, PERSONAL).status_code == 200
    with fresh_service.server.world.transaction() as db:
        assert [row.name for row in personal_access_tokens.of_user(db, fresh_service.alice)] == ["name"]
        personal_access_tokens.remove(db, fresh_service.alice, "name")
    lost(fresh_service.exchange(token, PERSONAL))


def test_another_applications_opaque_token(service, browser):
    """A user's token at the web application becomes one for an API, more than once, until it is revoked."""
    tokens = browser.sign_in()
    for _ in range(2):
        body = service.exchange(tokens["access_token"], resource=SHOPPING, scope="read").json()
        assert claims_of(body["access_token"])["sub"] == service.alice
    browser.http.post(
        "/oidc/token/revocation", data={"token": tokens["access_token"]}, auth=(browser.client_id, browser.secret)
    )
    lost(service.exchange(tokens["access_token"], resource=SHOPPING))


def test_another_applications_jwt(fresh_service, fresh_browser):
    """A JWT for one API becomes one for another, until it expires."""
    callback = fresh_browser.callback_of(scope="openid read", resource=SHOPPING)
    jwt = fresh_browser.exchange(callback["code"], resource=SHOPPING)["access_token"]
    body = fresh_service.exchange(jwt, resource=STORE, scope="read").json()
    assert claims_of(body["access_token"])["aud"] == STORE
    fresh_service.server.clock.advance(3601)
    lost(fresh_service.exchange(jwt, resource=STORE))


def test_what_is_no_subject_token(service, browser):
    """ID tokens, refresh tokens, machines' own tokens, altered ones, garbage: always the one text."""
    tokens = browser.sign_in()
    callback = browser.callback_of(scope="openid read", resource=SHOPPING)
    jwt = browser.exchange(callback["code"], resource=SHOPPING)["access_token"]
    form = {"grant_type": "client_credentials", "resource": SHOPPING}
    machine = browser.http.post("/oidc/token", data=form, auth=(service.client_id, service.secret)).json()
    head, body, signature = jwt.split(".")
    altered = [f"{head}.{body[:-2]}AA.{signature}", f"{head}.{body}.", f"{head}.{body}.{signature[::-1]}", "a.b.c"]
    for wrong in (tokens["id_token"], tokens["refresh_token"], machine["access_token"], *altered, "sub_x", "x" * 20000):
        lost(service.exchange(wrong, resource=SHOPPING))


def test_types_must_fit(service):
    """A token under another type's name, and types that there are not, are invalid_grant."""
    personal = service.personal("for its type")
    for kind in (ACCESS_TOKEN, IMPERSONATION, JWT, "bogus"):
        lost(service.exchange(personal, kind))
    for kind in (PERSONAL, JWT, "bogus"):
        lost(service.exchange(service.subject(), kind))


@pytest.mark.parametrize("missing", ["subject_token", "subject_token_type"])
def test_a_missing_parameter_is_named(service, missing):
    """400 invalid_request with its name."""
    form = {"subject_token": "x", "kind": ACCESS_TOKEN, missing.replace("subject_token_type", "kind"): None}
    refused(service.exchange(**form), 400, "invalid_request", f"missing required parameter '{missing}'")


@pytest.mark.parametrize("application", ["app", "spaApp", "deviceApp"])
def test_an_application_must_be_allowed_to(fresh_server, application):
    """400 invalid_request without `allowTokenExchange`, and tokens with it, for every type of application."""
    service = Service(fresh_server, application)
    response = service.exchange(service.subject())
    refused(response, 400, "invalid_request", "requested grant type is not allowed for this client")
    fresh_server.configure(service.client_id, allowTokenExchange=True)
    assert service.exchange(service.subject()).status_code == 200
    fresh_server.configure(service.client_id, allowTokenExchange=None)
    refused(service.exchange(service.subject()), 400, "invalid_request")


def test_third_parties_are_left_out(open_browser):
    """A third party's application may not exchange, whatever it is set to, and its users' tokens are no subjects."""
    third = {
        **DEFAULT["applications"][0],
        "isThirdParty": True,
        "customClientMetadata": {"allowTokenExchange": True},
    }
    seed = {**DEFAULT, "applications": [third, *DEFAULT["applications"][1:]]}
    with LocalLogto(seed=seed) as server:
        response = Service(server, "app").exchange(server.create_subject_token(server.seeded["users"][0]["id"]))
        refused(response, 400, "invalid_request", "requested grant type is not allowed for this client")
        browser = open_browser(server)
        browser.authorize(scope="openid")
        browser.follow(browser.enter())
        agreed = browser.http.post("/api/interaction/consent", json={}).json()["redirectTo"]
        token = browser.exchange(fields_of(browser.follow(agreed))["code"])["access_token"]
        assert browser.user_info(token).status_code == 200
        lost(Service(server).exchange(token))


def test_an_actor_stands_in_the_token(service, browser):
    """`act.sub` is the user whose opaque token with `openid` came along; the subject stays the subject."""
    actor = browser.sign_in("bob")["access_token"]
    body = service.exchange(
        service.subject(), resource=SHOPPING, scope="read", actor_token=actor, actor_token_type=ACCESS_TOKEN
    ).json()
    claims = claims_of(body["access_token"])
    assert (claims["sub"], claims["act"]) == (service.alice, {"sub": service.bob})
    organization = {"organization_id": service.acme, "actor_token": actor, "actor_token_type": ACCESS_TOKEN}
    claims = claims_of(service.exchange(service.subject(), **organization).json()["access_token"])
    assert claims["act"] == {"sub": service.bob}


def test_what_is_no_actor_token(fresh_service, fresh_browser):
    """Without its type or `openid`, as a JWT, a subject token, revoked, or of a suspended user: invalid_grant."""
    service, browser = fresh_service, fresh_browser
    opaque = browser.sign_in("bob")["access_token"]
    without_openid = browser.exchange(browser.callback_of("bob", scope="profile")["code"])["access_token"]
    callback = browser.callback_of("bob", scope="openid read", resource=SHOPPING)
    jwt = browser.exchange(callback["code"], resource=SHOPPING)["access_token"]
    personal = service.personal("actor")
    wrong = [(opaque, None), (opaque, JWT), *((token, ACCESS_TOKEN) for token in (without_openid, jwt, personal, "x"))]
    subject = service.subject()
    for token, kind in wrong:
        lost(service.exchange(subject, actor_token=token, actor_token_type=kind))
    with service.server.world.transaction() as db:
        users.suspend(db, service.bob)
    lost(service.exchange(subject, actor_token=opaque, actor_token_type=ACCESS_TOKEN))
    assert service.exchange(subject).status_code == 200


def test_without_a_target_the_token_is_opaque(service):
    """It is for userinfo, if `openid` was asked for, and says what it is good for when introspected."""
    body = service.exchange(service.subject(), scope="openid profile read").json()
    assert (len(body["access_token"]), body["scope"]) == (43, "openid profile")
    assert service.user_info(body["access_token"]).json()["username"] == "alice"
    bare = service.exchange(service.subject()).json()
    assert bare["scope"] == ""
    assert service.user_info(bare["access_token"]).status_code == 403


def test_an_opaque_token_can_be_introspected_and_revoked(service, browser):
    """As any other; who acts is told; its revocation ends nobody else's."""
    actor = browser.sign_in("bob")["access_token"]
    more = {"scope": "openid", "actor_token": actor, "actor_token_type": ACCESS_TOKEN}
    first, second = (service.exchange(service.subject(), **more).json()["access_token"] for _ in range(2))
    credentials = (service.client_id, service.secret)
    told = browser.http.post("/oidc/token/introspection", data={"token": first}, auth=credentials).json()
    assert (told["active"], told["sub"], told["act"]) == (True, service.alice, {"sub": service.bob})
    browser.http.post("/oidc/token/revocation", data={"token": first}, auth=credentials)
    assert [service.user_info(token).status_code for token in (first, second, actor)] == [401, 200, 200]


def test_an_opaque_token_expires(fresh_service):
    """After an hour userinfo refuses it."""
    token = fresh_service.exchange(fresh_service.subject(), scope="openid").json()["access_token"]
    fresh_service.server.clock.advance(3595)
    assert fresh_service.user_info(token).status_code == 200
    fresh_service.server.clock.advance(10)
    assert fresh_service.user_info(token).status_code == 401


def test_an_organization_needs_no_scope_but_membership(service):
    """An organization token, with the permissions that were asked for and are owned."""
    body = service.exchange(service.subject(), organization_id=service.acme, scope="org:read org:write bogus").json()
    claims = claims_of(body["access_token"])
    assert (claims["aud"], body["scope"]) == (f"urn:logto:organization:{service.acme}", "org:read org:write")
    assert service.exchange(service.subject(), organization_id=service.beta, scope="org:write").json()["scope"] == ""
    for organization in (service.other, "nope"):
        response = service.exchange(service.subject(), organization_id=organization)
        refused(response, 403, "access_denied", "user is not a member of the organization")


def test_a_resource_within_an_organization(service):
    """The organization is a claim, and only its roles' scopes and the user's own count."""
    form = {"resource": SHOPPING, "scope": "read write"}
    acme = service.exchange(service.subject(), organization_id=service.acme, **form).json()
    claims = claims_of(acme["access_token"])
    assert (claims["organization_id"], claims["aud"], acme["scope"]) == (service.acme, SHOPPING, "read write")
    assert service.exchange(service.subject(), organization_id=service.beta, **form).json()["scope"] == "read"


def test_only_what_the_user_owns_now(fresh_service):
    """Roles are read at the exchange; bob, who has none, gets a token without scopes."""
    form = {"resource": SHOPPING, "scope": "read shopping:read"}
    assert fresh_service.exchange(fresh_service.subject(), **form).json()["scope"] == "read shopping:read"
    with fresh_service.server.world.transaction() as db:
        users.remove_role(db, fresh_service.alice, "shopper")
    assert fresh_service.exchange(fresh_service.subject(), **form).json()["scope"] == ""
    assert fresh_service.exchange(fresh_service.subject(fresh_service.bob), **form).json()["scope"] == ""


@pytest.mark.parametrize("fate", [users.suspend, users.remove])
def test_a_user_who_is_gone_is_no_subject(fresh_service, fate):
    """Suspended or deleted: their subject tokens and personal access tokens bring nothing."""
    subject, personal = fresh_service.subject(), fresh_service.personal("gone")
    with fresh_service.server.world.transaction() as db:
        fate(db, fresh_service.alice)
    lost(fresh_service.exchange(subject))
    lost(fresh_service.exchange(personal, PERSONAL))


def test_suspension_ends_subject_tokens_for_good_and_pauses_personal_ones(fresh_service):
    """Un-suspended, the user has to be asked for anew; what they made for their programs works again."""
    subject, personal = fresh_service.subject(), fresh_service.personal("paused")
    with fresh_service.server.world.transaction() as db:
        users.suspend(db, fresh_service.alice)
        users.unsuspend(db, fresh_service.alice)
    lost(fresh_service.exchange(subject))
    assert fresh_service.exchange(personal, PERSONAL).status_code == 200


def test_a_former_member_gets_no_organization_token(fresh_service):
    """Membership is read at the exchange."""
    with fresh_service.server.world.transaction() as db:
        organizations.remove_member(db, fresh_service.acme, fresh_service.alice)
    response = fresh_service.exchange(fresh_service.subject(), organization_id=fresh_service.acme)
    refused(response, 403, "access_denied", "user is not a member of the organization")


def test_a_json_body_works(service):
    """The token endpoint takes JSON for this grant as well."""
    body = {
        "grant_type": GRANT,
        "client_id": service.client_id,
        "client_secret": service.secret,
        "subject_token": service.subject(),
        "subject_token_type": ACCESS_TOKEN,
        "resource": SHOPPING,
    }
    assert httpx2.post(f"{service.server.endpoint}/oidc/token", json=body).json()["scope"] == ""


def test_tokens_are_made_for_users_who_exist(service):
    """LookupError for an unknown user, ValueError for a name that is taken."""
    with pytest.raises(LookupError):
        service.server.create_subject_token("nobody")
    with pytest.raises(LookupError):
        service.server.create_personal_access_token("nobody", "x")
    service.personal("twice")
    with pytest.raises(ValueError, match="twice"):
        service.personal("twice")
