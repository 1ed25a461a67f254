"""Logto's word that a session is over, from a Logto that sends it and from whoever else does."""

from threading import Thread

import pytest
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from werkzeug.serving import make_server

from logto.integrations.flask import Logto
from logto.sessions import MemoryStore
from logto.testing import Browser
from tests.integrations.flask.shop import Visitor, add_pages, application


@pytest.fixture(params=["before", "after"])
def app(request, server):
    """A shop in whose forms CSRFProtect demands a token, set up before Logto or after."""
    app = application(server)
    if request.param == "before":
        CSRFProtect(app)
    add_pages(app, Logto(app, store=MemoryStore()))
    if request.param == "after":
        CSRFProtect(app)
    return app


@pytest.fixture
def address(app):
    """Where the application can be reached."""
    listening = make_server("localhost", 0, app, threaded=True)
    Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://localhost:{listening.port}"
    listening.shutdown()
    listening.server_close()


def test_a_sign_out_at_logto_ends_the_session_here(server, app, address):
    """Logto's own request passes CSRFProtect, ends the session in the store, and sets no cookie."""
    answers = []
    app.after_request(lambda answer: answers.append(answer) or answer)
    server.configure(backchannelLogoutUri=f"{address}/backchannel-logout")
    visitor = Visitor(app)
    with Browser() as browser:
        alice = server.users["alice"]
        callback = browser.sign_in(visitor.get("/sign-in").location, username="alice", password=alice.password)
        visitor.get(callback.removeprefix(visitor.base))
        assert visitor.get("/profile").status_code == 200
        answers.clear()
        elsewhere = visitor.twin().post("/sign-out")
        assert elsewhere.status_code == 400  # CSRFProtect wants its token
        browser.follow(f"{server.issuer}/session/end?client_id={server.config().app_id}")

    assert visitor.get("/profile").status_code == 303
    assert [answer.headers.get("Set-Cookie") for answer in answers if answer.status_code == 200] == [None]


@pytest.mark.parametrize("data", [{"logout_token": "a.b.c"}, {}, {"logout_token": "a" * 70_000}])
def test_whatever_else_comes_is_refused(app, data):
    """A forged token, none, and a body of 70 kB are answered 400, without a cookie."""
    answer = Visitor(app).post("/backchannel-logout", data)

    assert (answer.status_code, answer.headers["Cache-Control"], "Set-Cookie" in answer.headers) == (
        400,
        "no-store",
        False,
    )


def test_the_sign_out_form_needs_its_token(app):
    """With CSRFProtect, a sign-out without the form's token is refused, and one with it signs out."""
    app.add_url_rule("/form", view_func=generate_csrf)
    visitor = Visitor(app, user="alice")
    token = visitor.get("/form").text
    assert visitor.post("/sign-out").status_code == 400
    assert visitor.get("/profile").status_code == 200

    visitor.post("/sign-out", {"csrf_token": token})
    assert visitor.get("/profile").status_code == 303
