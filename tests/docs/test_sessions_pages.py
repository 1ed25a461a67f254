"""The pages on sessions: their applications sign in and out, in real processes' files, against local Logto."""

import importlib
import os
import subprocess
import sys
from io import BytesIO
from threading import Thread

import pytest
from starlette.testclient import TestClient
from werkzeug.serving import make_server
from werkzeug.test import Client

from logto import LogtoSyncClient, MemoryStorage
from logto.sessions.conformance import StoreConformance
from logto.testing import Browser
from tests.docs.blocks import write_files
from tests.house.repository import ROOT

PAGE = ROOT / "docs" / "sessions" / "index.md"
DJANGO_PAGE = ROOT / "docs" / "sessions" / "django.md"
BASE = "http://localhost:3000"
NAMES = {"app", "asgi_app", "settings", "support", "cookies", "moving", "my_store", "test_my_store"}

# What a Django project has already, in which the page's reader adds a line; and a visitor.
PROJECT = """
ROOT_URLCONF, SECRET_KEY, ALLOWED_HOSTS = "urls", "of no use", ["localhost"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "site.sqlite3"}}
"""
VISIT = """
import sys
import django
from django.core.management import call_command
from django.test import Client

django.setup()
call_command("migrate", verbosity=0)
from logto.testing import Browser
from views import sessions

visitor = Client(headers={"host": "localhost:3000"}, enforce_csrf_checks=True)
print(visitor.get("/").content.decode())
with Browser() as browser:
    url = visitor.get("/sign-in").headers["location"]
    back = browser.sign_in(url, username="alice", password="alice-pass-123")
print(visitor.get(back.removeprefix("http://localhost:3000")).headers["location"])
print(visitor.get("/").content.decode(), len(sessions.list_sessions(sys.argv[1])))
print(visitor.post("/backchannel-logout").status_code)
print("/session/end" in visitor.get("/sign-out").headers["location"])
print(visitor.get("/").content.decode(), len(sessions.list_sessions(sys.argv[1])))
call_command("logto_clearsessions")
"""


@pytest.fixture
def environment(logto_server, monkeypatch):
    """The variables that the pages tell their reader to set."""
    config = logto_server.config()
    monkeypatch.setenv("LOGTO_ENDPOINT", config.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", config.app_id)
    monkeypatch.setenv("LOGTO_APP_SECRET", config.app_secret)
    monkeypatch.setenv("SESSION_KEY", "k" * 43)


@pytest.fixture
def load(tmp_path, monkeypatch, environment):
    """Writes the page's files into an empty folder, from which they are imported by name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    write_files(PAGE, tmp_path)
    former = {name: sys.modules.pop(name) for name in NAMES if name in sys.modules}
    yield importlib.import_module
    for name in NAMES:
        sys.modules.pop(name, None)
    sys.modules.update(former)


@pytest.fixture
def visitor(load):
    """A browser at the page's WSGI application."""
    return Client(load("app").app)


def sign_in(visitor, logto_server):
    """Follows the sign-in route through local Logto and back."""
    url = visitor.get("/sign-in", base_url=BASE).location
    answer = visitor.get(logto_server.sign_in(url, "alice"))
    assert (answer.status_code, answer.location) == (302, "/")


def test_the_wsgi_application_signs_in_and_out(visitor, logto_server):
    """It knows nobody, then alice, and nobody again after signing out; a forged callback is a 400."""
    assert visitor.get("/", base_url=BASE).text == "Not signed in"
    sign_in(visitor, logto_server)
    assert visitor.get("/", base_url=BASE).text == "Hello alice"
    assert visitor.get("/callback?state=a&code=b", base_url=BASE).status_code == 400
    assert "/session/end" in visitor.get("/sign-out", base_url=BASE).location

    assert visitor.get("/", base_url=BASE).text == "Not signed in"


@pytest.fixture
def receiver(visitor):
    """The application on a port of this machine, for local Logto to post to, and the bodies that it got."""
    bodies = []

    def application(environ, start_response):
        bodies.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        return visitor.application({**environ, "wsgi.input": BytesIO(bodies[-1])}, start_response)

    server = make_server("127.0.0.1", 0, application)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/backchannel-logout", bodies
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_wsgi_application_hears_of_a_sign_out_at_logto(visitor, receiver, logto_server):
    """The logout token that Logto sends ends the session of alice; the same one again is refused, and so is none."""
    uri, bodies = receiver
    logto_server.configure(backchannelLogoutUri=uri)
    with Browser() as browser:
        url = visitor.get("/sign-in", base_url=BASE).location
        visitor.get(logto_server.sign_in(url, "alice", browser=browser))
        assert visitor.get("/", base_url=BASE).text == "Hello alice"
        sign_out_there(browser, logto_server)
    (body,) = bodies

    assert visitor.get("/", base_url=BASE).text == "Not signed in"
    kind = "application/x-www-form-urlencoded"
    again = visitor.post("/backchannel-logout", data=body, content_type=kind)
    assert (again.status_code, again.headers["cache-control"]) == (400, "no-store")
    assert visitor.post("/backchannel-logout").status_code == 400


def sign_out_there(browser, logto_server):
    """Signs a browser out at Logto, as another application would."""
    client = LogtoSyncClient(logto_server.config(), MemoryStorage())
    browser.follow(client.sign_out(f"{BASE}/"))


def test_the_asgi_application_signs_in_and_out(load, logto_server):
    """The same with `await`: nobody, alice, nobody; a forged callback is a 400."""
    visitor = TestClient(load("asgi_app").app, base_url=BASE, follow_redirects=False)
    assert visitor.get("/").text == "Not signed in"
    url = visitor.get("/sign-in").headers["location"]
    assert visitor.get(logto_server.sign_in(url, "alice")).headers["location"] == "/"
    assert visitor.get("/").text == "Hello alice"
    assert visitor.get("/callback?state=a&code=b").status_code == 400
    assert "/session/end" in visitor.get("/sign-out").headers["location"]

    assert visitor.get("/").text == "Not signed in"


def test_support_ends_every_session(visitor, load, logto_server):
    """`sign_out_everywhere` lists the one session of alice, and ends it."""
    sign_in(visitor, logto_server)
    seen, ended = load("support").sign_out_everywhere(logto_server.users["alice"].id)

    assert (len(seen), ended) == (1, 1)
    assert visitor.get("/", base_url=BASE).text == "Not signed in"


def test_a_session_of_the_guide_is_carried_over(load, logto_server):
    """A `Storage` in which alice is signed in is emptied, and she is signed in with a cookie from then on."""
    former = MemoryStorage()
    client = LogtoSyncClient(logto_server.config(), former)
    client.handle_sign_in_callback(logto_server.sign_in(client.sign_in(f"{BASE}/callback"), "alice"))
    name, (cookie,) = load("moving").username({}, f"{BASE}/", former)
    pair = dict([cookie.partition(";")[0].split("=", 1)])

    assert (name, former.get("idToken")) == ("alice", None)
    assert load("moving").username(pair, f"{BASE}/", MemoryStorage())[0] == "alice"


def test_a_session_in_cookies_can_be_revoked(load, logto_server):
    """With the page's list of revocations, ending alice's sessions counts none and signs her out."""
    page = load("cookies")
    session = page.sessions.open({}, BASE)
    user = page.client.with_session(session)
    user.handle_sign_in_callback(logto_server.sign_in(user.sign_in(f"{BASE}/callback"), "alice"))
    jar = dict(cookie.partition(";")[0].split("=", 1) for cookie in page.sessions.close(session))
    assert page.client.with_session(page.sessions.open(jar, BASE)).is_authenticated()

    assert page.sessions.end_sessions(sub=logto_server.users["alice"].id) == 0
    assert not page.client.with_session(page.sessions.open(jar, BASE)).is_authenticated()


def test_the_settings_are_taken(load):
    """The page's lifetimes and cookie are accepted, and the cookie has the name that its table says."""
    page = load("settings")

    assert page.lifetimes.idle == 8 * 3600
    assert page.cookie.at("https://shop.example/").name == "__Host-shop"
    assert page.cookie.at("http://localhost:3000/").name == "shop"


def test_the_pages_own_store_passes_the_suite(tmp_path, load):
    """The store that the page writes passes each rule of the conformance suite."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_my_store.py"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)

    assert result.returncode == 0, result.stdout
    assert f"{sum(name.startswith('test_') for name in dir(StoreConformance))} passed" in result.stdout


def test_the_django_project_signs_in_and_out(tmp_path, environment, logto_server):
    """The page's files in a project: alice signs in, has one session, and none after signing out."""
    (tmp_path / "settings.py").write_text(PROJECT)
    (tmp_path / "visit.py").write_text(VISIT)
    write_files(DJANGO_PAGE, tmp_path)
    command = [sys.executable, "visit.py", logto_server.users["alice"].id]
    result = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert result.returncode == 0, result.stderr
    printed = ["Not signed in", "/", "alice 1", "400", "True", "Not signed in 0"]
    assert result.stdout.splitlines()[: len(printed)] == printed
    assert "Forgot" in result.stdout
