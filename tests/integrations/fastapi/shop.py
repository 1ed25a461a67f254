"""An application on FastAPI with a path operation of each kind, and a visitor."""

import threading
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, WebSocket
from fastapi.testclient import TestClient

from logto import LogtoClient, LogtoSyncClient, UserInfoScope
from logto.integrations.fastapi import Logto, LogtoMiddleware, LogtoUser

BASE = "http://localhost:3000"
KEY = "k" * 43
API = "https://shopping.your-app.com/api"


class Shop:
    """The application, and what its tests look at.

    Args:
        server: The local Logto.
        prefix: Where the routes are included, by hand; with `install` if not given.
        settings: Of `Logto`.
    """

    def __init__(self, server, *, prefix=None, **settings):
        scopes = (
            UserInfoScope.email,
            UserInfoScope.roles,
            UserInfoScope.organizations,
            UserInfoScope.organization_roles,
        )
        config = server.config(scopes=scopes, resources=[API])
        settings = {"redirect_uri": f"{BASE}{prefix or ''}/callback", "session_key": KEY, **settings}
        self.logto = logto = Logto(config, environ={}, clock=server.clock.now, **settings)
        self.events = []

        @asynccontextmanager
        async def lifespan(app):
            async with logto.lifespan(app):
                self.events.append("begun")
                yield {"database": "open"}
            self.events.append("ended")

        self.app = FastAPI(lifespan=lifespan)
        if prefix is None:
            logto.install(self.app)
        else:
            self.app.add_middleware(LogtoMiddleware, logto=logto)
            self.app.include_router(logto.router, prefix=prefix)
        add_operations(self.app, logto)

    def visitor(self, **settings):
        """A browser's script at the application."""
        return TestClient(self.app, base_url=BASE, follow_redirects=False, **settings)


def add_operations(app, logto):
    """The path operations, each in the way that FastAPI's users write them."""
    user = Annotated[LogtoUser, Depends(logto.user)]
    guest = Annotated[LogtoUser, Depends(logto.optional_user)]
    member = Annotated[LogtoUser, Depends(logto.require(organization_from="organization_id"))]

    @app.get("/")
    async def home(user: guest):
        return {"user": user.username}

    @app.get("/me")
    async def me(user: user):
        return {"user": user.username, "thread": threading.get_ident()}

    @app.get("/sync-me")
    def sync_me(user: user):
        return {"user": user.username}

    @app.get("/organizations/{organization_id}")
    async def organization(organization_id: str, user: member):
        return {"roles": sorted(user.organization_roles(organization_id))}

    @app.get("/token")
    async def token(user: user, client: Annotated[LogtoClient, Depends(logto.client)]):
        return {"token": await client.get_access_token(API)}

    @app.get("/sync-token")
    def sync_token(user: user, client: Annotated[LogtoSyncClient, Depends(logto.sync_client)]):
        return {"token": client.get_access_token(API)}

    @app.get("/broken")
    async def broken(client: Annotated[LogtoClient, Depends(logto.client)]):
        await client.get_access_token(API)
        raise ValueError("broken")

    @app.websocket("/socket")
    async def socket(websocket: WebSocket, user: user):
        await websocket.accept()
        await websocket.send_json({"user": user.username})
        await websocket.close()

    shoppers = APIRouter(prefix="/shoppers", dependencies=[Depends(logto.require(roles=["shopper"]))])

    @shoppers.get("")
    async def all_shoppers():
        return ["alice"]

    app.include_router(shoppers)


def sign_in(visitor, server, user="alice", path="/sign-in"):
    """Follows the sign-in route through local Logto and back, and returns where it ends."""
    answer = visitor.get(path)
    assert answer.status_code == 303, answer.text
    back = visitor.get(server.sign_in(answer.headers["location"], user))
    assert back.status_code == 303, back.text
    return back.headers["location"]
