"""The list, kept by a local Logto that really sends."""

import importlib
import sys
import threading

import httpx2
import pytest
import uvicorn

from logto import LogtoManagementSyncClient

HOOK = {"name": "people", "events": ["User.Created", "User.Data.Updated", "User.Deleted"]}


class Ready(uvicorn.Server):
    """A server that says when it listens, and keeps its hands off signals."""

    def __init__(self, app):
        super().__init__(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
        self.listens = threading.Event()

    async def startup(self, sockets=None):
        """Listens."""
        await super().startup(sockets)
        self.listens.set()

    @property
    def url(self):
        """Where."""
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


@pytest.fixture
def serve():
    """Starts the application on a free port."""
    started = []

    def start(app):
        server = Ready(app)
        thread = threading.Thread(target=server.run)
        thread.start()
        started.append((server, thread))
        assert server.listens.wait(10)
        return server

    yield start
    for server, thread in started:
        server.should_exit = True
        thread.join(10)


def test_the_list_follows_logto(logto_server, monkeypatch, serve):
    """A user who is added, renamed and deleted at Logto appears, changes and goes here."""
    known = logto_server.local.seeded
    told = threading.Semaphore(0)
    with LogtoManagementSyncClient(
        endpoint=logto_server.endpoint, app_id=known["managementAppId"], app_secret=known["managementAppSecret"]
    ) as management:
        hook = management.hooks.create(**HOOK, url="http://127.0.0.1:9/")
        monkeypatch.setenv("LOGTO_WEBHOOK_KEY", hook.signing_key)
        monkeypatch.delitem(sys.modules, "examples.webhooks.app", raising=False)
        shop = importlib.import_module("examples.webhooks.app")
        shop.webhooks.on_any(lambda _event: told.release())  # registered last, so called last
        server = serve(shop.app)
        management.hooks.update(hook.id, url=f"{server.url}/webhooks/logto")

        dora = management.users.create(username="dora")
        assert told.acquire(timeout=10)
        assert httpx2.get(f"{server.url}/people").json() == ["dora"]
        management.users.update(dora.id, name="Dora Doe")
        assert told.acquire(timeout=10)
        assert httpx2.get(f"{server.url}/people").json() == ["Dora Doe"]
        management.users.delete(dora.id)
        assert told.acquire(timeout=10)
        assert httpx2.get(f"{server.url}/people").json() == []
