"""An MCP client that signs a person in: python -m examples.mcp.client http://localhost:3020/mcp <client id>.

Logto offers no dynamic registration of clients: the id is that of a native application, whose redirect URI is
http://localhost:3021/callback.
"""

import asyncio
import sys
import webbrowser
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider, TokenStorage
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

REDIRECT_URI = "http://localhost:3021/callback"


class Memory(TokenStorage):
    """Tokens for as long as the program runs, and the client as it was registered by hand."""

    def __init__(self, client: OAuthClientInformationFull):
        self._client = client
        self._tokens: OAuthToken | None = None

    async def get_tokens(self):
        """The tokens, if there are any."""
        return self._tokens

    async def set_tokens(self, tokens):
        """Keeps them."""
        self._tokens = tokens

    async def get_client_info(self):
        """The client."""
        return self._client

    async def set_client_info(self, client_info):
        """Keeps it."""
        self._client = client_info


def signing_in(url, client_id, open_page, arrived):
    """What adds an access token to requests, and gets one where the server asks for it.

    Args:
        url: The MCP server's.
        client_id: Of the application in Logto.
        open_page: Shows a page to the person.
        arrived: Waits for the address at which the browser comes back.
    """
    client = OAuthClientInformationFull(
        client_id=client_id, redirect_uris=[REDIRECT_URI], token_endpoint_auth_method="none"
    )

    async def came_back():
        query = parse_qs(urlsplit(await arrived()).query)
        return AuthorizationCodeResult(**{name: values[0] for name, values in query.items()})

    metadata = OAuthClientMetadata(
        client_name="Example", redirect_uris=[REDIRECT_URI], token_endpoint_auth_method="none"
    )
    return OAuthClientProvider(url, metadata, Memory(client), open_page, came_back)


async def call(url, auth, tool):
    """Calls a tool, and returns what it says.

    Args:
        url: The MCP server's.
        auth: What adds an access token.
        tool: The tool's name.
    """
    async with (
        httpx2.AsyncClient(auth=auth, timeout=30) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        return (await client.call_tool(tool)).structured_content


async def in_a_browser():
    """Waits on this machine for the browser to come back."""
    arrived = asyncio.get_running_loop().create_future()

    async def answer(reader, writer):
        target = (await reader.readline()).decode().split()[1]
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nYou can close this page."
        )
        await writer.drain()
        writer.close()
        if target.startswith("/callback?") and not arrived.done():
            arrived.set_result(target)

    async with await asyncio.start_server(answer, "127.0.0.1", 3021):
        return await arrived


async def main():
    """Shows the orders of whoever signs in."""

    async def open_page(url):
        webbrowser.open(url)

    url, client_id = sys.argv[1:]
    print(await call(url, signing_in(url, client_id, open_page, in_a_browser), "my_orders"))


if __name__ == "__main__":
    asyncio.run(main())
