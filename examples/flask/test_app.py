"""The pages, tried with the package's own fixtures: a local Logto that is gone with the test."""

import importlib
import sys

import pytest

from logto.testing.flask import LogtoFlaskClient

BASE = "http://localhost:3000"


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
    monkeypatch.delitem(sys.modules, "examples.flask.app", raising=False)
    app = importlib.import_module("examples.flask.app").app
    app.test_client_class = LogtoFlaskClient
    return app


def test_alice_signs_in_looks_around_and_leaves(app, logto_server):
    """Sent to sign in, brought back, greeted by name, shown what she may see; gone after signing out."""
    visitor = app.test_client()
    visitor.environ_base |= {"HTTP_ACCEPT": "text/html", "HTTP_HOST": "localhost:3000"}
    assert "Sign in" in visitor.get("/").text
    url = visitor.get(visitor.get("/profile").location).location
    assert visitor.get(logto_server.sign_in(url, "alice").removeprefix(BASE)).location == "/profile"

    assert "Hello, Alice Liddell" in visitor.get("/").text
    assert "alice@example.com" in visitor.get("/profile").text
    assert "alice@example.com" in visitor.get("/profile?fresh=1").text
    acme, beta = (logto_server.organizations[name] for name in ("Acme", "Beta"))
    assert "Acme" in visitor.get("/organizations").text
    assert "org:read" in visitor.get(f"/organizations/{acme}").text
    assert visitor.get(f"/organizations/{acme}/settings").status_code == 200
    assert visitor.get(f"/organizations/{beta}/settings").status_code == 403
    assert "cannot be had" in visitor.get("/orders").text

    visitor.post("/sign-out")
    assert visitor.get("/profile").status_code == 303


def test_a_page_without_any_logto(app):
    """`test_client(user=…)` is signed in: no server, no password."""
    visitor = app.test_client(user="bob", name="Bob", organizations=[])

    assert "Hello, Bob" in visitor.get("/").text
    assert visitor.get("/organizations/acme").status_code == 403
