"""The pages on programs without a person and at a command line are true of local Logto."""

import ast
import inspect
import time

import httpx2
import pytest

from logto import LogtoSyncClient, MemoryStorage
from logto.server.seed_file import check
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.client.machine_seed import (
    APP_ID,
    DEVICE_APP_ID,
    ORGANIZATION,
    SECRET,
    SEED,
    WEB_APP_ID,
    WEB_SECRET,
)
from tests.docs.blocks import blocks
from tests.house.repository import ROOT
from tests.server.devices import Person


@pytest.fixture(scope="module")
def server():
    """A local Logto with a machine, a device and alice."""
    with LocalLogto(seed=check(SEED)) as local:
        yield LogtoServer(local)


def python_blocks(page):
    """The page's Python blocks, ready to run one after the other."""
    path = ROOT / "docs" / page
    return [
        compile(block.code, str(path), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        for block in blocks(path)
        if block.language == "python"
    ]


@pytest.fixture
def shop(monkeypatch):
    """The shop's API, which nobody on the network is; and what it was asked."""
    asked = []

    async def answer(self, request):
        asked.append(request)
        return httpx2.Response(200, json=[{"item": "pear", "count": 3}], request=request)

    monkeypatch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", answer)
    return asked


def actor_token(server):
    """An opaque access token of alice's, with `openid`."""
    with LogtoSyncClient(server.config(app_id=WEB_APP_ID, app_secret=WEB_SECRET), MemoryStorage()) as client:
        client.handle_sign_in_callback(server.sign_in(client.sign_in("http://localhost:3000/callback"), "alice"))
        return client.get_access_token()


@pytest.mark.anyio
async def test_the_blocks_on_machines_run(server, shop, monkeypatch):
    """Tokens of a resource and of an organization, a request that carries one, and three exchanges."""
    alice = server.users["alice"].id
    for name, value in (("ENDPOINT", server.endpoint), ("APP_ID", APP_ID), ("APP_SECRET", SECRET)):
        monkeypatch.setenv(f"LOGTO_{name}", value)
    page = {
        "organization_id": ORGANIZATION,
        "subject_token": server.create_subject_token(alice),
        "second_subject_token": server.create_subject_token(alice),
        "personal_access_token": server.create_personal_access_token(alice, "page"),
        "actor_token": actor_token(server),
    }
    for code in python_blocks("machines.md"):
        running = eval(code, page)  # noqa: S307 - our own documentation
        if inspect.iscoroutine(running):
            await running

    assert page["orders"] == [{"item": "pear", "count": 3}]
    assert [request.headers["authorization"].count(".") for request in shop] == [2]
    assert page["tokens"].access_token
    await page["machine"].close()
    await page["exchanger"].close()


def test_the_blocks_on_the_command_line_run(server, monkeypatch, tmp_path, capsys):
    """A person types the code that the page's program prints; the second time the code is refused."""
    monkeypatch.setenv("LOGTO_ENDPOINT", server.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", DEVICE_APP_ID)
    page = {"session_file": tmp_path / "my-orders" / "session.json"}

    def instead_of_waiting(_):
        printed = capsys.readouterr().out
        if "type" in printed:
            with Person(server) as person:
                person.answer(printed.split()[-1])

    monkeypatch.setattr(time, "sleep", instead_of_waiting)
    for code in python_blocks("command-line.md"):
        exec(code, page)  # noqa: S102 - our own documentation

    assert page["client"].get_access_token_claims("https://shopping.your-app.com/api").scope == "read"
    assert "device.refused" in capsys.readouterr().out
    assert page["session_file"].stat().st_mode & 0o077 == 0
    page["client"].close()
