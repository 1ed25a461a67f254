"""The pages on Starlette, FastAPI and MCP: their files run, sign in and out, and their tests pass."""

import importlib
import os
import subprocess
import sys

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.docs.blocks import blocks, write_files
from tests.house.repository import ROOT

BASE = "http://localhost:3000"
HTML = {"accept": "text/html"}
SHOPPING = "https://shopping.your-app.com/api"
STARLETTE, FASTAPI, MCP = (
    ROOT / "docs" / name for name in ("integrations/starlette.md", "integrations/fastapi.md", "mcp.md")
)


@pytest.fixture(scope="module")
def server():
    """A local Logto, as the tests of this module share it."""
    with LocalLogto() as local:
        yield LogtoServer(local)


@pytest.fixture
def environment(server, monkeypatch):
    """What the pages tell their reader to export."""
    config = server.config()
    monkeypatch.setenv("LOGTO_ENDPOINT", config.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", config.app_id)
    monkeypatch.setenv("LOGTO_APP_SECRET", config.app_secret)
    monkeypatch.setenv("LOGTO_REDIRECT_URI", f"{BASE}/callback")
    monkeypatch.setenv("SECRET_KEY", "k" * 43)


@pytest.fixture
def load(tmp_path, monkeypatch, environment):
    """Imports a file as its page leaves it, or as one of its blocks has it."""
    monkeypatch.syspath_prepend(tmp_path)

    def load_file(page, name, block=None):
        if block is None:
            write_files(page, tmp_path)
        else:
            code = [found.text for found in blocks(page) if found.title == f"{name}.py"][block]
            (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield load_file
    for name in ("app", "api", "server"):
        sys.modules.pop(name, None)


def visitor_of(app):
    """A browser at an application."""
    return TestClient(app, base_url=BASE, headers=HTML, follow_redirects=False)


def sign_in(visitor, server, path):
    """From a page that is guarded, through local Logto, and back to it."""
    url = visitor.get(visitor.get(path).headers["location"]).headers["location"]
    back = visitor.get(server.sign_in(url, "alice"))
    assert (back.status_code, back.headers["location"]) == (303, path)


@pytest.mark.parametrize("page", [STARLETTE, FASTAPI], ids=["starlette", "fastapi"])
def test_the_ten_lines(page, load, server):
    """The first file of the page sends to sign in, and greets alice."""
    with visitor_of(load(page, "app", block=0).app) as visitor:
        sign_in(visitor, server, "/")
        assert "Hello Alice Liddell" in visitor.get("/").text


@pytest.mark.parametrize("page", [STARLETTE, FASTAPI], ids=["starlette", "fastapi"])
def test_the_whole_application(page, load, server):
    """Pages of both colours, roles, organizations and a socket answer alice as the page says; then she signs out."""
    acme, beta = (server.organizations[name] for name in ("Acme", "Beta"))
    with visitor_of(load(page, "app", block=1).app) as visitor:
        with pytest.raises(WebSocketDenialResponse), visitor.websocket_connect("ws://localhost:3000/greetings"):
            pass
        sign_in(visitor, server, "/profile")
        assert visitor.get("/profile").json() == {"name": "Alice Liddell", "email": "alice@example.com"}
        assert visitor.get("/basket").status_code == 200
        assert visitor.get(f"/organizations/{acme}/settings").status_code == 200
        assert visitor.get(f"/organizations/{beta}/settings").status_code == 403
        with visitor.websocket_connect("ws://localhost:3000/greetings", headers={"origin": BASE}) as socket:
            assert socket.receive_text() == "Hello Alice Liddell"
        assert visitor.post("/sign-out").status_code == 303
        assert visitor.get("/profile").status_code == 303


def test_own_users_of_starlette(load, server):
    """Whoever signs in is added, and is `request.user` from then on."""
    page = load(STARLETTE, "app")
    with visitor_of(page.app) as visitor:
        sign_in(visitor, server, "/profile")
        assert "Hello Alice Liddell" in visitor.get("/").text
    (key,) = page.PEOPLE
    assert key == (server.issuer, server.users["alice"].id)


def test_own_users_of_fastapi(load, server):
    """The dependency on top of the page's gives the same person each time."""
    with visitor_of(load(FASTAPI, "app").app) as visitor:
        sign_in(visitor, server, "/me")
        assert visitor.get("/me").json() == visitor.get("/me").json() == "Person 1"


@pytest.mark.parametrize("page", [STARLETTE, FASTAPI], ids=["starlette", "fastapi"])
def test_the_tests_of_the_page_pass(page, tmp_path, environment):
    """Typed into files, they pass beside the page's application."""
    names = write_files(page, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    result = subprocess.run(
        command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False, timeout=120
    )

    assert result.returncode == 0, result.stdout
    shown = sum((tmp_path / name).read_text().count("\ndef test_") for name in names)
    assert f"{shown} passed" in result.stdout


@pytest.fixture
def access_token(server):
    """A token of alice for the API of the pages."""
    from logto import LogtoSyncClient, MemoryStorage

    client = LogtoSyncClient(server.config(scopes=["read"], resources=[SHOPPING]), MemoryStorage())
    client.handle_sign_in_callback(server.sign_in(client.sign_in(f"{BASE}/callback"), "alice"))
    return client.get_access_token(SHOPPING)


@pytest.mark.parametrize("page", [STARLETTE, FASTAPI], ids=["starlette", "fastapi"])
def test_the_api_of_the_page(page, tmp_path, load, server, access_token):
    """Nobody is told where to get a token; a good one gets in."""
    (code,) = [block.text for block in blocks(page) if block.title == "api.py"]
    (tmp_path / "local.py").write_text(code.replace("http://localhost:3001", server.endpoint), encoding="utf-8")
    app = importlib.import_module("local").app
    sys.modules.pop("local")
    with TestClient(app) as caller:
        refused = caller.get("/orders")
        assert (refused.status_code, "resource_metadata" in refused.headers["www-authenticate"]) == (401, True)
        answer = caller.get("/orders", headers={"authorization": f"Bearer {access_token}"})
        assert answer.json()["caller"] == server.users["alice"].id


def test_the_mcp_server_of_the_page(load):
    """It refuses who brings no token, with its permission and its description in the challenge."""
    app = load(MCP, "server").app
    with TestClient(app, base_url="http://localhost:3020") as client:
        challenge = client.post("/mcp", json={}).headers["www-authenticate"]
        assert 'scope="orders:read"' in challenge
        metadata = client.get("/.well-known/oauth-protected-resource/mcp").json()
        assert metadata["resource"] == "http://localhost:3020/mcp"
