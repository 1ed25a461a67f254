"""Every Python block of the documentation runs."""

import ast
import importlib
import inspect
import subprocess
import sys

import pytest

from tests.docs.blocks import blocks, of_language, pages, write_files
from tests.house.repository import ROOT

SHOPPING = "https://shopping.your-app.com/api"
BASE = "http://localhost:3000"


@pytest.fixture
def environment(logto_server, monkeypatch):
    """The three variables that every page tells its reader to set."""
    config = logto_server.config()
    monkeypatch.setenv("LOGTO_ENDPOINT", config.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", config.app_id)
    monkeypatch.setenv("LOGTO_APP_SECRET", config.app_secret)


@pytest.fixture
def load(tmp_path, monkeypatch, environment):
    """Writes a page's files into an empty folder and imports the one called app."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(tmp_path)

    def load_page(name):
        write_files(ROOT / name, tmp_path)
        return importlib.import_module("app").app

    yield load_page
    for name in {"app", "authenticated", "client"} - before:
        sys.modules.pop(name, None)


def sign_in(visitor, logto_server, route="/sign-in"):
    """Follows an application's sign-in route through local Logto and back."""
    redirect = visitor.get(route, base_url=BASE)
    answer = visitor.get(logto_server.sign_in(redirect.location, "alice"))
    assert (answer.status_code, answer.location) == (302, "/")


def run_untitled(page, namespace):
    """Runs a page's blocks that stand for no file, one after the other; what is to be awaited is yielded."""
    for block in blocks(page):
        if block.language == "python" and block.title is None:
            code = compile(block.code, str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            result = eval(code, namespace)  # noqa: S307 - our own documentation
            if inspect.iscoroutine(result):
                yield result
            yield None


def test_the_readmes_application_signs_in_and_out(load, logto_server):
    """The README's application, typed into a file, sends a visitor to sign in, greets alice, and signs her out."""
    visitor = load("README.md").test_client()
    page = {"base_url": BASE, "headers": {"accept": "text/html"}}
    begun = visitor.get(visitor.get("/", **page).location, **page)
    back = visitor.get(logto_server.sign_in(begun.location, "alice"), **page)
    assert b"Hello, Alice Liddell." in visitor.get(back.location, **page).data
    assert visitor.post("/sign-out", **page).location.startswith(f"{logto_server.issuer}/session/end?")

    assert visitor.get("/", **page).location.startswith("/sign-in")


def test_the_tutorials_application_works(load, logto_server):
    """The tutorial's files, written in its order, show the user, the tokens, the organizations, and an error."""
    visitor = load("docs/tutorial.md").test_client()
    assert visitor.get("/protected/userinfo", base_url=BASE).location == "/sign-in"
    assert "interaction_mode=signUp" in visitor.get("/sign-up", base_url=BASE).location
    assert b"no sign-in under way" in visitor.get("/callback?state=a&code=b", base_url="http://elsewhere").data

    sign_in(visitor, logto_server)
    assert visitor.get("/protected/userinfo", base_url=BASE).json["email"] == "alice@example.com"
    shopping = visitor.get("/protected/shopping", base_url=BASE).json
    assert set(shopping["scope"].split()) == {"read", "write"}
    tokens = visitor.get("/protected/organizations", base_url=BASE).json
    assert set(tokens) == {f"urn:logto:organization:{logto_server.organizations[name]}" for name in ("Acme", "Beta")}


def test_the_tests_of_the_testing_page_pass(tmp_path):
    """The tests that the page on testing shows pass, beside the tutorial's application."""
    write_files(ROOT / "docs" / "tutorial.md", tmp_path)
    names = write_files(ROOT / "docs" / "testing.md", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)

    assert result.returncode == 0, result.stdout
    shown = sum(text.count("def test_") for text in ((tmp_path / name).read_text() for name in names))
    assert f"{shown} passed" in result.stdout


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["docs/client.md", "docs/errors.md", "docs/migrating.md"])
async def test_the_blocks_of_a_page_run(name, environment, logto_server, logto_async_client, capsys):
    """A page's blocks run in its order; where one ends with a sign-in's URL, alice signs in there."""
    callback = logto_server.sign_in(await logto_async_client.signIn(f"{BASE}/callback"), "alice")
    await logto_async_client.handleSignInCallback(callback)
    namespace = {"client": logto_async_client, "__name__": "page"}
    for step in run_untitled(ROOT / name, namespace):
        if step is not None:
            await step
            continue
        url = namespace.pop("url", "")
        if url.startswith(f"{logto_server.issuer}/auth?"):
            await namespace["client"].handleSignInCallback(logto_server.sign_in(url, "alice"))

    printed = capsys.readouterr().out
    assert {"docs/errors.md": "token_request.invalid_target", "docs/client.md": "alice@example.com"}.get(
        name, ""
    ) in printed


def test_no_python_block_is_left_out():
    """Every page with Python blocks is one that a test here runs."""
    run = {"README.md", "docs/tutorial.md", "docs/testing.md", "docs/client.md", "docs/errors.md", "docs/migrating.md"}
    run |= {"docs/recipes.md"}  # in test_recipes_page.py
    run |= {"docs/webhooks.md"}  # in test_webhooks_page.py
    run |= {"docs/integrations/django.md"}  # in test_django_page.py
    run |= {"docs/sessions/redis.md"}  # in test_redis_page.py
    run |= {"docs/sessions/sql.md"}  # in test_sql_page.py
    run |= {"docs/sessions/index.md", "docs/sessions/django.md"}  # in test_sessions_pages.py
    run |= {"docs/integrations/custom.md"}  # in test_custom_integration_page.py
    run |= {"docs/integrations/flask.md", "docs/integrations/quart.md"}  # in test_flask_pages.py
    run |= {"docs/protect-an-api.md"}  # in test_protect_an_api.py
    run |= {
        "docs/integrations/starlette.md",
        "docs/integrations/fastapi.md",
        "docs/mcp.md",
    }  # in test_starlette_pages.py
    run |= {"docs/management.md", "docs/account.md"}  # in test_management_client_pages.py
    run |= {"docs/local-logto-faults.md"}  # in test_faults_page.py
    run |= {"docs/local-logto-management.md"}  # in test_management_page.py
    run |= {"docs/machines.md", "docs/command-line.md"}  # in test_machines_pages.py

    assert {str(block.page.relative_to(ROOT)) for block in of_language("python", "py")} <= run
    assert {ROOT / name for name in run} <= set(pages())
