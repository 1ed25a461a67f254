"""A visitor's way through a Starlette application: in, around, and out."""

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest

from logto.sessions import MemoryStore
from logto.testing import Browser
from logto.testing.pages import sign_in_as
from tests.integrations.starlette.shop import API, BASE, JSON, KEY, SOCKETS, Shop, sign_in


def stores():
    """A store of each kind."""
    return [None, MemoryStore(key=KEY)]


@pytest.mark.parametrize("store", stores(), ids=["cookies", "memory"])
def test_in_around_and_out(server, store):
    """Alice is sent to sign in, comes back to the page she wanted, gets tokens in both colours, and leaves by POST."""
    with Shop(server, store=store).visitor() as visitor:
        assert visitor.get("/").text == "Not signed in"
        location = visitor.get("/profile?tab=1").headers["location"]
        assert location == "/sign-in?next=/profile%3Ftab%3D1"
        assert sign_in(visitor, server, path=location) == "/profile?tab=1"
        assert visitor.get("/").text == "Hello alice"
        assert visitor.get("/profile").json()["sub"] == server.users["alice"].id
        assert visitor.get("/token").json()["token"] == visitor.get("/sync-token").json()["token"]
        answer = visitor.post("/sign-out", headers={"sec-fetch-site": "same-origin"})
        assert (answer.status_code, visitor.get("/").text) == (303, "Not signed in")
        assert not visitor.cookies

    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["post_logout_redirect_uri"] == [f"{BASE}/"]


@pytest.mark.parametrize("store", stores(), ids=["cookies", "memory"])
def test_a_refresh_in_a_page_is_kept(server, store):
    """Where the access token is over, each colour of view gets one new one, which the next page still has."""
    server.configure_resource(API, accessTokenTtl=600)
    with Shop(server, store=store).visitor() as visitor:
        sign_in(visitor, server)
        first = visitor.get("/token").json()["token"]
        server.clock.advance(700)
        second = visitor.get("/sync-token").json()["token"]
        before = server.count("POST", "/oidc/token")
        assert visitor.get("/token").json()["token"] == second != first
        assert server.count("POST", "/oidc/token") == before


def test_the_sign_up_route_asks_for_the_sign_up_page(visitor):
    """`/sign-up` leads to Logto's page for new users."""
    assert "first_screen=register" in visitor.get("/sign-up").headers["location"]


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/%2Fevil.example", "javascript:alert(1)", "/a\tb"],
)
def test_nobody_is_sent_elsewhere_after_sign_in(visitor, server, target):
    """A `next` that leads away is forgotten: the sign-in ends at the start page."""
    answer = visitor.get("/sign-in", params={"next": target})
    assert visitor.get(server.sign_in(answer.headers["location"])).headers["location"] == "/"


def test_a_page_whose_path_would_lead_away_is_not_returned_to(visitor):
    """The page `//evil.example/profile` of this application is not put into `next`."""
    location = visitor.get("http://localhost:3000//evil.example/%2e%2e/profile").headers.get("location")
    assert location is None or "evil" not in location


def test_a_path_with_any_letters_is_returned_to(server, visitor):
    """A page whose path is not ASCII is returned to, percent-encoded."""
    location = visitor.get("/organizations/caf%C3%A9 1").headers["location"]
    assert sign_in(visitor, server, path=location) == "/organizations/caf%C3%A9%201"


def test_programs_are_told_and_not_redirected(visitor):
    """A program gets 401 and JSON with a challenge, a browser's script too."""
    for headers in (JSON, {"accept": "*/*", "x-requested-with": "XMLHttpRequest"}, {"sec-fetch-mode": "cors"}):
        answer = visitor.get("/profile", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "not_authenticated")
        assert answer.headers["www-authenticate"] == "Cookie"


def test_two_tabs_and_a_double_click_end_signed_in(visitor, server):
    """Sign-ins that were begun side by side both finish; the same callback twice exchanges its code once."""
    urls = [visitor.get(f"/sign-in?next=/{n}").headers["location"] for n in range(2)]
    with Browser() as browser:
        backs = [server.sign_in(url, "alice", browser=browser) for url in urls]
    assert [visitor.get(back).headers["location"] for back in reversed(backs)] == ["/1", "/0"]
    before = server.count("POST", "/oidc/token")

    visitor.get(backs[0])
    assert server.count("POST", "/oidc/token") == before
    assert visitor.get("/").text == "Hello alice"


def test_a_callback_of_another_browser_is_refused(shop, visitor, server):
    """It signs nobody in (login CSRF), spends nothing, and the browser that began it can still finish."""
    back = server.sign_in(visitor.get("/sign-in").headers["location"])
    with shop.visitor() as other:
        assert other.get(back).status_code == 400
        assert other.get("/").text == "Not signed in"

    assert visitor.get(back).status_code == 303


@pytest.mark.parametrize(
    ("query", "status"),
    [("state=forged&code=x", 400), ("", 400), ("error=access_denied&state=forged", 400), ("code=" + "x" * 4000, 400)],
)
def test_a_forged_callback_is_a_400_and_changes_nothing(visitor, server, query, status):
    """A page says so, without anything of the request in it; who is signed in stays so."""
    sign_in(visitor, server)
    answer = visitor.get(f"/callback?{query}")

    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "forged" not in answer.text
    assert visitor.get("/").text == "Hello alice"


def test_signing_out_needs_a_post_of_our_own_page(visitor, server):
    """A link does not sign out, and neither does another site's form; a HEAD is not allowed at all."""
    sign_in(visitor, server)
    assert visitor.get("/sign-out").status_code == 405
    assert visitor.head("/sign-out").status_code == visitor.head("/callback").status_code == 405
    assert visitor.post("/sign-out", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert visitor.post("/sign-out", headers={"origin": "https://evil.example"}).status_code == 403

    assert visitor.get("/").text == "Hello alice"


def test_signing_out_works_with_logto_down(visitor, server):
    """The session here ends, and the browser goes to the application's own page."""
    sign_in(visitor, server)
    with server.faults.fail("/oidc/token/revocation", 503), server.faults.fail("/oidc/.well-known", 503):
        assert visitor.post("/sign-out").status_code == 303

    assert visitor.get("/").text == "Not signed in"


def test_users_do_not_mix(shop, server):
    """Two browsers at once, many times over: each page is its own user's."""
    cookies = {name: sign_in_as(shop.logto.pages, name, url=BASE, username=name) for name in ("ann", "ben")}

    with shop.visitor() as visitor:

        def visit(name):
            pairs = "; ".join(f"{key}={value}" for key, value in cookies[name].items())
            return name, visitor.get("/", headers={"cookie": pairs}).text

        with ThreadPoolExecutor(8) as pool:
            seen = list(pool.map(visit, ["ann", "ben"] * 50))
    assert {text for name, text in seen if name == "ann"} == {"Hello ann"}
    assert {text for name, text in seen if name == "ben"} == {"Hello ben"}


def test_an_async_view_stays_in_the_event_loops_thread(visitor, server):
    """No bridge: the page and its token request run where the event loop does."""
    sign_in(visitor, server)
    threads = {visitor.get("/profile").json()["thread"], visitor.get("/token").json()["thread"]}

    assert len(threads) == 1
    assert threads != {threading.get_ident()}


def test_back_channel_logout_ends_the_session(server):
    """Logto's own message, to the application's route, signs alice out; without a list of revocations it is refused."""
    shop = Shop(server, store=MemoryStore(key=KEY))
    with shop.visitor() as visitor:
        sign_in(visitor, server)
        answer = visitor.post("/backchannel-logout", data={"logout_token": "a.b.c"})
        assert (answer.status_code, answer.headers["cache-control"]) == (400, "no-store")
        assert "set-cookie" not in answer.headers
        assert visitor.post("/backchannel-logout", content=b"x" * 70_000).status_code == 413
        assert visitor.get("/").text == "Hello alice"


def test_the_websocket_is_the_users(visitor, server):
    """A socket knows who is signed in, by function and by class."""
    sign_in(visitor, server)
    with visitor.websocket_connect(f"{SOCKETS}/socket", headers={"origin": BASE}) as socket:
        assert socket.receive_text() == "alice"
    with visitor.websocket_connect(f"{SOCKETS}/shoppers-socket") as socket:
        socket.send_text("hi")
        assert socket.receive_text() == "Alice Liddell: hi"
