"""An MCP server on FastAPI, whose tools know who calls them.

Set LOGTO_ENDPOINT and, if it is not http://localhost:3020/mcp, MCP_URL: the server's own address, which is also the
identifier of the API resource in Logto. Then: uvicorn examples.mcp.server:app --port 3020
"""

import os
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from fastapi import FastAPI
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import Route

from logto.integrations.fastapi import LogtoApi, LogtoApiMiddleware

ORDERS = {"alice": ["A kettle", "Six cups"], "bob": ["A whisk"]}


def make_tools() -> MCPServer:
    """The tools, without a word about tokens."""
    tools = MCPServer("Corner Shop")

    @tools.tool()
    def my_orders(context: Context) -> list[str]:
        """What the person who signed in has ordered."""
        return ORDERS.get(context.request_context.request.user.claims.sub, [])

    @tools.tool()
    def who_am_i(context: Context) -> dict[str, str]:
        """Who signed in, with which application."""
        claims = context.request_context.request.user.claims
        return {"sub": claims.sub, "client_id": claims.client_id}

    return tools


def create_app(endpoint: str, url: str) -> FastAPI:
    """The application.

    Args:
        endpoint: The address of Logto.
        url: The server's own address.
    """
    api = LogtoApi(endpoint, url, scopes={"orders:read": "See your orders"}, realm="Corner Shop")
    tools = make_tools()
    host = urlsplit(url).netloc
    # Each request stands for itself: any worker may answer it, and none is tied to a session of somebody else's.
    served = tools.streamable_http_app(
        streamable_http_path=urlsplit(url).path,
        stateless_http=True,
        json_response=True,
        transport_security=TransportSecuritySettings(allowed_hosts=[host]),
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI):
        async with api.lifespan(app), tools.session_manager.run():
            yield

    app = FastAPI(title="Corner Shop", lifespan=lifespan)
    api.install(app)
    app.router.routes.append(Route(urlsplit(url).path, LogtoApiMiddleware(served, api=api, scopes=["orders:read"])))
    return app


if "LOGTO_ENDPOINT" in os.environ:
    app = create_app(os.environ["LOGTO_ENDPOINT"], os.environ.get("MCP_URL", "http://localhost:3020/mcp"))
