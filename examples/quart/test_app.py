"""The pages, tried with the package's own fixtures: a local Logto that is gone with the test."""

import asyncio
import importlib
import sys

import pytest

from logto.testing.quart import authenticated_client

pytestmark = pytest.mark.anyio

BASE = "http://localhost:3000"
HTML = {"accept": "text/html", "host": "localhost:3000"}


@pytest.fixture
def app(logto_server, monkeypatch):
    """The application, in the environment that its docstring names."""
    config = logto_server.config()
    monkeypatch.setenv("LOGTO_ENDPOINT", config.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", config.app_id)
    monkeypatch.setenv("LOGTO_APP_SECRET", config.app_secret)
    monkeypatch.setenv("LOGTO_REDIRECT_URI", f"{BASE}/callback")
    monkeypatch.setenv("SECRET_KEY", "a secret of at least 32 characters")
    monkeypatch.setenv("ORDERS_API", "http://localhost:9/orders")  # where nobody listens
    monkeypatch.delitem(sys.modules, "examples.quart.app", raising=False)
    return importlib.import_module("examples.quart.app").app


async def text(visitor, path):
    """What a page shows."""
    return await (await visitor.get(path, headers=HTML)).get_data(as_text=True)


async def test_alice_signs_in_looks_around_and_leaves(app, logto_server):
    """Sent to sign in, brought back, greeted by name, shown what she may see; gone after signing out."""
    async with app.test_app():
        visitor = app.test_client()
        assert "Sign in" in await text(visitor, "/")
        sign_in = (await visitor.get("/profile", headers=HTML)).location
        url = (await visitor.get(sign_in, headers=HTML)).location
        callback = await asyncio.to_thread(logto_server.sign_in, url, "alice")
        assert (await visitor.get(callback.removeprefix(BASE), headers=HTML)).location == "/profile"

        assert "Hello, Alice Liddell" in await text(visitor, "/")
        assert "alice@example.com" in await text(visitor, "/profile")
        assert "alice@example.com" in await text(visitor, "/profile?fresh=1")
        acme, beta = (logto_server.organizations[name] for name in ("Acme", "Beta"))
        assert "Acme" in await text(visitor, "/organizations")
        assert "org:read" in await text(visitor, f"/organizations/{acme}")
        assert (await visitor.get(f"/organizations/{acme}/settings")).status_code == 200
        assert (await visitor.get(f"/organizations/{beta}/settings")).status_code == 403
        assert "cannot be had" in await text(visitor, "/orders")

        await visitor.post("/sign-out", headers=HTML)
        assert (await visitor.get("/profile", headers=HTML)).status_code == 303


async def test_a_page_without_any_logto(app):
    """`authenticated_client` signs somebody in: no server, no password."""
    visitor = app.test_client()
    async with authenticated_client(visitor, "bob", name="Bob", organizations=[]):
        assert "Hello, Bob" in await text(visitor, "/")
        assert (await visitor.get("/organizations/acme")).status_code == 403
