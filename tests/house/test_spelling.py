"""Both spellings, both colours: one table of operations, one body each."""

import inspect
import re

import pytest

from logto import LogtoClient, LogtoConfig, LogtoSyncClient
from tests.client.either import COLOURS, Either
from tests.flows.dialogue import API, CLIENT_ID, ENDPOINT, REDIRECT_URI, Counter, Shelf, config
from tests.flows.honest_provider import HonestProvider

CLIENTS = [LogtoClient, LogtoSyncClient]
OPERATIONS = {
    "signIn": "sign_in",
    "handleSignInCallback": "handle_sign_in_callback",
    "signOut": "sign_out",
    "getAccessToken": "get_access_token",
    "getAccessTokenClaims": "get_access_token_claims",
    "getOrganizationToken": "get_organization_token",
    "getOrganizationTokenClaims": "get_organization_token_claims",
    "fetchUserInfo": "fetch_user_info",
    "isAuthenticated": "is_authenticated",
    "getIdTokenClaims": "get_id_token_claims",
    "getIdToken": "get_id_token",
    "getRefreshToken": "get_refresh_token",
}


def snake(name):
    """A camelCase name in PEP 8."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


def public(kind):
    """The public methods of a class."""
    return {name for name in dir(kind) if not name.startswith("_")}


@pytest.mark.parametrize("kind", CLIENTS)
def test_every_published_name_has_its_twin(kind):
    """Each camelCase name has a snake_case one, and each operation of the guide is there in both."""
    camel = {name for name in public(kind) if name != name.lower()}

    assert camel >= set(OPERATIONS)
    assert {snake(name) for name in camel} <= public(kind)
    assert {name: snake(name) for name in OPERATIONS} == OPERATIONS


def test_both_clients_have_the_same_rows():
    """No operation exists in one colour only."""
    assert public(LogtoClient) == public(LogtoSyncClient)


@pytest.mark.parametrize("kind", CLIENTS)
@pytest.mark.parametrize(("camel", "pep8"), OPERATIONS.items())
def test_both_spellings_take_the_same_arguments(kind, camel, pep8):
    """Argument by argument, the names differ by spelling only, with the same defaults."""
    one, other = (
        {name: parameter.default for name, parameter in inspect.signature(getattr(kind, spelled)).parameters.items()}
        for spelled in (camel, pep8)
    )

    assert {snake(name): default for name, default in one.items()} == other


@pytest.mark.parametrize(("camel", "pep8"), OPERATIONS.items())
def test_both_colours_take_the_same_arguments(camel, pep8):
    """The awaiting and the blocking method have one signature, and both are documented."""
    for name in (camel, pep8):
        one, other = (getattr(kind, name) for kind in CLIENTS)
        assert inspect.signature(one) == inspect.signature(other)
        assert one.__doc__
        assert other.__doc__


def test_what_needs_the_network_is_awaited_in_one_colour_only():
    """`LogtoClient`'s operations are coroutines, but for those that the guide calls without await."""
    local = {"is_authenticated", "get_id_token_claims", "get_id_token", "get_refresh_token"}

    for name in OPERATIONS.values():
        assert inspect.iscoroutinefunction(getattr(LogtoClient, name)) is (name not in local)
        assert not inspect.iscoroutinefunction(getattr(LogtoSyncClient, name))


def visit(colour, spelling):
    """One user's visit in one colour and one spelling, and everything that it said and sent."""
    provider = HonestProvider()
    shelf = Shelf()
    one = Either(colour, provider, shelf, config=config(scopes=["urn:logto:scope:organizations"]))
    context = one.client._context  # noqa: SLF001 - chance has no other way in
    object.__setattr__(context, "random", Counter())

    def do(operation, *args, **kwargs):
        if spelling == "pep8":
            return one.do(OPERATIONS[operation], *args, **{snake(name): value for name, value in kwargs.items()})
        return one.do(operation, *args, **kwargs)

    url = do("signIn", redirectUri=REDIRECT_URI, interactionMode="signUp", loginHint="a", postRedirectUri="/home")
    said = [
        url,
        do("handleSignInCallback", callbackUri=provider.authorize(url)),
        do("isAuthenticated"),
        do("getIdTokenClaims").sub,
        do("fetchUserInfo").model_dump(),
        do("getAccessToken", API)[:40],
        do("getAccessToken", resource=API, organizationId="acme")[:40],
        do("getAccessTokenClaims", resource=API).aud,
        do("getOrganizationToken", organizationId="acme")[:40],
        do("getOrganizationTokenClaims", organizationId="acme").aud,
        do("getRefreshToken"),
        do("getIdToken")[:40],
        do("signOut", postLogoutRedirectUri="https://app.example/"),
        do("isAuthenticated"),
    ]
    return said, [(request.method, request.url, request.body) for request in provider.asked]


def test_both_colours_and_both_spellings_have_one_conversation():
    """Four ways through the same visit: the same results, and the same requests, byte for byte."""
    visits = [visit(colour, spelling) for colour in COLOURS for spelling in ("guide", "pep8")]

    assert visits[0][0][2] is True
    assert visits[0][0][-1] is False
    assert len(visits[0][1]) == 8
    assert all(one == visits[0] for one in visits)


@pytest.mark.parametrize("colour", COLOURS)
def test_the_guide_s_positional_sign_up_works(colour):
    """`signIn(uri, "signUp")`, as the published SDK took it."""
    url = Either(colour, HonestProvider()).do("signIn", REDIRECT_URI, "signUp")

    assert "interaction_mode=signUp" in url


@pytest.mark.parametrize("colour", COLOURS)
def test_positional_arguments_of_tokens_work_in_both_spellings(colour):
    """`getAccessToken(resource, organizationId)`, in this order."""
    provider = HonestProvider()
    one = Either(colour, provider, config=config(scopes=["urn:logto:scope:organizations"]))
    one.sign_in()

    assert one.do("getAccessToken", API, "acme") == one.do("get_access_token", API, "acme")


@pytest.mark.anyio
async def test_id_token_claims_can_be_awaited_or_not():
    """The guide prints both `client.getIdTokenClaims()` and `await client.getIdTokenClaims()`."""
    provider = HonestProvider()
    shelf = Shelf()
    Either("blocking", provider, shelf).sign_in()
    client = LogtoClient(config(), shelf)

    assert (await client.getIdTokenClaims()) == client.getIdTokenClaims()
    assert (await client.getIdTokenClaims()).sub == "alice"


def test_the_configuration_is_one_in_both_spellings():
    """`appId=` and `app_id=` make equal configurations, with both attributes to read."""
    guide = LogtoConfig(
        endpoint=ENDPOINT, appId=CLIENT_ID, appSecret="s", includeReservedScopes=False, clockTolerance=5
    )
    pep8 = LogtoConfig(
        endpoint=ENDPOINT, app_id=CLIENT_ID, app_secret="s", include_reserved_scopes=False, clock_tolerance=5
    )

    assert guide == pep8
    assert (pep8.appId, pep8.appSecret) == (guide.app_id, guide.app_secret) == (CLIENT_ID, "s")
