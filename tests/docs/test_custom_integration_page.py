"""The page on writing an integration: its application signs in and out, refuses, and passes its own tests."""

import importlib
import subprocess
import sys

import pytest
from werkzeug.test import Client

from tests.docs.blocks import write_files
from tests.house.repository import ROOT

PAGE = ROOT / "docs" / "integrations" / "custom.md"
BASE = "http://localhost:3000"
HTML = {"Accept": "text/html"}
NAMES = ("app", "shop_logto")


@pytest.fixture
def visitor(tmp_path, monkeypatch, logto_server):
    """A browser at the page's application."""
    config = logto_server.config()
    monkeypatch.setenv("LOGTO_ENDPOINT", config.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", config.app_id)
    monkeypatch.setenv("LOGTO_APP_SECRET", config.app_secret)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    write_files(PAGE, tmp_path)
    former = {name: sys.modules.pop(name) for name in NAMES if name in sys.modules}
    yield Client(importlib.import_module("app").app)
    for name in NAMES:
        sys.modules.pop(name, None)
    sys.modules.update(former)


def sign_in(visitor, logto_server, path="/profile"):
    """Follows a page for users through local Logto and back."""
    way = visitor.get(path, base_url=BASE, headers=HTML).location
    assert way == f"/sign-in?next={path}"
    url = visitor.get(way, base_url=BASE, headers=HTML).location
    answer = visitor.get(logto_server.sign_in(url, "alice"), headers=HTML)
    assert (answer.status_code, answer.location) == (303, path)


def test_it_signs_in_and_out(visitor, logto_server):
    """Nobody, then alice with her role and a token, then nobody, with nothing for a cache to keep."""
    assert visitor.get("/", base_url=BASE).text == "Welcome."
    sign_in(visitor, logto_server)
    page = visitor.get("/profile", base_url=BASE)
    assert (page.text, page.headers["Cache-Control"]) == ("You are Alice Liddell.", "no-store")
    assert "opens the API" in visitor.get("/orders", base_url=BASE).text
    assert visitor.get("/sign-out", base_url=BASE).status_code == 405
    assert visitor.post("/sign-out", base_url=BASE, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert "/session/end" in visitor.post("/sign-out", base_url=BASE).location

    assert visitor.get("/", base_url=BASE).text == "Welcome."


def test_a_logto_that_is_down_is_a_503(visitor, logto_server):
    """The sign-in route says to come again, on a page or in JSON."""
    with logto_server.faults.refuse("*"):
        page, data = (visitor.get("/sign-in", base_url=BASE, headers=headers) for headers in (HTML, {}))

    assert (page.status_code, data.json["error"]) == (503, "temporarily_unavailable")
    assert page.headers["Retry-After"]


def test_a_back_channel_logout_is_bounded_and_apart(visitor):
    """What is no logout token is refused without a cookie, and so is a GET; a huge one is not read to its end."""
    assert visitor.get("/backchannel-logout", base_url=BASE).status_code == 405
    for token in ("x", "x" * 10_000_000):
        refused = visitor.post("/backchannel-logout", base_url=BASE, data={"logout_token": token})
        assert (refused.status_code, refused.headers["Cache-Control"]) == (400, "no-store")
        assert "Set-Cookie" not in refused.headers


def test_its_own_tests_pass(visitor, tmp_path):
    """The tests that the page shows run beside the application."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shop.py"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)

    assert result.returncode == 0, result.stdout
    assert "3 passed" in result.stdout
