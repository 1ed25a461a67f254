"""A browser's way through an application: in, around and out."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest

from logto.integrations.quart import sign_in_failed, signed_in, signed_out
from logto.sessions import MemoryStore
from tests.integrations.flask.shop import BASE, KEY
from tests.integrations.quart.shop import Visitor, shop

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("make", [lambda: None, lambda: MemoryStore(key=KEY)], ids=["cookies", "memory"])
async def test_in_around_and_out(server, make):
    """Alice is sent to sign in, comes back to the page she wanted, sees herself in both colours, and leaves by POST."""
    visitor = Visitor(shop(server, store=make()))
    assert await visitor.text("/") == "Hello, stranger!"
    location = (await visitor.get("/profile?tab=1")).location
    assert location == "/sign-in?next=/profile%3Ftab%3D1"
    assert (await visitor.sign_in(server, path=location)).location == "/profile?tab=1"
    assert (await visitor.json("/profile"))["sub"] == server.users["alice"].id
    assert await visitor.json("/info") == await visitor.json("/plain") == {"username": "alice"}

    answer = await visitor.post("/sign-out", Sec_Fetch_Site="same-origin")
    query = parse_qs(urlsplit(answer.location).query)
    assert (answer.status_code, query["post_logout_redirect_uri"]) == (303, [f"{BASE}/"])
    assert visitor.cookies == []
    assert (await visitor.get("/profile")).status_code == 303


@pytest.mark.parametrize("make", [lambda: None, lambda: MemoryStore(key=KEY)], ids=["cookies", "memory"])
async def test_tokens_of_a_view_that_failed_are_kept(server, make):
    """A view that raises after a refresh is answered 500, and the next page still has the new token."""
    visitor = Visitor(shop(server, store=make()))
    await visitor.sign_in(server)
    before = server.count("POST", "/oidc/token")
    failed = await visitor.get("/token-then-fail")
    assert (failed.status_code, failed.headers["Vary"]) == (500, "Cookie")
    assert (await visitor.json("/token"))["token"].count(".") == 2

    assert server.count("POST", "/oidc/token") == before + 1


async def test_many_requests_of_one_session_make_one_refresh(server, visitor):
    """Twenty requests at once, of views that want the same token, make one request to Logto."""
    await visitor.sign_in(server)
    before = server.count("POST", "/oidc/token")
    tokens = await asyncio.gather(*(visitor.twin().json("/token") for _ in range(20)))

    assert len({token["token"] for token in tokens}) == 1
    assert server.count("POST", "/oidc/token") == before + 1


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example", "/%2fevil.example"])
async def test_nobody_is_sent_to_another_site(server, visitor, target):
    """After a sign-in whose `next` leads elsewhere, the browser goes to the start page."""
    assert (await visitor.sign_in(server, path=f"/sign-in?next={target}")).location == "/"


async def test_a_double_click_and_a_stranger(server, app, visitor):
    """The same callback twice at once ends signed in twice over with one exchange; in another browser it is refused."""
    callback = await visitor.callback(server)
    before, impatient = server.count("POST", "/oidc/token"), visitor.twin()
    assert (await Visitor(app).get(callback)).status_code == 400
    answers = await asyncio.gather(visitor.get(callback), impatient.get(callback))

    assert [answer.location for answer in answers] == ["/", "/"]
    assert server.count("POST", "/oidc/token") == before + 1


async def test_another_site_cannot_sign_out(server, visitor):
    """A sign-out that comes from another site is refused, by either header that says so; so is a link."""
    await visitor.sign_in(server)
    answers = [
        await visitor.post("/sign-out", Sec_Fetch_Site="cross-site"),
        await visitor.post("/sign-out", Origin="https://evil.example"),
        await visitor.get("/sign-out"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 405]

    assert (await visitor.get("/profile")).status_code == 200


async def test_signals_tell_who_came_and_went(server, app, visitor):
    """Receivers of both colours hear of a sign-in, a failure and a sign-out, sent by the application."""
    heard = []

    def hear(sender, **told):
        heard.append((sender is app, *((name, getattr(value, "sub", None)) for name, value in told.items())))

    async def wait(sender, **told):
        hear(sender, **told)

    with signed_in.connected_to(wait), signed_out.connected_to(hear), sign_in_failed.connected_to(wait):
        await visitor.get("/callback?state=a&code=b")
        await visitor.sign_in(server)
        await visitor.post("/sign-out")
        await visitor.post("/sign-out")
    alice = server.users["alice"].id

    assert heard == [(True, ("error", None)), (True, ("user", alice)), (True, ("user", alice))]


@pytest.mark.parametrize("form", [{"logout_token": "a.b.c"}, {"logout_token": "a" * 70_000}])
async def test_a_logout_that_is_not_logtos_is_refused(visitor, form):
    """A forged logout token and one of 70 kB are answered 400, without a cookie."""
    answer = await visitor.post("/backchannel-logout", form)

    assert (answer.status_code, "Set-Cookie" in answer.headers) == (400, False)


async def test_a_session_that_died_at_logto_is_nobodys(server, visitor):
    """When Logto refuses the refresh token in the middle of a page, the browser is sent to sign in, and its cookie is gone."""
    await visitor.sign_in(server)
    refusal = {"body": '{"error": "invalid_grant"}', "headers": {"Content-Type": "application/json"}}
    with server.faults.fail("/oidc/token", 400, **refusal):
        answer = await visitor.get("/token")

    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/token")
    assert visitor.cookies == []


async def test_logto_down_is_a_page_of_its_own(server, visitor):
    """A sign-in while Logto is down is answered 503 with Retry-After, and who is signed in stays so."""
    with server.faults.refuse("/oidc/.well-known/openid-configuration"):
        answer = await visitor.get("/sign-in")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
