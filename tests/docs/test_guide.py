"""Each call form that the guide prints runs as printed, against local Logto."""

import inspect
import json

import pytest
from flask import Flask, redirect, request, session

from logto import LogtoClient, LogtoConfig, LogtoException, MemoryStorage, Storage, UserInfoScope

BASE = "http://localhost:3000"
SHOPPING = "https://shopping.your-app.com/api"
STORE = "https://store.your-app.com/api"

pytestmark = pytest.mark.anyio


class SessionStorage(Storage):
    """The guide's storage, over Flask's session."""

    def get(self, key: str) -> str | None:
        """The string under a key."""
        return session.get(key, None)

    def set(self, key: str, value: str | None) -> None:
        """Stores a string."""
        session[key] = value

    def delete(self, key: str) -> None:
        """Forgets it."""
        session.pop(key, None)


@pytest.fixture
def given(logto_server):
    """What the guide's reader copies from the Console, in the guide's spelling."""
    config = logto_server.config()
    return {"endpoint": config.endpoint, "appId": config.app_id, "appSecret": config.app_secret}


@pytest.fixture
def signed_in(logto_server, given):
    """Makes a client with the scopes and resources given to it, and signs alice in."""

    async def make(user="alice", **settings):
        client = LogtoClient(LogtoConfig(**given, **settings), storage=MemoryStorage())
        url = await client.signIn(redirectUri=f"{BASE}/callback")
        await client.handleSignInCallback(logto_server.sign_in(url, user))
        return client

    return make


def test_a_client_is_created(given):
    """`LogtoClient(LogtoConfig(endpoint=…, appId=…, appSecret=…))` works, and warns that memory serves one user."""
    with pytest.warns(UserWarning, match="storage"):
        client = LogtoClient(
            LogtoConfig(
                endpoint=given["endpoint"],
                appId=given["appId"],
                appSecret=given["appSecret"],
            ),
        )

    assert client.isAuthenticated() is False


def test_the_guides_storage_is_a_storage():
    """The guide's `SessionStorage(Storage)` can be made, and reads the session of the request at hand."""
    app = Flask(__name__)
    app.secret_key = "for this test"
    storage = SessionStorage()
    assert isinstance(storage, Storage)
    with app.test_request_context():
        storage.set("idToken", "x")
        assert (storage.get("idToken"), session["idToken"]) == ("x", "x")
        storage.delete("idToken")
        storage.delete("idToken")
        assert storage.get("idToken") is None


async def test_sign_in_returns_a_url(given):
    """`await client.signIn(redirectUri=…)` returns a `str`, and `interactionMode="signUp"` asks for the sign-up page."""
    client = LogtoClient(LogtoConfig(**given), storage=MemoryStorage())
    url = await client.signIn(
        redirectUri="http://localhost:3000/callback",
    )
    sign_up = await client.signIn(
        redirectUri="http://localhost:3000/callback",
        interactionMode="signUp",
    )

    assert isinstance(url, str)
    assert url.startswith(given["endpoint"])
    assert "interaction_mode" not in url
    assert "interaction_mode=signUp" in sign_up


async def test_sign_out_returns_a_url(signed_in):
    """`await client.signOut(postLogoutRedirectUri=…)` returns a URL and signs out; the argument may be left out."""
    client = await signed_in()
    assert client.isAuthenticated() is True
    url = await client.signOut(postLogoutRedirectUri="http://localhost:3000/")

    assert "post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A3000%2F" in url
    assert client.isAuthenticated() is False
    assert "post_logout_redirect_uri" not in await client.signOut()


async def test_id_token_claims_with_and_without_await(signed_in):
    """`client.getIdTokenClaims()` and `await client.getIdTokenClaims()` give the same claims."""
    client = await signed_in()
    claims = await client.getIdTokenClaims()

    assert client.getIdTokenClaims() == claims
    assert client.getIdTokenClaims().username == claims.username == "alice"


async def test_scopes_not_asked_for_are_left_out(signed_in):
    """`model_dump_json(indent=2, exclude_unset=True)` has no `email` where it was not asked for."""
    client = await signed_in()
    text = (await client.fetchUserInfo()).model_dump_json(indent=2, exclude_unset=True)

    assert "\n" in text
    assert "email" not in json.loads(text)
    assert json.loads(text)["name"] == "Alice Liddell"


async def test_scopes_asked_for_and_empty_are_null(signed_in):
    """A user without a phone number has `null` there where the scope was asked for."""
    client = await signed_in("bob", scopes=[UserInfoScope.email, UserInfoScope.phone])
    claims = json.loads(client.getIdTokenClaims().model_dump_json(indent=2, exclude_unset=True))

    assert claims["email"] == "bob@example.com"
    assert claims["phone_number"] is None


async def test_enum_members_and_strings_mix(given):
    """`UserInfoScope.email` and `"email"` mean the same, are asked for once, and mix with an API's scopes."""
    mixed = LogtoConfig(**given, scopes=[UserInfoScope.email, "email", "phone", UserInfoScope.phone, "read"])
    client = LogtoClient(mixed, storage=MemoryStorage())

    assert mixed == LogtoConfig(**given, scopes=["email", "phone", "read"])
    assert "scope=openid+profile+offline_access+email+phone+read&" in await client.signIn(f"{BASE}/callback")


async def test_custom_data_comes_with_the_user_info(signed_in):
    """`(await client.fetchUserInfo()).custom_data` is there; the ID token does not have it."""
    client = await signed_in(scopes=[UserInfoScope.custom_data])

    assert (await client.fetchUserInfo()).custom_data["plan"] == "gold"
    assert client.getIdTokenClaims().custom_data is None


@pytest.mark.parametrize(
    ("scopes", "granted"),
    [
        (["shopping:read", "shopping:write", "store:read", "store:write"], {"shopping:read", "shopping:write"}),
        (["read", "write"], {"read", "write"}),
        ([], set()),
    ],
)
async def test_an_access_token_for_a_resource(signed_in, scopes, granted):
    """Both `getAccessToken(resource)` and `getAccessTokenClaims(resource)` work, prefixed scopes, short ones, or none."""
    client = await signed_in(scopes=scopes, resources=[SHOPPING, STORE])
    token = await client.getAccessToken("https://shopping.your-app.com/api")
    claims = await client.getAccessTokenClaims("https://shopping.your-app.com/api")

    assert token.count(".") == 2
    assert claims.aud == SHOPPING
    assert set(claims.scope.split()) == granted
    assert (await client.getAccessTokenClaims(STORE)).aud == STORE


async def test_an_organization_token(signed_in, logto_server):
    """`getOrganizationToken` and `getOrganizationTokenClaims` work with an id of the claim `organizations`."""
    client = await signed_in(scopes=[UserInfoScope.organizations])
    assert set(client.getIdTokenClaims().organizations) == {
        logto_server.organizations["Acme"],
        logto_server.organizations["Beta"],
    }
    for organization_id in client.getIdTokenClaims().organizations:
        token = await client.getOrganizationToken(organization_id)
        claims = await client.getOrganizationTokenClaims(organization_id)
        assert token.count(".") == 2
        assert claims.aud == f"urn:logto:organization:{organization_id}"


async def test_every_camel_case_name_has_a_pep_8_twin():
    """Each public operation exists in both spellings, and both return the same kind of thing."""
    public = {name: value for name, value in vars(LogtoClient).items() if not name.startswith("_") and callable(value)}
    camel = [name for name in dir(LogtoClient) if any(letter.isupper() for letter in name) and name[0] != "_"]
    twins = {name: "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name) for name in camel}

    assert {"signIn", "signOut", "isAuthenticated", "getIdTokenClaims", "fetchUserInfo"} <= set(camel)
    assert [name for name, twin in twins.items() if not hasattr(LogtoClient, twin)] == []
    assert [
        name
        for name in camel
        if name in public
        and inspect.iscoroutinefunction(public[name]) != inspect.iscoroutinefunction(getattr(LogtoClient, twins[name]))
    ] == []


async def test_the_pep_8_names_work(logto_server, given):
    """A whole round in PEP 8 spelling, with PEP 8 keywords, on the same object."""
    config = LogtoConfig(
        endpoint=given["endpoint"], app_id=given["appId"], app_secret=given["appSecret"], resources=[SHOPPING]
    )
    client = LogtoClient(config, storage=MemoryStorage())
    url = await client.sign_in(redirect_uri=f"{BASE}/callback", login_hint="alice", post_redirect_uri="/basket")
    goes_to = await client.handle_sign_in_callback(logto_server.sign_in(url, "alice"))

    assert goes_to == "/basket"
    assert client.is_authenticated() is client.isAuthenticated() is True
    assert (await client.get_access_token_claims(resource=SHOPPING)).aud == SHOPPING
    assert await client.sign_out(post_logout_redirect_uri=f"{BASE}/")
    assert client.is_authenticated() is False


def test_the_guides_routes_in_the_guides_order(logto_server, given):
    """The guide's routes on a module-level client, with the callback route it forgets, sign in and out in Flask."""
    app = Flask(__name__)
    app.secret_key = "for this test"
    client = LogtoClient(LogtoConfig(**given), storage=SessionStorage())

    @app.route("/sign-in")
    async def sign_in():
        return redirect(await client.signIn(redirectUri="http://localhost:3000/callback"))

    @app.route("/callback")
    async def callback():
        await client.handleSignInCallback(request.url)
        return redirect("/")

    @app.route("/sign-out")
    async def sign_out():
        return redirect(await client.signOut(postLogoutRedirectUri="http://localhost:3000/"))

    @app.route("/")
    async def home():
        if client.isAuthenticated() is False:
            return "Not authenticated <a href='/sign-in'>Sign in</a>"
        return "Authenticated <a href='/sign-out'>Sign out</a>"

    visitor = app.test_client()
    assert visitor.get("/", base_url=BASE).text.startswith("Not authenticated")
    visitor.get(logto_server.sign_in(visitor.get("/sign-in", base_url=BASE).location))
    assert visitor.get("/", base_url=BASE).text.startswith("Authenticated")
    visitor.get("/sign-out", base_url=BASE)
    assert visitor.get("/", base_url=BASE).text.startswith("Not authenticated")


async def test_whatever_goes_wrong_is_a_logto_exception(given):
    """The guide's `except LogtoException as e` catches what a call raises, and `str(e)` says what to do."""
    client = LogtoClient(LogtoConfig(**given), storage=MemoryStorage())
    with pytest.raises(LogtoException) as caught:
        await client.fetchUserInfo()

    assert "Nobody is signed in." in str(caught.value)
