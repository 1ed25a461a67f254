"""`webhook_route`: Logto's webhooks arrive, and nobody else's."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from logto.client.webhooks import LogtoWebhooks
from logto.integrations.starlette import webhook_route

KEY = "the signing key of a webhook"


@pytest.fixture
def arrived():
    """The events that a handler saw."""
    return []


@pytest.fixture
def logto(arrived):
    """Whoever posts to the route of an application."""
    webhooks = LogtoWebhooks(KEY)

    @webhooks.on("User.Created")
    async def welcome(event):
        arrived.append(event.event)

    with TestClient(Starlette(routes=[webhook_route(webhooks, "/hooks")])) as client:
        yield client


def delivery(key=KEY):
    """A body, and the headers that it comes with."""
    created = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    body = json.dumps({"hookId": "h", "event": "User.Created", "createdAt": created, "data": {"id": "x"}}).encode()
    return {
        "content": body,
        "headers": {"logto-signature-sha-256": hmac.new(key.encode(), body, hashlib.sha256).hexdigest()},
    }


def test_a_signed_delivery_is_handled_once(logto, arrived):
    """The handler sees it; the same one again is acknowledged and not handled."""
    sent = delivery()
    assert [logto.post("/hooks", **sent).status_code for _ in range(2)] == [200, 200]
    assert arrived == ["User.Created"]


def test_anything_else_is_refused(logto, arrived):
    """A forged, altered, unsigned or endless delivery; a GET."""
    altered = {**delivery(), "content": b'{"event": "User.Created"}'}
    for sent in (delivery("another key"), altered, {"content": b"{}"}):
        assert logto.post("/hooks", **sent).status_code in (400, 401)
    assert logto.post("/hooks", content=b"x" * 1_100_000).status_code == 413
    assert logto.get("/hooks").status_code == 405
    assert arrived == []


def test_two_signatures_are_none(logto, arrived):
    """Of two headers, each reader could believe another."""
    sent = delivery()
    headers = [*sent["headers"].items(), ("logto-signature-sha-256", "0" * 64)]
    assert logto.post("/hooks", content=sent["content"], headers=headers).status_code == 401
    assert arrived == []
