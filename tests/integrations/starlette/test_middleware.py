"""`LogtoMiddleware`: what goes out with an answer, whatever became of the request."""

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from logto.errors import ForbiddenError, LogtoException, NotAuthenticatedError, StorageError
from logto.integrations.starlette import Logto, LogtoMiddleware, login_required
from logto.sessions import CookieStore, MemoryStore
from logto.testing.pages import sign_in_as
from tests.integrations.starlette.shop import API, BASE, HTML, JSON, KEY, Shop, home, sign_in


class Broken(MemoryStore):
    """A store that cannot be asked once `is_down`."""

    is_down = False

    async def aload(self, key):
        """Fails while it is down."""
        if self.is_down:
            raise StorageError("down", code="storage.failed")
        return await super().aload(key)


@pytest.fixture
def signed_in(visitor, server):
    """A visitor in whose session alice is signed in, and whose access token is over."""
    server.configure_resource(API, accessTokenTtl=600)
    sign_in(visitor, server)
    visitor.get("/token")
    server.clock.advance(700)
    return visitor


def test_an_unforeseen_error_after_a_refresh_keeps_the_new_tokens(shop, server, signed_in):
    """The 500 carries the session's new cookies; the next page needs no other refresh."""
    with TestClient(shop.app, BASE, raise_server_exceptions=False, cookies=signed_in.cookies) as visitor:
        before = server.count("POST", "/oidc/token")
        answer = visitor.get("/broken")
        assert (answer.status_code, answer.text) == (500, "Internal Server Error")
        assert answer.headers["cache-control"] == "no-store"
        assert "Cookie" in answer.headers["vary"]
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert visitor.get("/token").status_code == 200
        assert server.count("POST", "/oidc/token") == before + 1


def test_an_unforeseen_error_still_reaches_the_server(signed_in):
    """It is raised on, for logs and for tests."""
    with pytest.raises(ValueError, match="broken"):
        signed_in.get("/broken")


def test_the_applications_own_page_for_errors_is_shown(server):
    """A handler of 500 answers, and the session's cookies go with it."""

    async def sorry(request, error):
        return PlainTextResponse(f"sorry: {error}", 500)

    shop = Shop(server, handlers={500: sorry})
    with shop.visitor(raise_server_exceptions=False) as visitor:
        sign_in(visitor, server)
        visitor.get("/token")
        server.clock.advance(700)
        answer = visitor.get("/broken")
    assert (answer.text, "set-cookie" in answer.headers) == ("sorry: broken", True)


def test_a_session_that_ended_at_logto_is_not_signed_in(visitor, server):
    """A page that needs a token sends to the sign-in once the refresh is refused, and the cookie is gone."""
    server.configure_resource(API, accessTokenTtl=600)
    sign_in(visitor, server)
    visitor.get("/token")
    server.clock.advance(700)
    refused = {"body": '{"error": "invalid_grant"}', "headers": {"Content-Type": "application/json"}}
    with server.faults.fail("/oidc/token", 400, **refused):
        answer = visitor.get("/token")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/token")
    assert visitor.get("/").text == "Not signed in"
    assert not visitor.cookies


def test_a_logto_that_is_down_is_a_503(visitor, server):
    """The sign-in route says so, to people and to programs, with the time after which to try again."""
    with server.faults.fail("/oidc/.well-known/openid-configuration", 503):
        for headers, kind in ((HTML, "text/html; charset=utf-8"), (JSON, "application/json")):
            answer = visitor.get("/sign-in", headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (503, kind)
            assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(("lenient", "status", "text"), [(False, 503, "not available"), (True, 200, "Not signed in")])
def test_a_store_that_is_down(server, lenient, status, text):
    """A page that looks is a 503, or nobody's where the application chose so; others and, afterwards, alice are as always."""
    store = Broken(key=KEY)
    with Shop(server, store=store, signed_out_without_store=lenient).visitor() as visitor:
        sign_in(visitor, server)
        store.is_down = True
        answer = visitor.get("/")
        assert (answer.status_code, text in answer.text) == (status, True)
        assert visitor.get("/public").text == "the same for all"
        assert visitor.get("/nothing").status_code == 404
        store.is_down = False
        assert visitor.get("/").text == "Hello alice"


@pytest.mark.parametrize(
    ("kind", "path", "expected"),
    [
        (NotAuthenticatedError, "/profile", "own: not_authenticated"),
        (LogtoException, "/profile", "own: not_authenticated"),
        (401, "/profile", "own: 401"),
        (Exception, "/profile", None),
    ],
)
def test_the_applications_own_handlers_come_first(server, kind, path, expected):
    """Those of an error's class, or of its status, answer; that of every exception is not for these."""

    def own(request, error):
        return PlainTextResponse(f"own: {error.status_code if isinstance(error, HTTPException) else error.code}")

    with Shop(server, handlers={kind: own}).visitor() as visitor:
        answer = visitor.get(path, headers=JSON)
        assert answer.text == expected if expected else answer.status_code == 401


def test_an_error_out_here_is_the_applications_too(server):
    """A handler of StorageError also gets the one that was raised before any view."""
    store = Broken(key=KEY)

    async def own(request, error):
        return PlainTextResponse(error.code)

    with Shop(server, store=store, handlers={StorageError: own}).visitor() as visitor:
        sign_in(visitor, server)
        store.is_down = True
        assert visitor.get("/").text == "storage.failed"


def test_pages_are_not_cached_for_others(visitor, server):
    """A page that asked who is there varies by cookie, and is not stored while somebody is; others are as they were."""
    anonymous = visitor.get("/").headers
    sign_in(visitor, server)
    theirs, public = visitor.get("/").headers, visitor.get("/public").headers

    assert ("cache-control" in anonymous, anonymous["vary"]) == (False, "Cookie")
    assert (theirs["cache-control"], theirs["vary"]) == ("no-store", "Cookie")
    assert (public["cache-control"], "vary" in public) == ("public, max-age=60", False)


def test_streaming_goes_on_and_refreshes_nothing(signed_in, server):
    """Once the answer has begun, a session in cookies refreshes no token, and says why; it lives on."""
    before = server.count("POST", "/oidc/token")
    assert signed_in.get("/stream").text == "begin storage.answered"
    assert server.count("POST", "/oidc/token") == before

    assert signed_in.get("/token").status_code == 200


def test_streaming_from_a_store_may_refresh(server):
    """With a store there is nothing to hand out: the stream gets its token."""
    with Shop(server, store=MemoryStore(key=KEY)).visitor() as visitor:
        sign_in(visitor, server)
        assert visitor.get("/stream").text == "begin ey"


def test_background_tasks_run_after_the_answer(shop, visitor, server):
    """What the page gave them is there."""
    sign_in(visitor, server)
    assert visitor.get("/background").text == "done"
    assert shop.seen == ["alice"]


def test_a_session_too_large_for_cookies_is_an_error_page(server):
    """Instead of a page whose session would be lost, the browser gets one that says that something is not set up."""
    with Shop(server, store=CookieStore(KEY, room=600, limit=600)).visitor() as visitor:
        back = server.sign_in(visitor.get("/sign-in").headers["location"])
        answer = visitor.get(back)
        assert (answer.status_code, "not set up correctly" in answer.text) == (500, True)
        assert visitor.get("/").text == "Not signed in"


def test_static_files_are_left_alone(server, tmp_path):
    """They are served with a store that is down, and without a header of ours; a page under the same path is a page."""
    (tmp_path / "app.css").write_text("body {}")
    store = Broken(key=KEY)
    shop = Shop(server, store=store)
    shop.app.router.routes.append(Mount("/static", StaticFiles(directory=tmp_path)))
    shop.app.router.routes.append(Mount("/organizations", StaticFiles(directory=tmp_path)))
    with shop.visitor() as visitor:
        sign_in(visitor, server)
        store.is_down = True
        answer = visitor.get("/static/app.css")
        assert (answer.text, "vary" in answer.headers) == ("body {}", False)
        assert visitor.get("/organizations/acme").status_code == 503


def test_two_applications_in_one_process_do_not_mix(server):
    """Each has its own session and its own users, also one within the other."""
    inner = Logto(server.second_config(), environ={}, session_key="j" * 43, cookie_name="inner", clock=server.clock.now)

    async def both(request):
        return PlainTextResponse(f"{outer.logto.user(request).username} {inner.user(request).username}")

    outer = Shop(server)
    routes = [Route("/both", login_required(both)), Route("/", home), *inner.routes]
    app = Starlette(routes=routes, middleware=[Middleware(LogtoMiddleware, logto=inner)])
    outer.app.router.routes.append(Mount("/inner", app))
    with outer.visitor() as visitor:
        assert visitor.get("/inner/both").headers["location"] == "/inner/sign-in?next=/inner/both"
        sign_in(visitor, server)
        assert (visitor.get("/").text, visitor.get("/inner/").text) == ("Hello alice", "Not signed in")
        assert visitor.get("/inner/both").status_code == 303
        visitor.cookies.update(sign_in_as(inner.pages, "bob", url=BASE, username="bob"))
        assert visitor.get("/inner/both").text == "alice bob"


def test_a_cookie_of_another_key_is_nobodys(server):
    """Signed out, and the cookie is cleared."""
    other = Shop(server, session_key="j" * 43)
    with Shop(server).visitor(cookies=sign_in_as(other.logto.pages, url=BASE)) as visitor:
        answer = visitor.get("/")
        assert answer.text == "Not signed in"
        assert "Max-Age=0" in answer.headers["set-cookie"]


def test_the_middleware_is_missing(server):
    """An endpoint that needs it says which line to add."""
    logto = Logto(server.config(), environ={}, session_key=KEY)
    app = Starlette(routes=[Route("/", login_required(home)), *logto.routes])
    with pytest.raises(LogtoException) as caught:
        TestClient(app).get("/")

    assert caught.value.code == "configuration.middleware"
    assert "Middleware(LogtoMiddleware, logto=logto)" in str(caught.value)


def test_a_refusal_is_also_raised_as_such(server):
    """Somebody who may not gets a 403, in the application's own form where it has one."""
    with Shop(
        server, handlers={ForbiddenError: lambda request, error: PlainTextResponse("no", 403)}
    ).visitor() as visitor:
        visitor.cookies.update(sign_in_as(Shop(server).logto.pages, url=BASE, roles=[]))
        assert visitor.get("/shoppers").text == "no"
