"""FastAPI's `Logto`: dependencies, router, lifespan, OpenAPI, WebSockets."""

import threading
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.testclient import WebSocketDenialResponse

from logto import LogtoUser
from logto.errors import ForbiddenError, TransportError
from logto.integrations.fastapi import Logto
from logto.sessions import MemoryStore
from logto.testing.pages import sign_in_as
from tests.integrations.fastapi.shop import API, BASE, KEY, Shop, sign_in

HTML = {"accept": "text/html"}
SOCKETS = "ws://localhost:3000"


@pytest.mark.parametrize("store", [None, MemoryStore(key=KEY)], ids=["cookies", "memory"])
def test_in_around_and_out(server, store):
    """Alice signs in, is known to operations of both colours, gets tokens in both, and leaves by POST."""
    with Shop(server, store=store).visitor() as visitor:
        assert visitor.get("/").json() == {"user": None}
        location = visitor.get("/me", headers=HTML).headers["location"]
        assert sign_in(visitor, server, path=location) == "/me"
        assert visitor.get("/").json() == visitor.get("/sync-me").json() == {"user": "alice"}
        assert visitor.get("/token").json() == visitor.get("/sync-token").json()
        assert visitor.get("/me").headers["cache-control"] == "no-store"
        assert visitor.post("/sign-out").status_code == 303
        assert visitor.get("/").json() == {"user": None}


def test_programs_get_what_fastapis_users_expect(visitor):
    """401 and 403 have `detail`, beside the error's name."""
    answer = visitor.get("/me")

    assert (answer.status_code, answer.json()["error"]) == (401, "not_authenticated")
    assert isinstance(answer.json()["detail"], str)


def test_roles_and_organizations_guard(shop, visitor):
    """A router's dependency and a path's organization let in who may."""
    visitor.cookies.update(sign_in_as(shop.logto.pages, url=BASE, roles=[], organizations=["acme"]))
    assert visitor.get("/shoppers").status_code == 403
    assert visitor.get("/organizations/acme").json() == {"roles": []}
    assert visitor.get("/organizations/beta").status_code == 403
    visitor.cookies.update(sign_in_as(shop.logto.pages, url=BASE, roles=["shopper"]))

    assert visitor.get("/shoppers").json() == ["alice"]


def test_a_dead_session_is_not_signed_in(visitor, server):
    """A token that cannot be refreshed any more is a 401 for a script, and the session is over."""
    server.configure_resource(API, accessTokenTtl=600)
    sign_in(visitor, server)
    visitor.get("/token")
    server.clock.advance(700)
    refused = {"body": '{"error": "invalid_grant"}', "headers": {"Content-Type": "application/json"}}
    with server.faults.fail("/oidc/token", 400, **refused):
        assert visitor.get("/token").status_code == 401

    assert visitor.get("/").json() == {"user": None}


def test_an_unforeseen_error_keeps_the_new_tokens(shop, server):
    """The 500 that FastAPI answers carries the cookies of the refresh before it."""
    server.configure_resource(API, accessTokenTtl=600)
    with shop.visitor(raise_server_exceptions=False) as visitor:
        sign_in(visitor, server)
        visitor.get("/token")
        server.clock.advance(700)
        answer = visitor.get("/broken")
        before = server.count("POST", "/oidc/token")
        assert (answer.status_code, "set-cookie" in answer.headers) == (500, True)
        assert visitor.get("/token").status_code == 200
        assert server.count("POST", "/oidc/token") == before


def test_the_applications_handlers_come_first(shop, server):
    """`@app.exception_handler` of an error of the SDK, or of a status, answers."""

    @shop.app.exception_handler(TransportError)
    async def down(request: Request, error: TransportError):
        return JSONResponse({"own": error.code}, 503)

    @shop.app.exception_handler(401)
    async def unauthorized(request: Request, error: HTTPException):
        return JSONResponse({"own": error.status_code}, 401)

    @shop.app.get("/down")
    async def fails():
        raise TransportError("no answer")

    with shop.visitor() as visitor:
        assert visitor.get("/down").json() == {"own": "transport.failed"}
        assert visitor.get("/me").json() == {"own": 401}


def test_the_lifespan_stands_within_the_applications_own(shop):
    """Both run, and the state of the application's own is there."""
    with shop.visitor():
        assert shop.events == ["begun"]

    assert shop.events == ["begun", "ended"]


def test_dependency_overrides_work(shop, visitor):
    """A test puts somebody, or nobody, in the user's place, and needs no Logto."""
    claims = {"sub": "x", "iss": "i", "aud": "a", "exp": 1, "iat": 1, "username": "tester"}
    shop.app.dependency_overrides[shop.logto.user] = lambda: LogtoUser(_claims(claims))
    shop.app.dependency_overrides[shop.logto.optional_user] = lambda: LogtoUser(_claims(claims))

    assert visitor.get("/me").json()["user"] == visitor.get("/").json()["user"] == "tester"


def _claims(values):
    from logto import IdTokenClaims

    return IdTokenClaims.model_validate(values)


def test_the_schema_knows_the_session(shop, visitor):
    """Guarded operations name the cookie; the sign-in routes are not in the schema."""
    schema = visitor.get("/openapi.json").json()

    assert not set(schema["paths"]) & {"/sign-in", "/callback", "/sign-out"}
    scheme = schema["components"]["securitySchemes"]["LogtoSession"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "cookie", "logto")
    assert schema["paths"]["/me"]["get"]["security"] == [{"LogtoSession": []}]
    assert schema["paths"]["/shoppers"]["get"]["security"] == [{"LogtoSession": []}]
    assert [
        parameter["name"] for parameter in schema["paths"]["/organizations/{organization_id}"]["get"]["parameters"]
    ] == ["organization_id"]


def test_a_router_with_a_prefix(server):
    """`include_router(logto.router, prefix="/auth")` moves the routes, and guards know it."""
    with Shop(server, prefix="/auth").visitor() as visitor:
        location = visitor.get("/me", headers=HTML).headers["location"]
        assert location == "/auth/sign-in?next=/me"
        url = visitor.get(location).headers["location"]
        assert "redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fcallback" in url


def test_a_mounted_application_is_guarded_by_the_outer_ones_session(shop, visitor, server):
    """A FastAPI within, with operations that need the user: nobody is sent to sign in, somebody is known."""
    inner = FastAPI()

    @inner.get("/me")
    async def me(user: Annotated[LogtoUser, Depends(shop.logto.user)]):
        return user.username

    shop.app.mount("/inner", inner)
    assert visitor.get("/inner/me", headers=HTML).headers["location"] == "/sign-in?next=/inner/me"
    sign_in(visitor, server)

    assert visitor.get("/inner/me").json() == "alice"


def test_a_socket_is_the_users(visitor, server, shop):
    """Opened by our own page it knows alice; by nobody, or by another site's page, it is refused before it opens."""
    for headers, status in (({}, 401), ({"origin": "https://evil.example"}, 403)):
        with (
            pytest.raises(WebSocketDenialResponse) as caught,
            visitor.websocket_connect(f"{SOCKETS}/socket", headers=headers),
        ):
            pass
        assert caught.value.status_code == status
    sign_in(visitor, server)
    with visitor.websocket_connect(f"{SOCKETS}/socket", headers={"origin": BASE}) as socket:
        assert socket.receive_json() == {"user": "alice"}


def test_an_async_operation_stays_in_the_event_loops_thread(shop, server):
    """Neither the dependency nor the operation leaves it: a hop costs more than all the rest."""
    seen = set()

    @shop.app.middleware("http")
    async def note(request, call_next):
        seen.add(threading.get_ident())
        return await call_next(request)

    with shop.visitor() as visitor:
        sign_in(visitor, server)
        assert {visitor.get("/me").json()["thread"]} == seen


def test_two_logtos_in_one_application_do_not_mix(server, shop):
    """A dependency asks its own, whichever middleware is the inner one."""
    staff = Logto(
        server.second_config(),
        environ={},
        session_key="j" * 43,
        cookie_name="staff",
        url_prefix="/staff",
        redirect_uri=f"{BASE}/staff/callback",
        clock=server.clock.now,
    )
    staff.install(shop.app)

    @shop.app.get("/staff")
    async def page(user: Annotated[LogtoUser, Depends(staff.user)]):
        return user.username

    with shop.visitor() as visitor:
        sign_in(visitor, server)
        assert visitor.get("/staff").status_code == 401
        assert visitor.get("/staff", headers=HTML).headers["location"] == "/staff/sign-in?next=/staff"
        visitor.cookies.update(sign_in_as(staff.pages, "bob", url=BASE, username="bob"))
        assert (visitor.get("/staff").json(), visitor.get("/me").json()["user"]) == ("bob", "alice")


def test_a_user_who_is_nobody_here_is_refused(shop, visitor):
    """The loader's None is a 403 for a dependency, and nobody for an optional one."""
    shop.logto.user_loader(lambda claims: None)
    visitor.cookies.update(sign_in_as(shop.logto.pages, url=BASE))
    codes = []

    @shop.app.exception_handler(ForbiddenError)
    async def note(request: Request, error: ForbiddenError):
        codes.append(error.code)
        return JSONResponse({}, 403)

    assert visitor.get("/me").status_code == 403
    assert visitor.get("/").json() == {"user": None}
    assert codes == ["forbidden.user"]
