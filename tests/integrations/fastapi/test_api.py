"""FastAPI's `LogtoApi`: who may call an API, what the others are told, and what the schema says."""

from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Request, Security
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from logto import LogtoMachineSyncClient, LogtoSyncClient, MemoryStorage, UserInfoScope
from logto.errors import ConfigurationError
from logto.integrations.fastapi import AccessTokenClaims, LogtoApi

SHOPPING = "https://shopping.your-app.com/api"
BASE = "https://shopping.your-app.com"
METADATA = "https://shopping.your-app.com/.well-known/oauth-protected-resource/api"


def make(server, **settings):
    """An application with an operation of each kind."""
    given = {"audience": SHOPPING, "scopes": {"read": "See orders", "write": "Make orders"}, **settings}
    api = LogtoApi(server.endpoint, clock=server.clock.now, **given)
    app = FastAPI(lifespan=api.lifespan)
    api.install(app, client_id=server.public_config().app_id)

    @app.get("/who")
    async def who(claims: Annotated[AccessTokenClaims, Depends(api)]):
        return {"sub": claims.sub, "scopes": sorted(claims.scopes), "organization": claims.organization_id}

    @app.get("/orders")
    def orders(claims: Annotated[AccessTokenClaims, Security(api, scopes=["read"])]):
        return {"sub": claims.sub}

    @app.post("/orders", dependencies=[Security(api, scopes=["read", "write"])])
    async def order():
        return {}

    @app.get("/optional")
    async def optional(claims: Annotated[AccessTokenClaims | None, Depends(api.optional)]):
        return {"sub": claims and claims.sub}

    organization = api.required(scopes=["read"], organization_from="organization_id")

    @app.get("/organizations/{organization_id}")
    async def in_organization(organization_id: str, claims: Annotated[AccessTokenClaims, Security(organization)]):
        return {"organization": claims.organization_id}

    by_header = api.required(organization_from=lambda request: request.headers.get("x-organization"))

    @app.get("/by-header", dependencies=[Depends(by_header)])
    async def header():
        return {}

    @app.get("/both", dependencies=[Security(organization_free(api), scopes=["write"])])
    async def both():
        return {}

    return app, api


def organization_free(api):
    """A requirement to which `Security` adds a scope."""
    return api.required(scopes=["read"])


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
    with TestClient(app, base_url=BASE) as caller:
        yield caller


def bearer(token):
    """The header that brings a token."""
    return {"authorization": f"Bearer {token}"}


def test_a_good_token_gets_in(caller, alice, server):
    """Its claims are the operation's, in both colours; scopes that an operation names are checked."""
    headers = bearer(alice.get_access_token(SHOPPING))
    assert caller.get("/who", headers=headers).json() == {
        "sub": server.users["alice"].id,
        "scopes": ["read", "write"],
        "organization": None,
    }
    for method, path in (("GET", "/orders"), ("POST", "/orders"), ("GET", "/both"), ("GET", "/optional")):
        assert caller.request(method, path, headers=headers).status_code == 200


def test_without_a_token_the_challenge_says_where_to_get_one(caller):
    """401 with `resource_metadata`, no error, and the scopes that are needed (RFC 6750, 3.1; RFC 9728, 5.1)."""
    answer = caller.get("/orders")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == f'Bearer scope="read", resource_metadata="{METADATA}"'
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) == {"detail"}


@pytest.mark.parametrize(
    ("headers", "query", "status", "error"),
    [
        ({"authorization": "Bearer a.b.c"}, "", 401, "invalid_token"),
        ({"authorization": "Bearer a b"}, "", 400, "invalid_request"),
        ([("authorization", "Bearer a.b.c"), ("authorization", "Bearer a.b.c")], "", 400, "invalid_request"),
        ({}, "access_token=a.b.c", 400, "invalid_request"),
        ({"authorization": "Bearer " + "x" * 200_000}, "", 400, "invalid_request"),
        ({"authorization": "Basic YTpi"}, "", 401, None),
    ],
)
def test_bad_credentials_are_refused_as_rfc_6750_says(caller, headers, query, status, error):
    """With the right status and error, and nothing of the credentials in the answer."""
    answer = caller.get(f"/optional?{query}" if error else "/who", headers=headers)

    assert answer.status_code == status
    assert (f'error="{error}"' in answer.headers["www-authenticate"]) is bool(error)
    assert "a.b.c" not in answer.text + str(answer.headers)


def test_an_id_token_is_no_access_token(caller, alice):
    """Nor is a token for another resource."""
    assert caller.get("/who", headers=bearer(alice.get_id_token())).status_code == 401
    assert caller.get("/who", headers=bearer(alice.get_access_token())).status_code == 401


def test_a_token_without_the_scope_is_a_403(server):
    """`insufficient_scope`, with the scopes that would do."""
    app, _ = make(server)
    client = LogtoSyncClient(
        server.config(scopes=["read"], resources=[SHOPPING]), MemoryStorage(), clock=server.clock.now
    )
    client.handle_sign_in_callback(server.sign_in(client.sign_in("http://localhost:3000/callback")))
    with TestClient(app, base_url=BASE) as caller:
        headers = bearer(client.get_access_token(SHOPPING))
        assert caller.get("/orders", headers=headers).status_code == 200
        for method, path in (("POST", "/orders"), ("GET", "/both")):
            answer = caller.request(method, path, headers=headers)
            assert answer.status_code == 403
            assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
            assert 'scope="read write"' in answer.headers["www-authenticate"]


def test_the_organization_is_the_tokens(caller, alice, server):
    """From the path or a header, it must be the one in the token; a request that names none is refused."""
    acme, beta = (server.organizations[name] for name in ("Acme", "Beta"))
    headers = bearer(alice.get_access_token(SHOPPING, acme))
    assert caller.get(f"/organizations/{acme}", headers=headers).json() == {"organization": acme}
    assert caller.get(f"/organizations/{beta}", headers=headers).status_code == 403
    assert caller.get("/by-header", headers={**headers, "x-organization": acme}).status_code == 200
    assert caller.get("/by-header", headers={**headers, "x-organization": beta}).status_code == 403
    assert caller.get("/by-header", headers=headers).status_code == 403


def test_an_expired_token_is_refused_though_it_is_remembered(caller, alice, server):
    """Seen before, and over now: 401."""
    headers = bearer(alice.get_access_token(SHOPPING))
    assert caller.get("/who", headers=headers).status_code == 200
    server.clock.advance(4000)
    answer = caller.get("/who", headers=headers)
    server.clock.advance(-4000)

    assert (answer.status_code, "expired" in answer.headers["www-authenticate"]) == (401, True)


def test_a_logto_that_cannot_be_asked_is_a_503(server, alice):
    """Where no key is known yet, the token is neither good nor bad."""
    app, _ = make(server)
    with TestClient(app, base_url=BASE) as caller, server.faults.fail("/oidc/jwks", 503):
        answer = caller.get("/who", headers=bearer(alice.get_access_token(SHOPPING)))

    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)


def test_the_api_describes_itself(caller, server):
    """At the well-known address, for anybody, programs in browsers too (RFC 9728)."""
    answer = caller.get("/.well-known/oauth-protected-resource/api")

    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == {
        "resource": SHOPPING,
        "authorization_servers": [server.issuer],
        "scopes_supported": ["read", "write"],
        "bearer_methods_supported": ["header"],
    }


def test_the_schema_has_the_flow_of_the_authorize_button(caller, server):
    """OAuth 2 with code and PKCE at Logto; operations name their scopes; the page starts with the client's id."""
    schema = caller.get("/openapi.json").json()
    flow = schema["components"]["securitySchemes"]["Logto"]["flows"]["authorizationCode"]

    assert flow["authorizationUrl"] == f"{server.endpoint}/oidc/auth"
    assert flow["tokenUrl"] == f"{server.endpoint}/oidc/token"
    assert flow["scopes"] == {"read": "See orders", "write": "Make orders"}
    assert schema["paths"]["/orders"]["get"]["security"] == [{"Logto": ["read"]}]
    assert schema["paths"]["/orders"]["post"]["security"] == [{"Logto": ["read", "write"]}]
    assert schema["paths"]["/by-header"]["get"]["security"] == [{"Logto": []}]
    assert "/.well-known/oauth-protected-resource/api" not in schema["paths"]
    page = caller.get("/docs").text
    for expected in (
        server.public_config().app_id,
        '"usePkceWithAuthorizationCodeGrant": true',
        f'"resource": "{SHOPPING}"',
    ):
        assert expected in page


def test_handlers_and_overrides_of_the_application(server):
    """A handler of HTTPException sees the cause; a test puts claims in the dependency's place."""
    app, api = make(server)
    made_up = {"sub": "x", "scope": "read", "iss": server.issuer, "aud": SHOPPING, "exp": 2, "iat": 1}

    @app.exception_handler(HTTPException)
    async def own(request: Request, error: HTTPException):
        return JSONResponse({"own": type(error.__cause__).__name__}, error.status_code, error.headers)

    with TestClient(app, base_url=BASE) as caller:
        assert caller.get("/who").json() == {"own": "MissingTokenError"}
        app.dependency_overrides[api] = lambda: AccessTokenClaims.model_validate(made_up)
        assert caller.get("/who").json()["sub"] == caller.get("/orders").json()["sub"] == "x"


@pytest.mark.parametrize("demanded", [{"scopes": 5}, {"any_scope": []}, {"roles": "admin"}, {"scopes": ['"']}])
def test_a_demand_that_cannot_be_is_refused_when_it_is_made(server, demanded):
    """When the application is imported, not at its first request."""
    _, api = make(server)
    with pytest.raises(ConfigurationError):
        api.required(**demanded)


def test_a_program_of_its_own_gets_in(caller, server):
    """A token of a machine-to-machine application, for the resource, is as good."""
    seeded = server.local.seeded
    config = server.config(app_id=seeded["m2mAppId"], app_secret=seeded["m2mAppSecret"])
    token = LogtoMachineSyncClient(config).get_access_token(SHOPPING)

    assert caller.get("/who", headers=bearer(token)).status_code == 200
