"""Requests of nobody's good will, and answers in odd places: what they must not spend, lose or show."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient, WebSocketDenialResponse

from logto.testing.pages import sign_in_as
from tests.integrations.starlette.shop import API, BASE, HTML, SOCKETS, Shop, login_required, sign_in


async def missing(request, _):
    """An application's own page for what is not there."""
    return PlainTextResponse(f"Nothing here, {request.user.sub or 'stranger'}", 404)


async def late(request):
    """Looks at the user when the answer is under way."""

    async def parts():
        yield request.user.sub or "nobody"

    return StreamingResponse(parts())


@login_required
async def shared(request):
    """A user's page that says that it is everybody's."""
    return PlainTextResponse(request.user.sub, headers={"cache-control": "public, max-age=60"})


@pytest.fixture
def odd(server, tmp_path):
    """A shop with such pages, in whose browser alice is signed in."""
    shop = Shop(server, handlers={404: missing})
    shop.app.router.routes += [
        Route("/late", late),
        Route("/shared", shared),
        Mount("/static", StaticFiles(directory=tmp_path)),
    ]
    with shop.visitor(cookies=sign_in_as(shop.logto.pages, "alice", url=BASE)) as visitor:
        yield visitor


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/late", ("alice", "no-store", "Cookie")),
        ("/shared", ("alice", "private, max-age=60", "Cookie")),
        ("/public", ("the same for all", "public, max-age=60", None)),
        ("/nothing", ("Nothing here, alice", "no-store", "Cookie")),
        ("/static/nothing.css", ("Nothing here, stranger", None, None)),
    ],
)
def test_what_caches_may_do(odd, path, expected):
    """What may look at the user while it streams is not stored; no cache but the browser's keeps what showed somebody."""
    answer = odd.get(path)

    assert (answer.text, answer.headers.get("cache-control"), answer.headers.get("vary")) == expected


def test_a_head_request_spends_no_code(server, shop):
    """Looking at a callback without opening it signs nobody in; opening it still does."""
    with shop.visitor() as visitor:
        callback = server.sign_in(visitor.get("/sign-in").headers["location"])
        assert visitor.head(callback).status_code == 405
        assert visitor.get(callback).status_code == 303
        assert visitor.get("/profile").status_code == 200


def test_a_socket_that_is_closed_before_it_opens_keeps_the_tokens(server):
    """The refusal of a handshake carries the cookies of the refresh before it."""
    shop = Shop(server)

    async def closes(websocket):
        await shop.logto.client(websocket).get_access_token(API)
        await websocket.close()

    shop.app.router.routes.append(WebSocketRoute("/closes", closes))
    with shop.visitor() as visitor:
        sign_in(visitor, server)
        with pytest.raises(WebSocketDenialResponse) as refused, visitor.websocket_connect(f"{SOCKETS}/closes"):
            pass

    assert refused.value.status_code == 403
    assert refused.value.headers["cache-control"] == "no-store"
    assert "set-cookie" in refused.value.headers


@pytest.mark.parametrize("place", ["/\u65e5\u672c", "/caf\u00e9", "/a b"])
def test_a_mount_in_another_script_is_found_again(server, place):
    """The way to the sign-in is a URL, whatever the mount is called."""
    shop = Shop(server, redirect_uri=None)
    within = TestClient(Starlette(routes=[Mount(place, shop.app)]), base_url=BASE, follow_redirects=False, headers=HTML)
    location = within.get(f"{place}/profile").headers["location"]

    assert location.isascii()
    assert " " not in location
    assert within.get(location).status_code == 303


@pytest.mark.parametrize(
    ("prefix", "way"), [("//evil.example", "/evil.example/sign-in"), ("/\\evil.example", "/%5Cevil.example/sign-in")]
)
def test_a_prefix_that_names_another_host_leads_nowhere(server, prefix, way):
    """A server that believes anybody's prefix sends nobody away from the application's own host."""
    shop = Shop(server, redirect_uri=None)
    client = TestClient(shop.app, base_url=BASE, root_path=prefix, follow_redirects=False, headers=HTML)

    assert client.get("/profile").headers["location"].startswith(way)
