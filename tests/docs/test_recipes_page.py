"""docs/recipes.md: each block runs as it stands, and does what the line above it says."""

import ast
import inspect
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from logto import LogtoConfig, LogtoMachineSyncClient
from tests.docs.blocks import blocks
from tests.house.repository import ROOT
from tests.protocol.test_webhook import KEY, sign
from tests.server.devices import Person

PAGE = ROOT / "docs" / "recipes.md"
API = "https://shopping.your-app.com/api"
PROFILE = {"accept": "text/html"}


@pytest.fixture
def names(logto_server, monkeypatch, tmp_path):
    """What the page takes for granted: addresses and secrets, also in the environment."""
    config = logto_server.config()
    seeded = logto_server.local.seeded
    monkeypatch.setenv("LOGTO_ENDPOINT", config.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", config.app_id)
    monkeypatch.setenv("LOGTO_APP_SECRET", config.app_secret)
    monkeypatch.setenv("LOGTO_SESSION_KEY", "k" * 32)
    return {
        "__name__": "recipes",
        "ENDPOINT": config.endpoint,
        "API": API,
        "SECRET_KEY": "s" * 32,
        "WEBHOOK_KEY": KEY,
        "MACHINE_ID": seeded["m2mAppId"],
        "MACHINE_SECRET": seeded["m2mAppSecret"],
        "MANAGEMENT_ID": seeded["managementAppId"],
        "MANAGEMENT_SECRET": seeded["managementAppSecret"],
        "DEVICE_APP_ID": seeded["deviceAppId"],
        "ORGANIZATION_ID": logto_server.organizations["Acme"],
        "session_file": tmp_path / "session.json",
    }


@pytest.fixture
def token(logto_server, names):
    """A program's token for the API."""
    config = LogtoConfig(endpoint=names["ENDPOINT"], app_id=names["MACHINE_ID"], app_secret=names["MACHINE_SECRET"])
    with LogtoMachineSyncClient(config) as machine:
        return machine.get_access_token(API, scopes=["read"])


def parts(title):
    """The page's blocks of one kind, in order."""
    return [block for block in blocks(PAGE) if block.title == title]


def run(title, names):
    """Runs them, one after the other, in the same names."""
    for block in parts(title):
        exec(compile(block.code, str(PAGE), "exec"), names)  # noqa: S102 - our own documentation
    return names


def bearer(token):
    """The header that carries a token."""
    return {"authorization": f"Bearer {token}"}


def created():
    """A delivery of Logto's, signed."""
    event = {"event": "User.Created", "hookId": "h", "createdAt": datetime.now(UTC).isoformat()}
    body = json.dumps({**event, "data": {"username": "dora"}}).encode()
    return body, {"logto-signature-sha-256": sign(body)}


def test_every_block_is_of_a_kind_that_runs():
    """No block of the page is left out."""
    kinds = {"flask", "quart", "starlette", "fastapi", "django", "drf", "ninja", "any", "command line"}

    assert {block.title for block in blocks(PAGE)} == kinds


def test_flask(names, token, capsys):
    """Pages send visitors to sign in, the API lets its callers in, and the webhook is heard."""
    visitor = run("flask", names)["app"].test_client()

    assert visitor.get("/profile", headers=PROFILE).location.startswith("/sign-in?next=")
    assert visitor.get("/teams/1/settings").status_code == visitor.get("/cart").status_code == 401
    assert visitor.get("/orders").status_code == 401
    assert visitor.get("/orders", headers=bearer(token)).json["caller"] == names["MACHINE_ID"]
    body, headers = created()
    assert visitor.post("/webhooks/logto", data=body, headers=headers).status_code == 200
    assert "welcome, dora" in capsys.readouterr().out


@pytest.mark.anyio
async def test_quart(names, token):
    """The same of Quart."""
    visitor = run("quart", names)["app"].test_client()

    assert (await visitor.get("/profile", headers=PROFILE)).location.startswith("/sign-in?next=")
    assert (await visitor.get("/orders")).status_code == 401
    assert (await (await visitor.get("/orders", headers=bearer(token))).json)["caller"] == names["MACHINE_ID"]


@pytest.mark.parametrize("framework", ["starlette", "fastapi"])
def test_starlette_and_fastapi(framework, names, token):
    """The same of Starlette and FastAPI."""
    from starlette.testclient import TestClient

    with TestClient(run(framework, names)["app"], "http://localhost", follow_redirects=False) as visitor:
        assert visitor.get("/profile", headers=PROFILE).headers["location"].startswith("/sign-in?next=")
        assert visitor.get("/orders").status_code == 401
        assert visitor.get("/orders", headers=bearer(token)).json()["caller"] == names["MACHINE_ID"]


@pytest.mark.anyio
async def test_tokens_and_programs(names, token):
    """The blocks of tokens, machines, the Management API and exchanges run one after the other."""
    names["token"] = token
    for block in parts("any"):
        code = compile(block.code, str(PAGE), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = eval(code, names)  # noqa: S307 - our own documentation
        if inspect.isawaitable(result):
            await result

    claims = await names["verifier"].verify(names["tokens"].access_token)
    assert claims.sub == names["dora"].id


def test_a_command_line(names, logto_server, monkeypatch, capsys):
    """A person types the code that the program shows, and somebody is signed in."""

    def instead_of_waiting(_):
        with Person(logto_server) as person:
            person.answer(capsys.readouterr().out.split()[-1])

    monkeypatch.setattr(time, "sleep", instead_of_waiting)
    run("command line", names)

    assert "refresh_token" in names["session_file"].read_text() or names["session_file"].stat().st_size


@pytest.mark.parametrize("kind", ["django", "drf", "ninja"])
def test_django(kind, names, token):
    """Django, DRF and django-ninja let callers with the scope in, and nobody else."""
    program = SETTINGS + "\n".join(block.text for block in parts(kind)) + CALLS.replace("KIND", kind)
    given = {**os.environ, "TOKEN": token, "CALLER": names["MACHINE_ID"]}
    result = subprocess.run(
        [sys.executable, "-c", program], env=given, capture_output=True, text=True, check=False, timeout=60
    )

    assert result.returncode == 0, result.stderr


SETTINGS = """
import os
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="s" * 50,
    ROOT_URLCONF="__main__",
    ALLOWED_HOSTS=["testserver"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    LOGTO={"API_AUDIENCE": "https://shopping.your-app.com/api"},
)
django.setup()
from django.test import Client
from django.urls import path
"""
CALLS = """
urlpatterns = [path("api/", api.urls)] if "KIND" == "ninja" else [path("api/orders", orders)]
visitor = Client()
assert visitor.get("/api/orders").status_code == 401
answer = visitor.get("/api/orders", headers={"authorization": "Bearer " + os.environ["TOKEN"]})
assert answer.status_code == 200, answer.content
assert answer.json() == {"caller": os.environ["CALLER"]}
"""
