"""The pages on Flask and Quart: their files run, behind a proxy and with Redis too, and their tests pass."""

import asyncio
import importlib
import os
import subprocess
import sys

import anyio
import pytest
from quart import Quart

from logto import LogtoSyncClient, MemoryStorage
from logto.server.serve import LocalLogto
from logto.sessions import RedisStore
from logto.testing import LogtoServer
from tests.docs.blocks import blocks, write_files
from tests.house.repository import ROOT
from tests.sessions.valkey import Valkey

FLASK, QUART = (ROOT / "docs" / "integrations" / name for name in ("flask.md", "quart.md"))
EITHER = pytest.mark.parametrize("page", [FLASK, QUART], ids=["flask", "quart"])
SHOPPING = "https://shopping.your-app.com/api"
BASE = "http://localhost:3000"
NAMES = ("app", "wsgi", "asgi", "api", "guide")


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
    """Imports a file as its page leaves it, or `app.py` as one of its blocks has it."""
    monkeypatch.syspath_prepend(tmp_path)
    for name in NAMES:
        monkeypatch.delitem(sys.modules, name, raising=False)

    def load_file(page, name, block=None):
        write_files(page, tmp_path)
        if block is not None:
            found = [one.text for one in blocks(page) if one.title == "app.py"]
            (tmp_path / "app.py").write_text(found[block], encoding="utf-8")
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield load_file
    for name in NAMES:
        sys.modules.pop(name, None)


class Visitor:
    """A browser at an application of either framework.

    Args:
        app: The application.
        headers: Of each request, beside those of a browser.
    """

    def __init__(self, app, **headers):
        self.client = app.test_client()
        self.waits = isinstance(app, Quart)
        self.headers = {"Accept": "text/html", "Host": "localhost:3000", **headers}

    def get(self, path, method="GET", **headers):
        """The status, the location, and the text of an answer."""
        answer = self.client.open(path, method=method, headers={**self.headers, **headers})
        if not self.waits:
            return answer.status_code, answer.location, answer.text
        answer = asyncio.run(self._whole(answer))
        return answer.status_code, answer.location, asyncio.run(answer.get_data(as_text=True))

    def sign_in(self, server, path):
        """From a page that is guarded, through local Logto, and back to it."""
        _, begin, _ = self.get(path)
        _, url, _ = self.get(begin)
        callback = server.sign_in(url, "alice").removeprefix(BASE)
        assert self.get(callback)[:2] == (303, path)

    async def _whole(self, answer):
        return await answer


@EITHER
def test_the_ten_lines(page, load, server):
    """The first file of the page sends to sign in, and greets alice."""
    visitor = Visitor(load(page, "app", block=0).app)
    visitor.sign_in(server, "/")

    assert visitor.get("/")[2] == "Hello, Alice Liddell"


@EITHER
def test_the_whole_application(page, load, server):
    """Pages of both colours, roles and organizations answer alice as the page says; then she signs out."""
    acme, beta = (server.organizations[name] for name in ("Acme", "Beta"))
    visitor = Visitor(load(page, "app", block=1).app)
    assert 'href="/sign-in"' in visitor.get("/")[2]
    visitor.sign_in(server, "/profile")
    assert "alice@example.com" in visitor.get("/profile")[2]
    assert "Hello Alice Liddell" in visitor.get("/")[2]
    paths = ("/basket", f"/organizations/{acme}", f"/organizations/{acme}/settings", f"/organizations/{beta}/settings")
    assert [visitor.get(path)[0] for path in paths] == [200, 200, 200, 403]

    assert visitor.get("/sign-out", "POST")[0] == 303
    assert visitor.get("/profile")[0] == 303


@EITHER
def test_own_users(page, load, server):
    """Whoever comes is added by issuer and subject, and is `current_user` from then on."""
    loaded = load(page, "app")
    visitor = Visitor(loaded.app)
    callback = server.sign_in(visitor.get("/sign-in?next=/me")[1], "alice").removeprefix(BASE)
    visitor.get(callback)

    assert visitor.get("/me")[2] == "Alice Liddell"
    assert "Hello Alice Liddell" in visitor.get("/")[2]
    assert "alice@example.com" in visitor.get("/profile")[2]
    assert list(loaded.PEOPLE) == [(server.issuer, server.users["alice"].id)]


def test_the_answer_to_nobody(load):
    """With the page's handler, whoever must sign in first is told so."""
    assert Visitor(load(FLASK, "app").app).get("/profile") == (401, None, "Please sign in first")


@EITHER
def test_the_tests_of_the_page_pass(page, tmp_path, environment):
    """Typed into files, they pass beside the page's application."""
    write_files(page, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text(
        'import pytest\n\n\n@pytest.fixture\ndef anyio_backend():\n    return "asyncio"\n'
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    result = subprocess.run(
        command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False, timeout=120
    )

    assert result.returncode == 0, result.stdout
    assert "1 passed" in result.stdout


@pytest.fixture(scope="module")
def redis():
    """A Valkey, as the tests of this module share it."""
    valkey = Valkey()
    valkey.start()
    yield valkey
    valkey.remove()


@pytest.mark.parametrize(("page", "name"), [(FLASK, "wsgi"), (QUART, "asgi")], ids=["flask", "quart"])
def test_production_behind_a_proxy_with_redis(page, name, load, server, redis, monkeypatch):
    """With the page's file, the proxy's word decides the address, and the session is in Redis, where it can be ended."""
    monkeypatch.setenv("LOGTO_SESSION_STORE", redis.url)
    monkeypatch.delenv("LOGTO_REDIRECT_URI")
    monkeypatch.setenv("LOGTO_ALLOWED_HOSTS", "shop.example")
    app = load(page, name).app
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example", "X-Forwarded-For": "192.0.2.1"}
    _, url, _ = Visitor(app, **forwarded).get("/sign-in")
    assert "redirect_uri=https%3A%2F%2Fshop.example%2Fcallback" in url

    assert isinstance(app.extensions["logto"].pages.store, RedisStore)
    visitor = Visitor(app)
    visitor.get(server.sign_in(visitor.get("/sign-in")[1], "alice").removeprefix(BASE))
    assert "Hello" in visitor.get("/")[2]
    alice = server.users["alice"].id
    assert app.extensions["logto"].pages.sync_sessions.end_sessions(sub=alice) == 1
    assert "Hello" not in visitor.get("/")[2]


@pytest.mark.anyio
async def test_a_websocket_behind_a_proxy_reaches_its_view(load):
    """Where the proxy says https of a WebSocket, Quart's page refuses nobody for the scheme: who is nobody gets 401."""
    app = load(QUART, "asgi").app
    headers = [(b"host", b"shop.example"), (b"x-forwarded-proto", b"https"), (b"x-forwarded-for", b"192.0.2.1")]
    request = {"type": "websocket", "scheme": "ws", "path": "/greetings", "raw_path": b"/greetings", "root_path": ""}
    request |= {"query_string": b"", "headers": headers, "http_version": "1.1", "subprotocols": []}
    request |= {"extensions": {"websocket.http.response": {}}}
    sent, coming = [], [{"type": "websocket.connect"}]

    async def receive():
        return coming.pop() if coming else await anyio.sleep_forever()

    async def send(message):
        sent.append(message)

    await app.asgi_app(request, receive, send)

    assert sent[0]["status"] == 401


@EITHER
def test_the_api_of_the_page(page, load, server):
    """Nobody is told where to get a token; a good one gets in, and one of an organization into that one's orders."""
    app = load(page, "api").app
    client = LogtoSyncClient(
        server.config(scopes=["read", "urn:logto:scope:organizations"], resources=[SHOPPING]), MemoryStorage()
    )
    client.handle_sign_in_callback(server.sign_in(client.sign_in(f"{BASE}/callback"), "alice"))
    acme = server.organizations["Acme"]
    caller = Visitor(app)
    assert caller.get("/orders")[0] == 401
    token, token_of_acme = (f"Bearer {client.get_access_token(SHOPPING, *whose)}" for whose in ((), (acme,)))
    answers = [
        caller.get("/orders", Authorization=token),
        caller.get(f"/organizations/{acme}/orders", Authorization=token_of_acme),
        caller.get(f"/organizations/{acme}/orders", Authorization=token),
    ]

    assert [status for status, _, _ in answers] == [200, 200, 403]
    assert '"read"' in answers[0][2]
    assert SHOPPING in caller.get("/.well-known/oauth-protected-resource/api")[2]


def test_the_guides_own_style(load, server):
    """The last file of Flask's page greets alice by what Logto says of her."""
    visitor = Visitor(load(FLASK, "guide").app)
    _, url, _ = visitor.get(visitor.get("/")[1])
    visitor.get(server.sign_in(url, "alice").removeprefix(BASE))

    assert visitor.get("/")[2] == "Hello, Alice Liddell"
