"""The guide's application without a browser: what its routes answer, and what it keeps."""

import importlib
import sys

import pytest

NAMES = ["client", "authenticated", "app", "second_app"]
BASE = "http://localhost:3000"


@pytest.fixture
def load(logto_server, monkeypatch):
    """Imports an application of examples.guide with a configuration, afresh."""

    def load_module(name, config):
        monkeypatch.setenv("LOGTO_ENDPOINT", config.endpoint)
        monkeypatch.setenv("LOGTO_APP_ID", config.app_id)
        monkeypatch.setenv("LOGTO_APP_SECRET", config.app_secret)
        forget()
        return importlib.import_module(f"examples.guide.{name}").app

    yield load_module
    forget()


def forget():
    """Lets the next import read the environment again."""
    for name in NAMES:
        sys.modules.pop(f"examples.guide.{name}", None)


@pytest.fixture
def app(load, logto_server):
    """The guide's application."""
    return load("app", logto_server.config())


@pytest.fixture
def visitor(app, logto_server):
    """Somebody who is signed in to it."""
    visitor = app.test_client()
    redirect = visitor.get("/sign-in", base_url=BASE)
    visitor.get(logto_server.sign_in(redirect.location, "alice"))
    return visitor


def test_a_stranger_is_sent_to_sign_in(app):
    """A protected page redirects a stranger to the sign-in route; the one for programs answers 401."""
    stranger = app.test_client()

    assert stranger.get("/protected/userinfo").location == "/sign-in"
    answer = stranger.get("/protected/api")
    assert (answer.status_code, answer.json) == (401, {"error": "Not authenticated"})


def test_a_program_gets_the_users_id(visitor, logto_server):
    """The route for programs answers with the user's id."""
    assert visitor.get("/protected/api", base_url=BASE).json == {"sub": logto_server.users["alice"].id}


@pytest.mark.parametrize("path", ["/", "/protected/claims", "/protected/tokens", "/callback", "/sign-in"])
def test_nothing_is_kept_by_the_browser(visitor, path):
    """Every page, redirect and error says that nobody may store it."""
    assert visitor.get(path, base_url=BASE).headers["Cache-Control"] == "no-store"


def test_the_style_sheet_may_be_kept(visitor):
    """The style sheet has nothing of a user, and may be stored."""
    with visitor.get("/static/app.css", base_url=BASE) as answer:
        assert "no-store" not in answer.headers.get("Cache-Control", "")


def test_markup_in_an_error_is_shown_as_text(visitor):
    """What an address carries into an error page is shown as text."""
    page = visitor.get("/protected/organizations/%3Cscript%3Ealert(1)%3C%2Fscript%3E", base_url=BASE).text

    assert "<script" not in page


def test_a_server_that_is_down_is_explained(visitor, logto_server):
    """With Logto down, a page that needs it answers 502 and says what to look at; nobody is signed out."""
    logto_server.local.stop()
    answer = visitor.get("/protected/userinfo", base_url=BASE)

    assert answer.status_code == 502
    assert "Is Logto running" in answer.text
    assert "Authenticated" in visitor.get("/", base_url=BASE).text


def test_a_session_that_logto_ended_is_explained(visitor, logto_server):
    """Once Logto refuses the refresh token, the page says so and offers to sign in; the user is signed out."""
    logto_server.clock.advance(15 * 24 * 3600)
    answer = visitor.get("/protected/tokens", base_url=BASE)

    assert (answer.status_code, "Sign in" in answer.text) == (401, True)
    assert "Not authenticated" in visitor.get("/", base_url=BASE).text


def test_without_resources_the_page_says_so(load, logto_server, monkeypatch):
    """An empty LOGTO_RESOURCES asks for no resource, and the page on tokens says how to name some."""
    monkeypatch.setenv("LOGTO_RESOURCES", "")
    visitor = load("app", logto_server.config()).test_client()
    visitor.get(logto_server.sign_in(visitor.get("/sign-in", base_url=BASE).location))

    assert "LOGTO_RESOURCES" in visitor.get("/protected/tokens", base_url=BASE).text


def test_the_second_application_signs_in_by_itself(load, logto_server):
    """The second application sends whom it does not know to Logto at once."""
    stranger = load("second_app", logto_server.second_config()).test_client()

    assert stranger.get("/", base_url="http://localhost:3100").location == "/sign-in"
    assert stranger.get("/sign-in", base_url="http://localhost:3100").location.startswith(logto_server.issuer)
