"""Tokens of a machine, for itself (LOGTO.md 3.10)."""

import httpx2
import pytest

from tests.server.browser import claims_of, header_of
from tests.server.test_token import SHOPPING, STORE, refused


@pytest.fixture
def ask(server):
    """Asks for a token as the sample machine-to-machine application, with its secret in the form or in the header."""
    seeded = server.seeded

    def ask(by="post", **form):
        form = {"grant_type": "client_credentials", **form}
        if by == "post":
            form |= {"client_id": seeded["m2mAppId"], "client_secret": seeded["m2mAppSecret"]}
        basic = (seeded["m2mAppId"], seeded["m2mAppSecret"]) if by == "basic" else None
        return httpx2.post(f"{server.endpoint}/oidc/token", data=form, auth=basic)

    return ask


@pytest.fixture
def acme(server):
    """The organization to which the sample machine belongs."""
    return server.seeded["organizations"][0]["id"]


@pytest.mark.parametrize("by", ["post", "basic"])
def test_a_token_for_a_resource(ask, server, by):
    """A JWT whose subject is the client; no ID token, no refresh token."""
    body = ask(by, resource=SHOPPING, scope="read").json()

    assert list(body) == ["access_token", "expires_in", "token_type", "scope"]
    assert (body["expires_in"], body["token_type"], body["scope"]) == (3600, "Bearer", "read")
    assert header_of(body["access_token"])["typ"] == "at+jwt"
    claims = claims_of(body["access_token"])
    assert list(claims) == ["jti", "sub", "iat", "exp", "scope", "client_id", "iss", "aud"]
    assert claims["sub"] == claims["client_id"] == server.seeded["m2mAppId"]
    assert (claims["aud"], claims["iss"], claims["scope"]) == (SHOPPING, server.issuer, "read")


@pytest.mark.parametrize("scope", [None, "write", "bogus", "openid offline_access"])
def test_without_a_scope_to_give_there_is_no_scope_member(ask, scope):
    """Not asked for, not owned, unknown, or about users: neither the response nor the JWT has the member."""
    form = {"scope": scope} if scope else {}
    body = ask(resource=SHOPPING, **form).json()
    assert "scope" not in body
    assert "scope" not in claims_of(body["access_token"])


def test_unowned_scopes_are_dropped(ask):
    """Of what is asked for, what the role gives, in the order of the request and once."""
    assert ask(resource=SHOPPING, scope="shopping:read write read read").json()["scope"] == "shopping:read read"


def test_a_token_for_an_organization(ask, acme):
    """The audience is the organization's URN; the scope is what its role gives, and empty if none was asked for."""
    body = ask(organization_id=acme, scope="org:read org:write").json()
    claims = claims_of(body["access_token"])
    assert (body["scope"], claims["scope"], claims["aud"]) == ("org:read", "org:read", f"urn:logto:organization:{acme}")
    assert "organization_id" not in claims
    body = ask(organization_id=acme).json()
    assert (body["scope"], claims_of(body["access_token"])["scope"]) == ("", "")


def test_a_token_for_a_resource_within_an_organization(ask, acme):
    """The audience stays the resource, the organization is a claim, and only its role's scopes count."""
    body = ask(organization_id=acme, resource=SHOPPING, scope="read write shopping:read").json()
    claims = claims_of(body["access_token"])
    assert (claims["aud"], claims["organization_id"], body["scope"]) == (SHOPPING, acme, "read write")
    assert ask(resource=SHOPPING, scope="read write shopping:read").json()["scope"] == "read shopping:read"


@pytest.mark.parametrize(
    ("form", "status", "error", "description"),
    [
        ({}, 400, "invalid_target", "both `resource` and `organization_id` are not provided"),
        ({"resource": "", "organization_id": ""}, 400, "invalid_target", None),
        ({"resource": "https://nowhere.example"}, 400, "invalid_target", "resource indicator is missing, or unknown"),
        ({"resource": SHOPPING + "/"}, 400, "invalid_target", "resource indicator is missing, or unknown"),
        (
            {"resource": [SHOPPING, STORE]},
            400,
            "invalid_target",
            "only a single resource indicator value is supported for this grant type",
        ),
        ({"organization_id": "nope"}, 403, "access_denied", "app has not associated with the organization"),
    ],
    ids=["neither", "empty", "unknown", "almost", "two", "no organization"],
)
def test_what_a_machine_cannot_have(ask, form, status, error, description):
    """Each refusal has the real server's text."""
    refused(ask(**form), status, error, description)


@pytest.mark.parametrize("resource", [{}, {"resource": SHOPPING}])
def test_an_organization_of_others_is_refused(ask, server, resource):
    """403 with the text of a machine that does not belong."""
    beta = server.seeded["organizations"][1]["id"]
    refused(ask(organization_id=beta, **resource), 403, "access_denied", "app has not associated with the organization")


def test_a_machine_must_prove_who_it_is(server):
    """No secret, a wrong one, and one sent both ways are three refusals."""
    url, seeded = f"{server.endpoint}/oidc/token", server.seeded
    form = {"grant_type": "client_credentials", "resource": SHOPPING, "client_id": seeded["m2mAppId"]}
    refused(httpx2.post(url, data=form), 401, "invalid_client", "client authentication failed")
    wrong = httpx2.post(url, data=form, auth=(seeded["m2mAppId"], "wrong"))
    refused(wrong, 401, "invalid_client", "client authentication failed")
    assert wrong.headers["www-authenticate"].startswith("Basic ")
    both = httpx2.post(url, data={**form, "client_secret": "x"}, auth=(seeded["m2mAppId"], seeded["m2mAppSecret"]))
    refused(both, 400, "invalid_request", "client authentication must only be provided using one mechanism")


@pytest.mark.parametrize("application", ["app", "spaApp", "deviceApp"])
def test_only_machines_may(server, application):
    """Every other kind of application is refused the grant."""
    form = {"grant_type": "client_credentials", "resource": SHOPPING, "client_id": server.seeded[f"{application}Id"]}
    secret = server.seeded.get(f"{application}Secret")
    response = httpx2.post(f"{server.endpoint}/oidc/token", data=form | ({"client_secret": secret} if secret else {}))
    refused(response, 400, "invalid_request", "requested grant type is not allowed for this client")


def test_a_machine_signs_nobody_in(server):
    """It has no other grant, and the authorization endpoint redirects nowhere for it."""
    seeded = server.seeded
    basic = (seeded["m2mAppId"], seeded["m2mAppSecret"])
    for grant_type in ("authorization_code", "refresh_token"):
        response = httpx2.post(f"{server.endpoint}/oidc/token", data={"grant_type": grant_type}, auth=basic)
        refused(response, 400, "invalid_request", "requested grant type is not allowed for this client")
    response = httpx2.get(f"{server.endpoint}/oidc/auth", params={"client_id": seeded["m2mAppId"]})
    refused(response, 400, "invalid_request", "requested grant type is not allowed for this client")


def test_lifetimes(fresh_server):
    """A resource's own lifetime counts, and an application's if it is shorter."""
    seeded = fresh_server.seeded
    basic = (seeded["m2mAppId"], seeded["m2mAppSecret"])
    form = {"grant_type": "client_credentials", "resource": SHOPPING}

    def lifetime():
        body = httpx2.post(f"{fresh_server.endpoint}/oidc/token", data=form, auth=basic).json()
        claims = claims_of(body["access_token"])
        assert claims["exp"] - claims["iat"] == body["expires_in"]
        return body["expires_in"]

    fresh_server.world.configure_resource(SHOPPING, 120)
    assert lifetime() == 120
    fresh_server.configure(seeded["m2mAppId"], accessTokenTtl=30)
    assert lifetime() == 30
