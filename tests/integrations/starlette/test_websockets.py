"""WebSockets: who may open one, and from where."""

import pytest
from starlette.routing import WebSocketRoute
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from logto.errors import NotAuthenticatedError
from logto.testing.pages import sign_in_as
from tests.integrations.starlette.shop import API, BASE, SOCKETS, Shop, sign_in


async def who(websocket):
    """Everybody's socket."""
    await websocket.accept()
    await websocket.send_text(websocket.user.username or "nobody")
    await websocket.close()


async def leaves(websocket):
    """Finds out only later that nobody is signed in any more."""
    await websocket.accept()
    raise NotAuthenticatedError("over")


@pytest.fixture
def open_shop(server):
    """An application with sockets of these kinds, too."""
    shop = Shop(server)
    shop.app.router.routes += [
        WebSocketRoute("/who", who),
        WebSocketRoute("/leaves", leaves),
        WebSocketRoute("/ws-token", shop_token(shop)),
    ]
    return shop


def shop_token(shop):
    """A socket that gets a token before it accepts."""

    async def endpoint(websocket):
        await shop.logto.client(websocket).get_access_token(API)
        await websocket.accept()
        await websocket.close()

    return endpoint


@pytest.fixture
def as_alice(open_shop):
    """A visitor in whose session alice is signed in, with no role."""
    cookies = sign_in_as(open_shop.logto.pages, url=BASE, username="alice", roles=[])
    with open_shop.visitor(cookies=cookies) as visitor:
        yield visitor


def refusal(visitor, path, **headers):
    """The status and the error with which a socket is refused before it is opened."""
    with (
        pytest.raises(WebSocketDenialResponse) as caught,
        visitor.websocket_connect(f"{SOCKETS}{path}", headers=headers),
    ):
        pass
    return caught.value.status_code, caught.value.json()["error"]


def test_whoever_may_not_gets_a_status_before_the_handshake(open_shop, as_alice):
    """401 for nobody, 403 for somebody without the role; never a redirect, which no socket follows."""
    with open_shop.visitor() as nobody:
        assert refusal(nobody, "/socket", accept="text/html") == (401, "not_authenticated")
    assert refusal(as_alice, "/shoppers-socket") == (403, "forbidden")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:3001"},
        {"origin": "null"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_another_sites_page_opens_no_socket_of_the_user(as_alice, headers):
    """A guarded socket refuses it; one for everybody takes it for nobody's."""
    assert refusal(as_alice, "/socket", **headers) == (403, "forbidden")
    with as_alice.websocket_connect(f"{SOCKETS}/who", headers=headers) as socket:
        assert socket.receive_text() == "nobody"


@pytest.mark.parametrize("headers", [{}, {"origin": BASE}, {"sec-fetch-site": "same-origin"}])
def test_our_own_pages_and_programs_do(as_alice, headers):
    """The origin is the application's own, or no browser says any."""
    with as_alice.websocket_connect(f"{SOCKETS}/socket", headers=headers) as socket:
        assert socket.receive_text() == "alice"


def test_an_error_in_an_open_socket_closes_it(as_alice):
    """With 1008, which says that it is a matter of policy."""
    with as_alice.websocket_connect(f"{SOCKETS}/leaves") as socket, pytest.raises(WebSocketDisconnect) as caught:
        socket.receive_text()

    assert (caught.value.code, caught.value.reason) == (1008, "not_authenticated")


def test_tokens_that_a_socket_gets_before_it_opens_are_kept(open_shop, server):
    """The answer to the handshake carries the session's cookies."""
    server.configure_resource(API, accessTokenTtl=600)
    with open_shop.visitor() as visitor:
        sign_in(visitor, server)
        before = server.count("POST", "/oidc/token")
        with visitor.websocket_connect(f"{SOCKETS}/ws-token") as socket:
            assert b"set-cookie" in dict(socket.extra_headers)
        assert server.count("POST", "/oidc/token") == before + 1
