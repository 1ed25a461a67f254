"""An application on Starlette with a page of each kind, and a visitor."""

import threading

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient

from logto import LogtoException, UserInfoScope
from logto.integrations.starlette import Logto, LogtoMiddleware, login_required, requires

BASE = "http://localhost:3000"
SOCKETS = "ws://localhost:3000"
KEY = "k" * 43
API = "https://shopping.your-app.com/api"
HTML = {"accept": "text/html"}
JSON = {"accept": "application/json"}


async def home(request):
    """Everybody's page."""
    return PlainTextResponse(f"Hello {request.user.username}" if request.user.is_authenticated else "Not signed in")


async def public(request):
    """A page that looks at nobody."""
    return PlainTextResponse("the same for all", headers={"cache-control": "public, max-age=60"})


@login_required
async def profile(request):
    """Who is signed in."""
    return JSONResponse({"sub": request.user.sub, "scopes": request.auth.scopes, "thread": threading.get_ident()})


@requires(roles="shopper")
def shoppers(request: Request):
    """A plain endpoint."""
    return PlainTextResponse(request.user.name)


class Organization(HTTPEndpoint):
    """A class of which each method is guarded by itself."""

    @requires(organization_from="organization_id")
    async def get(self, request):
        """Members only."""
        return PlainTextResponse("member")

    @requires(organization_from=lambda request: request.path_params["organization_id"], organization_roles="admin")
    def post(self, request):
        """Admins only."""
        return PlainTextResponse("admin")


@requires(organization_from="organization_id", any_organization_role=["admin", "owner"])
class Settings(HTTPEndpoint):
    """A class that is guarded as a whole."""

    async def get(self, request):
        """Admins only."""
        return PlainTextResponse("settings")


@login_required
async def socket(websocket):
    """Greets who is signed in."""
    await websocket.accept()
    await websocket.send_text(websocket.user.username)
    await websocket.close()


@requires(roles="shopper")
class Socket(WebSocketEndpoint):
    """Greets a shopper."""

    encoding = "text"

    async def on_receive(self, websocket, data):
        """Says it again."""
        await websocket.send_text(f"{websocket.user.name}: {data}")


class Shop:
    """The application, and what its tests look at.

    Args:
        server: The local Logto.
        settings: Of `Logto`.
    """

    def __init__(self, server, *, handlers=None, debug=False, mount="", scopes=None, **settings):
        every = (
            UserInfoScope.email,
            UserInfoScope.roles,
            UserInfoScope.organizations,
            UserInfoScope.organization_roles,
        )
        settings = {"redirect_uri": f"{BASE}{mount}/callback", "session_key": KEY, **settings}
        config = server.config(scopes=scopes or every, resources=[API])
        self.logto = Logto(config, environ={}, clock=server.clock.now, **settings)
        self.seen = []
        routes = self.logto.routes
        self.app = Starlette(
            debug=debug,
            routes=[
                Route("/", home),
                Route("/public", public),
                Route("/profile", profile),
                Route("/shoppers", shoppers),
                Route("/organizations/{organization_id}", Organization),
                Route("/organizations/{organization_id}/settings", Settings),
                Route("/nowhere", requires(organization_from="organization_id")(home)),
                Route("/token", self.token),
                Route("/sync-token", self.sync_token),
                Route("/broken", self.broken),
                Route("/stream", self.stream),
                Route("/background", self.background),
                WebSocketRoute("/socket", socket),
                WebSocketRoute("/shoppers-socket", Socket),
                *([Mount(mount, routes=routes, name="auth")] if mount else routes),
            ],
            middleware=[Middleware(LogtoMiddleware, logto=self.logto)],
            exception_handlers=handlers,
            lifespan=self.logto.lifespan,
        )

    def visitor(self, **settings):
        """A browser at the application."""
        return TestClient(self.app, base_url=BASE, follow_redirects=False, headers=HTML, **settings)

    async def token(self, request):
        """Gets a token, awaiting."""
        client = self.logto.client(request)
        return JSONResponse({"token": await client.get_access_token(API), "thread": threading.get_ident()})

    def sync_token(self, request):
        """Gets a token, blocking."""
        return JSONResponse({"token": self.logto.sync_client(request).get_access_token(API)})

    async def broken(self, request):
        """Gets a token, and breaks."""
        await self.logto.client(request).get_access_token(API)
        raise ValueError("broken")

    async def stream(self, request):
        """Asks for a token while the answer is under way."""

        async def parts():
            yield "begin "
            try:
                yield (await self.logto.client(request).get_access_token(API))[:2]
            except LogtoException as error:
                yield error.code

        return StreamingResponse(parts())

    async def background(self, request):
        """Does something afterwards."""
        name = request.user.username
        return PlainTextResponse("done", background=BackgroundTask(self.seen.append, name))


def sign_in(visitor, server, user="alice", path="/sign-in", browser=None):
    """Follows the sign-in route through local Logto and back, and returns where it ends."""
    answer = visitor.get(path)
    assert answer.status_code == 303, answer.text
    back = visitor.get(server.sign_in(answer.headers["location"], user, browser=browser))
    assert back.status_code == 303, back.text
    return back.headers["location"]
