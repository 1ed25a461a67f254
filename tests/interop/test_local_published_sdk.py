"""The `logto` package as it was published before this one, on local Logto."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.interop.conftest import HERE, LOGS, SHOPPING, STORE
from tests.interop.headless_sign_in import Visitor
from tests.interop.program import Program, Refused

CALLBACK, HOME = "http://localhost:3000/callback", "http://localhost:3000/"
ORGANIZATIONS = "urn:logto:scope:organizations"


@pytest.fixture
def start(published_python, logto) -> Iterator[Callable[..., Program]]:
    """Starts an application on the published package, with further settings."""
    with ExitStack() as running:

        def start(**settings: Any) -> Program:
            seeded = logto.seeded
            config = {"endpoint": seeded["endpoint"], "appId": seeded["appId"], "appSecret": seeded["appSecret"]}
            command = [*published_python, HERE / "programs" / "published_sdk.py", json.dumps({**config, **settings})]
            return running.enter_context(Program(command, LOGS / "published-sdk.log"))

        yield start


@pytest.fixture
def application(start) -> Program:
    """An application that asks for all that the package can ask for."""
    scopes = ["email", "phone", "address", "custom_data", "identities", "roles", ORGANIZATIONS]
    scopes += ["urn:logto:scope:organization_roles", "read", "shopping:read", "store:read", "org:read", "org:write"]
    return start(scopes=scopes, resources=[SHOPPING, STORE])


def sign_in(application: Program, visitor: Visitor, user: str = "alice", **credentials: str) -> None:
    """Sign a sample user in, from the first click to the callback."""
    application.ask("handleSignInCallback", visitor.sign_in(application.ask("signIn", CALLBACK), user, **credentials))


def test_it_is_the_published_one(application):
    """The package under test is the published one, not ours."""
    assert application.ask("version") == "0.2.1"


def test_sign_in_and_claims(application, visitor, logto):
    """The package signs alice in, verifies her ID token, and reads her claims."""
    sign_in(application, visitor)

    assert application.ask("isAuthenticated") is True
    claims = application.ask("getIdTokenClaims")
    assert claims["sub"] == logto.seeded["users"][0]["id"]
    assert claims["iss"] == logto.issuer
    assert (claims["name"], claims["email"], claims["username"]) == ("Alice Liddell", "alice@example.com", "alice")
    assert len(claims["organizations"]) == 2


def test_user_info(application, visitor):
    """The package fetches what is not in the ID token."""
    sign_in(application, visitor)

    user = application.ask("fetchUserInfo")

    assert user["custom_data"]["plan"] == "gold"
    assert (user["identities"], len(user["organizations"])) == ({}, 2)


def test_user_without_a_name(application, visitor):
    """The package reads bob, whose name and picture are null."""
    sign_in(application, visitor, "bob", password="bob-pass-12345")

    claims = application.ask("getIdTokenClaims")

    assert (claims["name"], claims["picture"], claims["email"]) == (None, None, "bob@example.com")


def test_token_for_a_resource(application, visitor):
    """The package gets a resource's token, with the scopes that the user's roles give."""
    sign_in(application, visitor)

    claims = application.ask("getAccessTokenClaims", SHOPPING)

    assert claims["aud"] == SHOPPING
    assert {"read", "shopping:read"} <= set(claims["scope"].split())
    assert application.ask("getAccessToken", SHOPPING) == application.ask("getAccessToken", SHOPPING)


def test_organization_token(application, visitor, logto):
    """The package gets an organization's token, with the scopes that the user's role there gives."""
    sign_in(application, visitor)
    acme, _, other = logto.seeded["organizations"]

    claims = application.ask("getOrganizationTokenClaims", acme["id"])

    assert claims["aud"] == f"urn:logto:organization:{acme['id']}"
    assert set(claims["scope"].split()) == {"org:read", "org:write"}
    with pytest.raises(Refused, match="user is not a member of the organization"):
        application.ask("getOrganizationToken", other["id"])


def test_public_application(start, visitor, logto):
    """The package signs in with the single-page application, which has no secret, and lives on its rotating tokens."""
    application = start(appId=logto.seeded["spaAppId"], appSecret="", scopes=["read"], resources=[SHOPPING, STORE])
    sign_in(application, visitor)
    first = application.ask("getRefreshToken")

    application.ask("getAccessToken", SHOPPING)
    second = application.ask("getRefreshToken")
    application.ask("getAccessToken", STORE)

    assert len({first, second, application.ask("getRefreshToken")}) == 3


def test_sign_out(application, visitor):
    """The package's sign-out ends at home, and the next sign-in asks for the password again."""
    sign_in(application, visitor)

    assert visitor.sign_out(application.ask("signOut", HOME)) == HOME

    assert application.ask("isAuthenticated") is False
    before = visitor.shown.count("/sign-in")
    sign_in(application, visitor)
    assert visitor.shown.count("/sign-in") == before + 1


def test_sign_up_first(application, visitor):
    """The package's `signUp` shows the registration page, and a new user comes back signed in."""
    url = application.ask("signIn", CALLBACK, "signUp")

    application.ask("handleSignInCallback", visitor.register(url, "published_newcomer", "a-long-pass-phrase-1"))

    assert visitor.shown[0] == "/register"
    assert application.ask("getIdTokenClaims")["username"] == "published_newcomer"


def test_wrong_secret(start, visitor):
    """The package reports Logto's refusal of a wrong secret."""
    application = start(appSecret="wrong")

    with pytest.raises(Refused, match="invalid_client"):
        sign_in(application, visitor)
