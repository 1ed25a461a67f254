"""Logto's own SDK for Node, `@logto/node`, on local Logto."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.interop.conftest import HERE, LOGS, SHOPPING, STORE
from tests.interop.headless_sign_in import Visitor
from tests.interop.program import Program, Refused

CALLBACK, HOME = "http://localhost:3000/callback", "http://localhost:3000/"
SCOPES = ["email", "phone", "custom_data", "identities", "roles", "read", "shopping:read", "org:read", "invite:member"]
SCOPES += ["urn:logto:scope:organizations", "urn:logto:scope:organization_roles"]


@pytest.fixture
def start(logto) -> Iterator[Callable[..., Program]]:
    """Starts an application on the SDK, with further settings."""
    with ExitStack() as running:

        def start(**settings: Any) -> Program:
            config = {name: logto.seeded[name] for name in ("endpoint", "appId", "appSecret")}
            config |= {"scopes": SCOPES, "resources": [SHOPPING, STORE], **settings}
            command = ["node", HERE / "programs" / "logto_node.mjs", json.dumps(config)]
            return running.enter_context(Program(command, LOGS / "logto-node.log"))

        yield start


@pytest.fixture
def application(start) -> Program:
    """A confidential application that asks for all that the sample data have."""
    return start()


@pytest.fixture
def public_application(start, logto) -> Program:
    """The single-page application, which has no secret."""
    return start(appId=logto.seeded["spaAppId"], appSecret=None)


def sign_in(application: Program, visitor: Visitor, user: str = "alice", **credentials: str) -> None:
    """Sign a sample user in, from the first click to the callback."""
    application.ask("handleSignInCallback", visitor.sign_in(application.ask("signIn", CALLBACK), user, **credentials))


def test_sign_in_and_claims(application, visitor, logto):
    """The SDK signs alice in, verifies her ID token with the published keys, and reads her claims."""
    sign_in(application, visitor)

    assert application.ask("isAuthenticated") is True
    claims = application.ask("getIdTokenClaims")
    assert (claims["sub"], claims["iss"]) == (logto.seeded["users"][0]["id"], logto.issuer)
    assert (claims["username"], claims["email"], claims["roles"]) == ("alice", "alice@example.com", ["shopper"])


def test_user_info(application, visitor):
    """The SDK fetches what is not in the ID token."""
    sign_in(application, visitor)

    user = application.ask("fetchUserInfo")

    assert user["custom_data"]["plan"] == "gold"
    assert {organization["name"] for organization in user["organization_data"]} == {"Acme", "Beta"}


def test_context(application, visitor, logto):
    """The SDK's `getContext` brings claims, user info, a token and a token for each of the user's organizations."""
    sign_in(application, visitor)
    wanted = {"getAccessToken": True, "resource": SHOPPING, "fetchUserInfo": True, "getOrganizationToken": True}

    context = application.ask("getContext", wanted)

    assert context["isAuthenticated"] is True
    assert {"read", "shopping:read"} <= set(context["scopes"])
    assert context["userInfo"]["sub"] == context["claims"]["sub"]
    assert set(context["organizationTokens"]) == {one["id"] for one in logto.seeded["organizations"][:2]}


def test_token_for_a_resource(application, visitor):
    """The SDK gets a resource's token and keeps it, and gets another once that is cleared."""
    sign_in(application, visitor)

    token = application.ask("getAccessToken", SHOPPING)

    claims = application.ask("getAccessTokenClaims", SHOPPING)
    assert (claims["aud"], claims["client_id"]) == (SHOPPING, application.ask("getIdTokenClaims")["aud"])
    assert application.ask("getAccessToken", SHOPPING) == token
    application.ask("clearAccessToken")
    assert application.ask("getAccessToken", SHOPPING) != token


def test_organization_token(application, visitor, logto):
    """The SDK gets an organization's token with the scopes of the user's role there, and none where she is a stranger."""
    sign_in(application, visitor)
    acme, beta, other = (one["id"] for one in logto.seeded["organizations"])

    assert set(application.ask("getOrganizationTokenClaims", acme)["scope"].split()) == {"org:read", "invite:member"}
    assert application.ask("getOrganizationTokenClaims", beta)["scope"] == "org:read"
    with pytest.raises(Refused) as refused:
        application.ask("getOrganizationTokenClaims", other)
    assert refused.value.code == "oidc.access_denied"


def test_token_for_a_resource_within_an_organization(application, visitor, logto):
    """The SDK gets a resource's token as one organization sees it."""
    sign_in(application, visitor)
    acme = logto.seeded["organizations"][0]["id"]

    within, without = (application.ask("getAccessToken", SHOPPING, *organization) for organization in ([acme], []))

    assert within != without


def test_refresh_token_of_a_confidential_application(application, visitor):
    """A confidential application's refresh token stays the same over a refresh."""
    sign_in(application, visitor)
    before = application.ask("getRefreshToken")

    application.ask("getAccessToken", SHOPPING)

    assert application.ask("getRefreshToken") == before


def test_refresh_token_of_a_public_application(public_application, visitor):
    """The single-page application signs in without a secret, and each refresh brings another refresh token."""
    sign_in(public_application, visitor)
    first = public_application.ask("getRefreshToken")

    public_application.ask("getAccessToken", SHOPPING)

    assert public_application.ask("getRefreshToken") != first
    assert public_application.ask("fetchUserInfo")["username"] == "alice"


def test_sign_up_first(application, visitor):
    """With `firstScreen` a new user registers and comes back signed in."""
    url = application.ask("signIn", {"redirectUri": CALLBACK, "firstScreen": "register"})

    application.ask("handleSignInCallback", visitor.register(url, "node_newcomer", "a-long-pass-phrase-1"))

    assert visitor.shown[0] == "/register"
    assert application.ask("getIdTokenClaims")["username"] == "node_newcomer"


def test_second_application(application, start, visitor, logto):
    """Whoever signed in with one application is signed in with the second without being asked."""
    sign_in(application, visitor)
    second = start(appId=logto.seeded["app2Id"], appSecret=logto.seeded["app2Secret"])
    pages = list(visitor.shown)

    second.ask("handleSignInCallback", visitor.sign_in(second.ask("signIn", "http://localhost:3100/callback")))

    assert visitor.shown == pages
    assert second.ask("getIdTokenClaims")["sub"] == application.ask("getIdTokenClaims")["sub"]


def test_sign_out(application, visitor, logto):
    """The SDK's sign-out revokes the refresh token, ends at home, and the next sign-in asks for the password again."""
    sign_in(application, visitor)

    assert visitor.sign_out(application.ask("signOut", HOME)) == HOME

    revocations = [one.status for one in logto.requests if one.path == "/oidc/token/revocation"]
    assert revocations[-1] == 200
    assert application.ask("isAuthenticated") is False
    before = visitor.shown.count("/sign-in")
    sign_in(application, visitor)
    assert visitor.shown.count("/sign-in") == before + 1


def test_wrong_secret(start, visitor):
    """The SDK reads Logto's error for a wrong secret."""
    application = start(appSecret="wrong")

    with pytest.raises(Refused) as refused:
        sign_in(application, visitor)

    assert refused.value.code == "oidc.invalid_client"
