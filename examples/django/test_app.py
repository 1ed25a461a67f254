"""The pages, tried with the package's own fixtures: a local Logto that is gone with the test."""

import importlib

import pytest
from django.core.management import call_command
from django.test import Client, override_settings

from logto.testing.django import sign_in_as

BASE = "http://localhost:3000"


@pytest.fixture
def visitor(logto_server, monkeypatch):
    """A browser at the application, in the environment that its docstring names."""
    config = logto_server.config()
    monkeypatch.setenv("LOGTO_ENDPOINT", config.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", config.app_id)
    monkeypatch.setenv("LOGTO_APP_SECRET", config.app_secret)
    monkeypatch.setenv("LOGTO_REDIRECT_URI", f"{BASE}/callback")
    monkeypatch.setenv("SECRET_KEY", "a secret of at least 32 characters")
    monkeypatch.setenv("ORDERS_API", "http://localhost:9/orders")  # where nobody listens
    importlib.import_module("examples.django.app")
    call_command("migrate", verbosity=0)
    with override_settings(LOGTO_ENDPOINT=config.endpoint):  # made anew for each test
        yield Client(headers={"accept": "text/html", "host": "localhost:3000"})


def goes_to(answer):
    """Where an answer sends the browser, as a path."""
    return answer["Location"].removeprefix(BASE)


def test_alice_signs_in_looks_around_and_leaves(visitor, logto_server):
    """Sent to sign in, brought back, greeted by name, shown what she may see; gone after signing out."""
    assert "Sign in" in visitor.get("/").text
    url = visitor.get(goes_to(visitor.get("/profile")))["Location"]
    callback = logto_server.sign_in(url, "alice").removeprefix(BASE)
    assert goes_to(visitor.get(callback)) == "/profile"

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
    assert visitor.get("/profile").status_code == 302


def test_a_page_without_any_logto(visitor):
    """`sign_in_as` puts somebody into the session: no server, no password."""
    sign_in_as(visitor, "bob", name="Bob", organizations=[])

    assert "Hello, Bob" in visitor.get("/").text
    assert visitor.get("/organizations/acme").status_code == 403
