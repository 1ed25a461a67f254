"""`LogtoApi` of Quart: who may call which view or WebSocket, and what callers are told."""

import pytest
from quart import Quart, websocket
from quart.testing.connections import WebsocketResponseError

from logto import LogtoSyncClient, MemoryStorage, UserInfoScope
from logto.errors import ConfigurationError
from logto.integrations.quart import LogtoApi
from tests.integrations.flask.shop import API

pytestmark = pytest.mark.anyio

METADATA = "https://shopping.your-app.com/.well-known/oauth-protected-resource/api"


@pytest.fixture
def app(server):
    """An API with a view of each kind."""
    app = Quart("api")
    app.testing = True
    api = LogtoApi(app, endpoint=server.endpoint, audience=API, scopes=["read", "write"])

    @app.get("/who")
    @api.required(scopes=["read"])
    async def who():
        return {"sub": api.claims.sub}

    @app.get("/plain")
    @api.required()
    def plain():
        return {"sub": api.claims.sub}

    @app.get("/admin")
    @api.required(scopes=["admin"])
    async def admin():
        return "never"

    @app.get("/organizations/<organization_id>")
    @api.required(organization_from="organization_id")
    async def organization(organization_id):
        return {"organization": api.claims.organization_id}

    @app.websocket("/socket")
    @api.required()
    async def socket():
        await websocket.send(api.claims.sub)

    async def unguarded():
        return api.claims.sub

    app.add_url_rule("/unguarded", view_func=unguarded)
    return app


@pytest.fixture(scope="module")
def alice(server):
    """A client in whose session alice is signed in."""
    config = server.config(scopes=[UserInfoScope.organizations, "read", "write"], resources=[API])
    client = LogtoSyncClient(config, MemoryStorage())
    client.handle_sign_in_callback(server.sign_in(client.sign_in("http://localhost:3000/callback")))
    return client


def bearer(token):
    """A request's headers."""
    return {"Authorization": f"Bearer {token}"}


async def test_a_good_token_gets_in(server, app, alice):
    """Views of both colours, and a WebSocket, see the claims of the token."""
    headers, client = bearer(alice.get_access_token(API)), app.test_client()
    sub = server.users["alice"].id
    assert [await (await client.get(path, headers=headers)).get_json() for path in ("/who", "/plain")] == [
        {"sub": sub}
    ] * 2
    async with client.websocket("/socket", headers=headers) as connection:
        assert await connection.receive() == sub


async def test_everybody_else_is_told_why_not(app, alice):
    """No token, a forged one, an ID token and a scope too few are answered as RFC 6750 says; a WebSocket does not open."""
    client = app.test_client()
    nobody = await client.get("/who")
    assert nobody.headers["WWW-Authenticate"] == f'Bearer scope="read", resource_metadata="{METADATA}"'
    answers = [
        nobody,
        await client.get("/plain", headers=bearer("a.b.c")),
        await client.get("/plain", headers=bearer(alice.get_id_token())),
        await client.get("/admin", headers=bearer(alice.get_access_token(API))),
        await client.get(f"/plain?access_token={alice.get_access_token(API)}"),
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 403, 400]

    with pytest.raises(WebsocketResponseError) as refused:
        async with client.websocket("/socket") as connection:
            await connection.receive()
    assert refused.value.response.status_code == 401


async def test_the_organization_is_the_tokens(server, app, alice):
    """A view about an organization takes that one's token only."""
    acme, beta = (server.organizations[name] for name in ("Acme", "Beta"))
    headers, client = bearer(alice.get_access_token(API, acme)), app.test_client()
    answers = [await client.get(f"/organizations/{name}", headers=headers) for name in (acme, beta)]

    assert [answer.status_code for answer in answers] == [200, 403]


async def test_the_api_describes_itself(server, app):
    """Anybody can read at the well-known address which Logto to ask, and for which scopes (RFC 9728)."""
    answer = await app.test_client().get("/.well-known/oauth-protected-resource/api")
    said = await answer.get_json()

    assert (said["resource"], said["authorization_servers"]) == (API, [server.issuer])
    assert said["scopes_supported"] == ["read", "write"]


async def test_a_view_without_a_guard_has_no_claims(app):
    """Asking for claims where no token was asked for is an error that says what to write."""
    async with app.test_request_context("/"):
        with pytest.raises(ConfigurationError, match=r"@api\.required\(\)"):
            await app.view_functions["unguarded"]()
