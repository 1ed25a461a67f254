"""What answers carry: cookies, and what caches may do; also where something failed, or streams."""

import time
from io import BytesIO

import pytest
from flask import Response, abort, render_template_string, request, send_file, stream_with_context

from logto.integrations.flask import Logto, authenticated, current_user, login_required
from logto.sessions import CookieStore, MemoryStore
from tests.integrations.flask.shop import KEY, Visitor, add_pages, application, shop


@pytest.fixture(scope="module")
def app():
    """A shop that never asks Logto anything."""
    app = application(SEND_FILE_MAX_AGE_DEFAULT=600)
    app.logto = Logto(app, store=MemoryStore())
    add_pages(app, app.logto)

    @app.get("/cached")
    def cached():
        return Response(
            current_user.sub or "nobody", headers={"Cache-Control": "private, max-age=60", "Vary": "Accept"}
        )

    @app.get("/broken")
    def broken():
        raise RuntimeError(current_user.sub)

    @app.get("/stopped")
    def stopped():
        abort(409, current_user.sub)

    @app.get("/late")
    def late():
        return Response(stream_with_context(current_user.sub or "nobody" for _ in "1"))

    @app.get("/download")
    @login_required
    def download():
        return send_file(BytesIO(b"private"), download_name="x.txt", max_age=request.args.get("age", type=int))

    @app.get("/session")
    def session():
        return str(app.logto.session.id_token() is not None)

    @app.get("/claims")
    @authenticated()
    def claims():
        return "the guide's"

    return app


@pytest.mark.parametrize(
    ("path", "signed_in", "expected"),
    [
        ("/public", True, (None, None)),
        ("/static/nothing.css", True, (None, None)),
        ("/", False, (None, "Cookie")),
        ("/", True, ("no-store", "Cookie")),
        ("/cached", True, ("private, max-age=60", "Accept, Cookie")),
        ("/broken", True, ("no-store", "Cookie")),
        ("/stopped", True, ("no-store", "Cookie")),
        ("/late", False, (None, "Cookie")),
        ("/late", True, ("no-store", "Cookie")),
        ("/download", True, ("no-store", "Cookie")),
        ("/download?age=60", True, ("private, max-age=60", "Cookie")),
        ("/session", True, ("no-store", "Cookie")),
        ("/claims", True, ("no-store", "Cookie")),
    ],
)
def test_what_caches_may_do(app, path, signed_in, expected):
    """A page that looked at the user varies by cookie, and one that showed somebody is not stored: nothing for "back"."""
    answer = Visitor(app, user="alice" if signed_in else None).get(path)

    assert (answer.headers.get("Cache-Control"), answer.headers.get("Vary")) == expected


@pytest.mark.parametrize("make", [lambda: None, MemoryStore], ids=["cookies", "memory"])
def test_a_renewed_cookie_is_never_cached(make):
    """When the session's cookie is renewed, the answer is not stored whatever the view wanted."""
    now = [time.time()]
    app = shop(clock=lambda: now[0], store=make(), LOGTO_RENEW_CLAIMS=False)
    cached = {"Cache-Control": "max-age=9"}
    app.add_url_rule("/cached", "cached", lambda: Response(current_user.sub, headers=cached))
    visitor = Visitor(app, user="alice")
    before = visitor.get("/cached").headers
    now[0] += 7 * 24 * 3600
    after = visitor.get("/cached").headers

    assert ("Set-Cookie" in before, before["Cache-Control"]) == (False, "max-age=9")
    assert after["Set-Cookie"].startswith("logto=")
    assert (after["Cache-Control"], after["Vary"]) == ("no-store", "Cookie")


def test_streams_know_the_user(app):
    """A view that streams with its context sees the user after the headers have gone."""
    assert Visitor(app, user="alice").get("/stream?more=!").text == "Hello, alice!"


def test_a_stream_does_not_spend_a_cookies_refresh_token(server):
    """After the answer has begun, a refresh is refused before anything is spent, and the next page gets the token."""
    app = application(server)
    logto = Logto(app)
    said = []

    @app.get("/late")
    def late():
        _ = current_user.sub
        client = logto.client

        def parts():
            yield "begun "
            try:
                client.get_access_token("https://shopping.your-app.com/api")
            except Exception as error:  # noqa: BLE001 - which one is what the test asks
                said.append(error.code)
            yield "done"

        return Response(parts())

    app.add_url_rule("/token", view_func=lambda: logto.client.get_access_token("https://shopping.your-app.com/api"))
    visitor = Visitor(app)
    visitor.sign_in(server)
    before = server.count("POST", "/oidc/token")
    assert (visitor.get("/late").text, said) == ("begun done", ["storage.answered"])

    assert server.count("POST", "/oidc/token") == before
    assert visitor.get("/token").text.count(".") == 2


def test_whoever_looks_when_the_answer_is_gone_spends_nothing(server):
    """A first look in `teardown_request` sees the user, and leaves the refresh token to the page that can keep the new one."""
    seen = []
    app = shop(server, clock=lambda: now[0])
    now = [server.clock.now()]

    @app.teardown_request
    def look(_):
        if request.path == "/public":
            seen.append(current_user.sub)

    visitor = Visitor(app)
    visitor.sign_in(server)
    now[0] += 3700  # the ID token is over
    before = server.count("POST", "/oidc/token")
    assert visitor.get("/public").text == "for everybody"
    assert (seen, server.count("POST", "/oidc/token")) == ([server.users["alice"].id], before)

    assert visitor.get("/profile").status_code == 200
    assert server.count("POST", "/oidc/token") == before + 1


def test_functions_after_a_request_may_still_use_the_session(server):
    """A refresh in the application's own `after_request` gets into the cookies, also where it was there before Logto."""
    app, tokens = application(server), []

    @app.after_request
    def note(answer):
        if answer.status_code == 200 and current_user:
            tokens.append(logto.client.get_access_token("https://shopping.your-app.com/api"))
        return answer

    logto = Logto(app)
    app.add_url_rule("/", view_func=lambda: "page", endpoint="page")
    visitor = Visitor(app)
    visitor.sign_in(server)
    visitor.get("/")
    visitor.get("/")

    assert len(tokens) == 2
    assert len(set(tokens)) == 1


def test_a_session_too_large_for_cookies_is_said(server):
    """Where the session does not fit into cookies, the answer is the error page, not one that pretends to have signed in."""
    app = application(server)
    Logto(app, store=CookieStore(KEY, room=64, limit=64))
    visitor = Visitor(app)
    answer = visitor.get("/sign-in")

    assert (answer.status_code, answer.location, "Set-Cookie" in answer.headers) == (500, None, False)


def test_an_error_page_may_greet():
    """The application's own error page can name the user."""
    app = shop()
    app.add_url_rule("/stopped", "stopped", lambda: abort(409))
    app.register_error_handler(409, lambda error: (render_template_string("Sorry, {{ current_user.sub }}"), 409))

    assert Visitor(app, user="alice").get("/public").text == "for everybody"
    assert Visitor(app, user="alice").get("/stopped").text == "Sorry, alice"
