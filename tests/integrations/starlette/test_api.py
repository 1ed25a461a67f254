"""Starlette's `LogtoApi`: decorator, middleware and authentication backend."""

import pytest
from starlette.applications import Starlette
from starlette.authentication import requires as starlettes_requires
from starlette.endpoints import HTTPEndpoint
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse

from logto import LogtoSyncClient, MemoryStorage, UserInfoScope
from logto.errors import ConfigurationError
from logto.integrations.starlette import BearerBackend, LogtoApi, LogtoApiMiddleware

SHOPPING = "https://shopping.your-app.com/api"
METADATA = "https://shopping.your-app.com/.well-known/oauth-protected-resource/api"


def make(server):
    """An application with an endpoint of each kind."""
    api = LogtoApi(server.endpoint, SHOPPING, scopes=["read", "write"], realm="Shop", clock=server.clock.now)

    @api.requires()
    async def who(request):
        return JSONResponse({"sub": request.user.claims.sub, "scopes": request.auth.scopes})

    @api.requires(scopes="read")
    def plain(request):
        return PlainTextResponse(request.user.identity)

    @api.requires(scopes=["read"], organization_from="organization_id")
    class Organization(HTTPEndpoint):
        async def get(self, request):
            return PlainTextResponse("member")

    @api.requires(scopes=["write", "admin"])
    async def admin(request):
        return PlainTextResponse("never")

    @api.requires()
    async def socket(websocket):
        await websocket.accept()
        await websocket.send_text(websocket.user.identity)
        await websocket.close()

    @starlettes_requires("write")
    async def by_backend(request):
        return PlainTextResponse(request.user.display_name)

    authentication = Middleware(AuthenticationMiddleware, backend=BearerBackend(api), on_error=BearerBackend.refuse)
    guarded = Middleware(LogtoApiMiddleware, api=api, scopes=["read"])
    app = Starlette(
        routes=[
            Route("/who", who),
            Route("/plain", plain),
            Route("/organizations/{organization_id}", Organization),
            Route("/admin", admin),
            WebSocketRoute("/socket", socket),
            Mount("/backend", routes=[Route("/write", by_backend)], middleware=[authentication]),
            Mount("/inside", app=PlainTextResponse("inside"), middleware=[guarded]),
            *api.routes,
        ],
        lifespan=api.lifespan,
    )
    return app, api


@pytest.fixture(scope="module")
def alice(server):
    """A client in whose session alice is signed in."""
    config = server.config(scopes=[UserInfoScope.organizations, "read", "write"], resources=[SHOPPING])
    client = LogtoSyncClient(config, MemoryStorage(), clock=server.clock.now)
    client.handle_sign_in_callback(server.sign_in(client.sign_in("http://localhost:3000/callback")))
    return client


@pytest.fixture
def caller(server):
    """A program that calls the API."""
    app, _ = make(server)
    with TestClient(app) as caller:
        yield caller


def bearer(token):
    """The header that brings a token."""
    return {"authorization": f"Bearer {token}"}


def test_a_good_token_gets_in(caller, alice, server):
    """To functions of both colours, to sockets, through the backend and through the middleware."""
    headers, sub = bearer(alice.get_access_token(SHOPPING)), server.users["alice"].id
    assert caller.get("/who", headers=headers).json() == {"sub": sub, "scopes": ["authenticated", "read", "write"]}
    assert caller.get("/plain", headers=headers).text == caller.get("/backend/write", headers=headers).text == sub
    assert caller.get("/inside/anything", headers=headers).text == "inside"
    with caller.websocket_connect("/socket", headers=headers) as socket:
        assert socket.receive_text() == sub


@pytest.mark.parametrize("path", ["/who", "/plain", "/organizations/x", "/admin", "/inside"])
def test_without_a_token_there_is_a_challenge(caller, path):
    """401, JSON, and where to learn how to get one."""
    answer = caller.get(path)

    assert (answer.status_code, answer.json()["error"]) == (401, "missing_token")
    assert answer.headers["www-authenticate"].startswith('Bearer realm="Shop"')
    assert f'resource_metadata="{METADATA}"' in answer.headers["www-authenticate"]


def test_the_backend_takes_no_token_for_nobody_and_a_bad_one_for_an_error(caller, alice):
    """Starlette's own `requires` answers nobody with 403; a forged token is answered as RFC 6750 says."""
    assert caller.get("/backend/write").status_code == 403
    answer = caller.get("/backend/write", headers=bearer("a.b.c"))

    assert (answer.status_code, 'error="invalid_token"' in answer.headers["www-authenticate"]) == (401, True)


def test_scopes_and_organizations_decide(caller, alice, server):
    """A scope that the token does not have is a 403 that names it; so is another organization."""
    acme, beta = (server.organizations[name] for name in ("Acme", "Beta"))
    answer = caller.get("/admin", headers=bearer(alice.get_access_token(SHOPPING)))
    assert (answer.status_code, 'scope="write admin"' in answer.headers["www-authenticate"]) == (403, True)
    headers = bearer(alice.get_access_token(SHOPPING, acme))
    assert caller.get(f"/organizations/{acme}", headers=headers).text == "member"
    assert caller.get(f"/organizations/{beta}", headers=headers).status_code == 403


def test_a_socket_without_a_token_is_refused_before_it_opens(caller):
    """With the status and the challenge of any other request."""
    with pytest.raises(WebSocketDenialResponse) as caught, caller.websocket_connect("/socket"):
        pass

    assert (caught.value.status_code, "www-authenticate" in caught.value.headers) == (401, True)


def test_the_api_describes_itself(caller, server):
    """At the well-known address of its identifier (RFC 9728)."""
    metadata = caller.get("/.well-known/oauth-protected-resource/api").json()

    assert (metadata["resource"], metadata["authorization_servers"]) == (SHOPPING, [server.issuer])
    assert (metadata["scopes_supported"], metadata["resource_name"]) == (["read", "write"], "Shop")


def test_what_cannot_be_guarded_or_demanded_is_refused_at_once(server):
    """When the endpoint is written, not when it is called."""
    _, api = make(server)
    with pytest.raises(ConfigurationError):
        api.requires(scopes=[""])
    with pytest.raises(ConfigurationError):
        api.requires()(type("Page", (), {}))
