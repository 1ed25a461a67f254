"""The Authorize button of FastAPI's own documentation page: a person signs in at Logto, and tries an operation."""

import re
import socket
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import fastapi_offline
import pytest
import uvicorn
from fastapi import FastAPI, Security
from playwright.sync_api import expect

from logto.integrations.fastapi import AccessTokenClaims, LogtoApi
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer

SHOPPING = "https://shopping.your-app.com/api"
SCRIPTS = Path(fastapi_offline.__file__).parent / "static"


@contextmanager
def serving(app, listening):
    """Answers on a socket, from a thread; what comes before it is ready waits."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield
    server.should_exit = True
    thread.join()


@pytest.fixture
def logto():
    """A local Logto."""
    with LocalLogto() as local:
        yield LogtoServer(local)


@pytest.fixture
def documentation(logto):
    """The address of an API's documentation, as its reader would write the application."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    client_id = logto.public_config().app_id
    logto.configure(client_id, redirectUris=[f"http://localhost:{port}/docs/oauth2-redirect"])
    api = LogtoApi(logto.endpoint, SHOPPING, scopes={"read": "See orders", "write": "Make orders"})
    app = FastAPI(lifespan=api.lifespan)
    api.install(app, client_id=client_id)

    @app.get("/orders")
    async def orders(claims: Annotated[AccessTokenClaims, Security(api, scopes=["read"])]):
        return {"caller": claims.sub, "granted": claims.scope}

    with serving(app, listening):
        yield f"http://localhost:{port}/docs"


@pytest.fixture
def page(browser):
    """A page of a browser, for which the scripts of another host are those of this machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(15_000)

    def scripts(route):
        name = route.request.url.rpartition("/")[2]
        route.fulfill(path=SCRIPTS / name)

    context.route(re.compile(r"https://cdn\.jsdelivr\.net/.*"), scripts)
    context.route(re.compile(r"https://fastapi\.tiangolo\.com/.*"), lambda route: route.abort())
    yield context.new_page()
    context.close()


def test_a_person_authorizes_and_tries_an_operation(page, documentation, logto):
    """Authorize, sign in in the window that opens, try it out: the API answers alice."""
    alice = logto.users["alice"]
    page.goto(documentation)
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".dialog-ux")
    expect(dialog.locator("input[type=checkbox]").first).to_be_checked()
    with page.expect_popup() as opening:
        dialog.locator("button.authorize").click()
    window = opening.value
    window.locator("#identifier").fill(alice.username)
    window.locator("#password").fill(alice.password)
    with window.expect_event("close"):
        window.locator("form button[type=submit]").click()
    expect(dialog.get_by_text("Logout")).to_be_visible()
    dialog.locator("button.btn-done").click()
    page.locator("#operations-default-orders_orders_get button.opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()

    expect(page.locator(".live-responses-table .response .highlight-code").first).to_contain_text(alice.id)
