"""The guide's decorator, ready-made: with the guide's client at module level, and with the extension's."""

import time

import pytest
from flask import Flask, g, redirect, request, session

from logto import LogtoClient, LogtoSyncClient, Storage
from logto.errors import ConfigurationError
from logto.integrations.flask import Logto, authenticated, current_user
from tests.integrations.flask.shop import BASE, CALLBACK, KEY, Visitor, application


class SessionStorage(Storage):
    """The guide's storage: Flask's session."""

    def get(self, key):
        return session.get(key, None)

    def set(self, key, value):
        session[key] = value

    def delete(self, key):
        session.pop(key, None)


@pytest.fixture(params=[LogtoClient, LogtoSyncClient], ids=["awaiting", "blocking"])
def guide(request, server):
    """The guide's application, in either colour."""
    app = Flask("guide")
    app.secret_key = KEY
    app.late = 0
    client = request.param(server.config(), storage=SessionStorage(), clock=lambda: time.time() + app.late)
    add_guides_pages(app, client, waits=request.param is LogtoClient)
    return app


def add_guides_pages(app, client, *, waits):
    """The guide's routes, as printed, and the same without `await`."""

    @app.get("/sign-in")
    async def sign_in():
        url = client.signIn(redirectUri=CALLBACK)
        return redirect(await url if waits else url)

    @app.get("/callback")
    async def callback():
        done = client.handleSignInCallback(request.url)
        return redirect((await done if waits else done) or "/")

    if waits:

        @app.get("/protected/<what>")
        @authenticated(shouldRedirect=True, fetchUserInfo=True, client=client)
        async def protected(what):
            return {"email": g.user.email, "what": what}

        @app.get("/api")
        @authenticated(client=client)
        async def api():
            return g.user.model_dump(exclude_unset=True)
    else:

        @app.get("/protected/<what>")
        @authenticated(shouldRedirect=True, fetchUserInfo=True, client=client)
        def protected(what):
            return {"email": g.user.email, "what": what}

        @app.get("/api")
        @authenticated(client=client)
        def api():
            return g.user.model_dump(exclude_unset=True)


def test_the_guides_own_style(server, guide):
    """Nobody is redirected or told; alice signs in and is in `g.user`, by claims or by user info; then her session dies."""
    visitor = Visitor(guide)
    assert visitor.get("/protected/a").location == "/sign-in"
    assert (visitor.get("/api").status_code, visitor.get("/api").json) == (401, {"error": "Not authenticated"})
    visitor.sign_in(server)
    assert visitor.get("/api").json["username"] == "alice"
    assert visitor.get("/protected/a").json == {"email": None, "what": "a"}
    guide.late = 7200
    refusal = {"body": '{"error": "invalid_grant"}', "headers": {"Content-Type": "application/json"}}
    with server.faults.fail("/oidc/token", 400, **refusal):
        assert visitor.get("/protected/a").location == "/sign-in"

    assert visitor.get("/api").status_code == 401


def test_with_the_extension_it_needs_no_client(server):
    """Beside `Logto(app)`, the decorator takes the client of the current request, and knows the way back."""
    app = application(server)
    Logto(app)

    @app.get("/plain")
    @authenticated(shouldRedirect=True)
    def plain():
        return {"g": g.user.sub, "same": g.user.sub == current_user.sub}

    @app.get("/waiting")
    @authenticated(fetchUserInfo=True)
    async def waiting():
        return {"g": g.user.sub}

    visitor = Visitor(app)
    assert visitor.get("/plain?a=b").location == "/sign-in?next=/plain%3Fa%3Db"
    assert visitor.get("/waiting").status_code == 401
    visitor.sign_in(server)
    alice = server.users["alice"].id

    assert visitor.get("/plain").json == {"g": alice, "same": True}
    assert visitor.get("/waiting").json == {"g": alice}


def test_a_client_of_the_wrong_colour_is_refused_where_the_view_is_defined(server):
    """A plain view with a client that awaits, and the reverse, are errors before the first request."""
    with LogtoSyncClient(server.config(), SessionStorage()) as blocking, pytest.raises(ConfigurationError):

        @authenticated(client=blocking)
        async def waiting():
            """Never seen."""

    with pytest.raises(ConfigurationError, match="different colours"):
        authenticated(client=LogtoClient(server.config(), SessionStorage()))(lambda: BASE)
