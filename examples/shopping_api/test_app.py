"""The API, tried with real tokens of a local Logto."""

import importlib
import sys

import pytest
from fastapi.testclient import TestClient

from logto import LogtoSyncClient, MemoryStorage

SHOPPING = "https://shopping.your-app.com/api"


@pytest.fixture
def shop(logto_server, monkeypatch):
    """A program that calls the API."""
    monkeypatch.setenv("LOGTO_ENDPOINT", logto_server.endpoint)
    monkeypatch.delitem(sys.modules, "examples.shopping_api.app", raising=False)
    with TestClient(importlib.import_module("examples.shopping_api.app").app) as caller:
        yield caller


def token_of(logto_server, user, *scopes):
    """An access token for the API, of a user who allowed these scopes."""
    with LogtoSyncClient(logto_server.config(scopes=scopes, resources=[SHOPPING]), MemoryStorage()) as client:
        client.handle_sign_in_callback(logto_server.sign_in(client.sign_in("http://localhost:3000/callback"), user))
        return client.get_access_token(SHOPPING)


def test_a_shopper_gets_orders(shop, logto_server):
    """A token with the scope is let in, and each order has what the page shows."""
    answer = shop.get(
        "/orders", headers={"authorization": f"Bearer {token_of(logto_server, 'alice', 'shopping:read')}"}
    )

    assert answer.status_code == 200
    assert [set(order) for order in answer.json()] == [{"id", "item", "price"}] * 2


def test_others_are_told_why_not(shop, logto_server):
    """No token is 401; one without the scope is 403, and both come with a challenge."""
    without = token_of(logto_server, "bob", "read")
    answers = [shop.get("/orders"), shop.get("/orders", headers={"authorization": f"Bearer {without}"})]

    assert [answer.status_code for answer in answers] == [401, 403]
    assert 'error="insufficient_scope"' in answers[1].headers["www-authenticate"]
