"""`Incoming`: what is made of a request, and when."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from logto.integrations.starlette.incoming import Incoming
from logto.integrations.starlette.places import Places
from tests.integrations.starlette.shop import sign_in

PLACES = Places("/sign-in", "/callback", "/backchannel-logout")


@pytest.fixture
def scope():
    """A request's, as servers make it."""
    return {
        "type": "http",
        "method": "GET",
        "scheme": "https",
        "path": "/a page",
        "query_string": b"q=1",
        "headers": [
            (b"host", b"shop.example"),
            (b"cookie", b"a=1; b=2"),
            (b"accept", b"text/html"),
            (b"cookie", b"c=3"),
        ],
        "server": ("127.0.0.1", 8000),
    }


def test_headers_that_can_be_read_once_are_there_for_all(scope):
    """ASGI's headers are any iterable: cookies, conversations and the application find them all."""
    given = scope["headers"]
    scope["headers"] = iter(given)
    incoming = Incoming(scope, PLACES)

    assert incoming.cookies == {"a": "1", "b": "2", "c": "3"}
    assert incoming.page_request.headers["accept"] == "text/html"
    assert scope["headers"] == given


def test_what_is_mounted_further_in_does_not_change_what_came_in(scope):
    """The way back after a sign-in is the address that the browser asked for, though a mount has another path."""
    incoming = Incoming(scope, PLACES)
    scope.update(path="/inner", root_path="/outer", query_string=b"")

    assert incoming.page_request.url == "https://shop.example/a%20page?q=1"


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_query_that_is_no_utf_8_is_no_error(scope, kind):
    """Anybody can send one; it is kept byte by byte."""
    incoming = Incoming({**scope, "type": kind, "query_string": b"q=\xff"}, PLACES)

    assert incoming.page_request.query == "q=\xff"


def test_a_websocket_is_opened_by_a_script(scope):
    """No page is shown to whoever opens one, even with the headers of a browser that waits for a page."""
    assert Incoming(scope, PLACES).page_request.wants_page
    assert not Incoming({**scope, "type": "websocket", "scheme": "wss"}, PLACES).page_request.wants_page


def test_a_response_that_is_sent_again_is_marked_once(shop, server, visitor):
    """What one request adds to an answer's headers is not on the answer to the next, which may be somebody else's."""
    same = PlainTextResponse("the same")

    async def page(request):
        return same if request.user else PlainTextResponse("nobody")

    shop.app.router.routes.append(Route("/same", page))
    sign_in(visitor, server)

    answers = [visitor.get("/same").headers for _ in range(2)]
    assert [(headers["cache-control"], headers["vary"]) for headers in answers] == [("no-store", "Cookie")] * 2
    assert "vary" not in same.headers
