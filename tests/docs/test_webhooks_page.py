"""The page on webhooks: its application receives them in every framework, and from local Logto."""

import asyncio
import importlib
import json
import os
import re
import runpy
import subprocess
import sys
from queue import SimpleQueue
from threading import Thread

import pytest
from starlette.testclient import TestClient
from werkzeug.serving import make_server

from logto import LogtoManagementSyncClient, LogtoWebhooks
from logto.protocol.webhook import SIGNATURE_HEADER
from tests.docs.blocks import blocks, write_files
from tests.house.repository import ROOT
from tests.integrations.deliveries import KEY, PATH, delivery

PAGE = ROOT / "docs" / "webhooks.md"
FILES = {"events", "flask_app", "quart_app", "starlette_app", "fastapi_app"}


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The page's files, in a folder from which they can be imported."""
    write_files(PAGE, tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("LOGTO_WEBHOOK_KEY", KEY)
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)  # other tests of this process may have set it
    yield tmp_path
    for name in FILES:
        sys.modules.pop(name, None)


def flask_answer(body, headers):
    """The status that the page's Flask application answers."""
    return importlib.import_module("flask_app").app.test_client().post(PATH, data=body, headers=headers).status_code


def quart_answer(body, headers):
    """The same of Quart's."""
    client = importlib.import_module("quart_app").app.test_client()
    return asyncio.run(client.post(PATH, data=body, headers=headers)).status_code


def starlette_answer(body, headers):
    """The same of Starlette's."""
    return (
        TestClient(importlib.import_module("starlette_app").app).post(PATH, content=body, headers=headers).status_code
    )


def fastapi_answer(body, headers):
    """The same of FastAPI's, whose schema does not show the route."""
    app = importlib.import_module("fastapi_app").app
    assert PATH not in app.openapi()["paths"]
    return TestClient(app).post(PATH, content=body, headers=headers).status_code


DJANGO = """
import json, sys
import django
from django.conf import settings
settings.configure(ROOT_URLCONF="urls", ALLOWED_HOSTS=["testserver"], INSTALLED_APPS=["logto.integrations.django"])
django.setup()
from django.test import Client
headers = json.loads(sys.argv[1])
answer = Client(enforce_csrf_checks=True).post(sys.argv[2], sys.argv[3], headers["Content-Type"], headers=headers)
print(answer.status_code)
"""


@pytest.mark.parametrize("answer", [flask_answer, quart_answer, starlette_answer, fastapi_answer])
def test_a_framework_s_application_receives(files, capsys, answer):
    """A signed delivery reaches the page's handler, and one that is signed with another key does not."""
    body, headers = delivery("User.Deleted")

    assert answer(body, headers) == 200
    assert answer(*delivery("User.Deleted", key="another")) == 401
    assert capsys.readouterr().out == "User.Deleted None\n"


def test_a_django_project_receives(files):
    """So does a Django project with the page's URLs."""
    body, headers = delivery("User.Deleted")
    command = [sys.executable, "-c", DJANGO, json.dumps(headers), PATH, body.decode()]

    result = subprocess.run(command, cwd=files, capture_output=True, text=True, check=False, timeout=60)

    assert result.stdout.splitlines() == ["User.Deleted None", "200"], result.stderr


def test_no_integration_is_left_out():
    """The page imports the route of each integration that has one."""
    packages = (ROOT / "src" / "logto" / "integrations").glob("*/__init__.py")
    name = re.compile(r"\bwebhook_(blueprint|route|view)\b")
    offering = {path.parent.name for path in packages if name.search(path.read_text(encoding="utf-8"))}

    shown = set(re.findall(r"from logto\.integrations\.(\w+) import webhook_", PAGE.read_text(encoding="utf-8")))

    assert shown == offering
    assert offering >= {"django", "fastapi", "flask", "quart", "starlette"}


def test_the_test_of_the_page_passes(files):
    """Typed into files, it needs nothing but the key in the environment."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_events.py"]
    result = subprocess.run(command, cwd=files, capture_output=True, text=True, check=False, timeout=60)

    assert "1 passed" in result.stdout, result.stdout


def test_local_logto_sends_to_the_page_s_application(files, logto_server, monkeypatch, capfd):
    """The page's script adds a webhook at local Logto; a new user is then welcomed by the page's Flask application."""
    seeded = logto_server.local.seeded
    monkeypatch.setenv("LOGTO_ENDPOINT", logto_server.endpoint)
    monkeypatch.setenv("MANAGEMENT_APP_ID", seeded["managementAppId"])
    monkeypatch.setenv("MANAGEMENT_APP_SECRET", seeded["managementAppSecret"])
    with Listening() as listening:
        monkeypatch.setenv("SHOP", listening.address)
        runpy.run_path(str(files / "connect.py"))
        monkeypatch.setenv("LOGTO_WEBHOOK_KEY", capfd.readouterr().out.strip())
        listening.app = importlib.import_module("flask_app").app

        with LogtoManagementSyncClient(
            endpoint=logto_server.endpoint,
            app_id=seeded["managementAppId"],
            app_secret=seeded["managementAppSecret"],
        ) as management:
            management.users.create(username="carol")
        assert listening.answered.get(timeout=10) == "200 OK"

    assert capfd.readouterr().out == "welcome, carol\n"


class Listening:
    """A server that is there before its application is.

    Attributes:
        app: The application.
        answered: The status of each answer.
    """

    def __init__(self):
        self.app = None
        self.answered = SimpleQueue()
        self._server = make_server("127.0.0.1", 0, self._answer)
        self._thread = Thread(target=self._server.serve_forever)

    @property
    def address(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.port}"

    def _answer(self, environ, start_response):
        def start(status, headers, error=None):
            self.answered.put(status)
            return start_response(status, headers, error)

        return self.app(environ, start)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def test_the_other_blocks_run(monkeypatch):
    """The route by hand, the shared store, and two keys, as the page has them."""
    monkeypatch.setenv("LOGTO_WEBHOOK_KEY", KEY)
    monkeypatch.setenv("NEW_WEBHOOK_KEY", "another key")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    body, headers = delivery()
    answers = []
    names = {"os": os, "LogtoWebhooks": LogtoWebhooks, "webhooks": LogtoWebhooks(KEY), "body": body, "headers": headers}
    names["respond"] = lambda status, _headers: answers.append(status)
    made = []
    for block in blocks(PAGE):
        if block.language == "python" and block.title is None:
            exec(compile(block.code, str(PAGE), "exec"), names)  # noqa: S102 - our own documentation
            made.append(names["webhooks"])
    _by_hand, shared, exchanged = made

    assert answers == [200]
    assert isinstance(names["RedisStore"], type)
    assert shared.receive(*signed(KEY)).status == 503  # there is no Redis at that address
    assert [exchanged.receive(*signed(key)).status for key in (KEY, "another key", "a third")] == [200, 200, 401]


def signed(key):
    """A body, and its signature under a key."""
    body, headers = delivery(key=key)
    return body, headers[SIGNATURE_HEADER]
