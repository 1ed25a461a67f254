"""The official client finds the way from the server's URL alone, signs alice in at a local Logto, and calls a tool."""

import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn
import yaml

from examples.mcp.client import call, signing_in
from examples.mcp.server import create_app
from logto.server.serve import LocalLogto
from logto.testing import Browser

PASSWORDS = {"alice": "alice-pass-123", "bob": "bob-pass-12345"}


@pytest.fixture
def anyio_backend():
    """The event loop that uvicorn has."""
    return "asyncio"


@contextmanager
def serving(app, listening):
    """Answers on a socket, from a thread; what comes before it is ready waits."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def url():
    """The server, with a Logto of its own that knows it under its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listening.getsockname()[1]}/mcp"
    seed = (Path(__file__).parent / "seed.yaml").read_text(encoding="utf-8").replace("http://localhost:3020/mcp", url)
    with LocalLogto(seed=yaml.safe_load(seed)) as logto, serving(create_app(logto.endpoint, url), listening):
        yield url


def person(name):
    """Somebody who signs in wherever a page is shown, and what the client asks them for."""
    pages, came_back = [], []

    async def open_page(url):
        pages.append(url)
        with Browser() as browser:
            came_back.append(browser.sign_in(url, username=name, password=PASSWORDS[name]))

    async def arrived():
        return came_back.pop()

    return pages, open_page, arrived


@pytest.mark.anyio
async def test_a_client_discovers_signs_in_and_calls(url):
    """From the challenge to the metadata, to Logto, and back with a token for this server; no id but the client's is told."""
    pages, open_page, arrived = person("alice")
    auth = signing_in(url, "mcp-client", open_page, arrived)

    assert (await call(url, auth, "my_orders"))["result"] == ["A kettle", "Six cups"]
    assert (await call(url, auth, "who_am_i")) == {"sub": "alice", "client_id": "mcp-client"}
    assert len(pages) == 1
    assert "resource=http%3A%2F%2Flocalhost" in pages[0]
    assert "code_challenge_method=S256" in pages[0]


def test_without_a_token_the_server_says_where_to_learn_more(url):
    """A challenge with `resource_metadata`, which leads to the server's description of itself."""
    refused = httpx2.post(url, json={})
    challenge = refused.headers["www-authenticate"]
    address = challenge.partition('resource_metadata="')[2].partition('"')[0]

    assert (refused.status_code, 'scope="orders:read"' in challenge) == (401, True)
    assert httpx2.get(address).json()["resource"] == url


def test_a_token_for_something_else_is_refused(url):
    """One that was forged, or has no business here."""
    answer = httpx2.post(url, json={}, headers={"authorization": "Bearer a.b.c"})

    assert (answer.status_code, 'error="invalid_token"' in answer.headers["www-authenticate"]) == (401, True)
