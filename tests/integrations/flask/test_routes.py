"""A browser's way through an application: in, around and out."""

from urllib.parse import parse_qs, urlsplit

import pytest

from logto.integrations.flask import sign_in_failed, signed_in, signed_out
from logto.sessions import MemoryStore
from tests.integrations.flask.shop import BASE, KEY, Visitor, shop


@pytest.mark.parametrize("make", [lambda: None, lambda: MemoryStore(key=KEY)], ids=["cookies", "memory"])
def test_in_around_and_out(server, make):
    """Alice is sent to sign in, comes back to the page she wanted, sees herself in both colours, and leaves by POST."""
    visitor = Visitor(shop(server, store=make()))
    assert visitor.get("/").text.startswith("Hello, stranger!")
    location = visitor.get("/profile?tab=1").location
    assert location == "/sign-in?next=/profile%3Ftab%3D1"
    assert visitor.sign_in(server, path=location).location == "/profile?tab=1"
    assert visitor.get("/profile").json["sub"] == server.users["alice"].id
    assert visitor.get("/info").json == visitor.get("/waiting").json == {"username": "alice"}

    answer = visitor.post("/sign-out", Sec_Fetch_Site="same-origin")
    query = parse_qs(urlsplit(answer.location).query)
    assert (answer.status_code, query["post_logout_redirect_uri"]) == (303, [f"{BASE}/"])
    assert visitor.cookies == []
    assert visitor.get("/profile").status_code == 303


@pytest.mark.parametrize("make", [lambda: None, lambda: MemoryStore(key=KEY)], ids=["cookies", "memory"])
def test_tokens_of_a_view_that_failed_are_kept(server, make):
    """A view that raises after a refresh is answered 500, and the next page still has the new token."""
    visitor = Visitor(shop(server, store=make()))
    visitor.sign_in(server)
    before = server.count("POST", "/oidc/token")
    failed = visitor.get("/token-then-fail")
    assert (failed.status_code, failed.headers["Vary"]) == (500, "Cookie")
    assert visitor.get("/token").json["token"].count(".") == 2

    assert server.count("POST", "/oidc/token") == before + 1


def test_sign_up_begins_at_the_page_for_new_users(visitor):
    """`/sign-up` asks Logto for its page for new users."""
    assert "first_screen=register" in visitor.get("/sign-up").location


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/%2fevil.example", "javascript:alert(1)", "/a%09b"],
)
def test_nobody_is_sent_to_another_site(server, visitor, target):
    """After a sign-in whose `next` leads elsewhere, the browser goes to the start page."""
    assert visitor.sign_in(server, path=f"/sign-in?next={target}").location == "/"


def test_a_double_click_and_two_tabs(server, visitor):
    """The same callback twice exchanges its code once; two sign-ins under way both finish."""
    first, second = visitor.callback(server), visitor.callback(server, path="/sign-in?next=/profile")
    before, impatient = server.count("POST", "/oidc/token"), visitor.twin()
    assert [who.get(first).location for who in (visitor, impatient)] == ["/", "/"]
    assert visitor.get(second).location == "/profile"

    assert server.count("POST", "/oidc/token") == before + 2


def test_a_callback_of_another_browser_is_refused(server, app, visitor):
    """Another browser's callback signs nobody in, is answered 400, and the one that it belongs to still can finish."""
    callback = visitor.callback(server)
    other = Visitor(app)
    refused = other.get(callback)
    assert (refused.status_code, refused.headers["Cache-Control"]) == (400, "no-store")
    assert "<h1>" in refused.text
    assert other.get("/profile").status_code == 303

    assert visitor.get(callback).status_code == 303


def test_an_error_from_logto_is_said_and_not_shown(server, visitor):
    """A sign-in that Logto refuses is answered 403, with nothing of the answer's text in the page."""
    state = parse_qs(urlsplit(visitor.get("/sign-in").location).query)["state"][0]
    answer = visitor.get(f"/callback?error=access_denied&error_description=<b>no</b>&state={state}&iss={server.issuer}")

    assert (answer.status_code, "<b>" in answer.text, "access_denied" in answer.text) == (403, False, False)


def test_another_site_cannot_sign_out(server, visitor):
    """A sign-out that comes from another site is refused, by either header that says so; so is a link."""
    visitor.sign_in(server)
    answers = [
        visitor.post("/sign-out", Sec_Fetch_Site="cross-site"),
        visitor.post("/sign-out", Origin="https://evil.example"),
        visitor.get("/sign-out"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 405]

    assert visitor.get("/profile").status_code == 200


def test_a_link_signs_out_where_the_application_says_so(server):
    """With LOGTO_ALLOW_SIGN_OUT_BY_GET a link signs out, but a browser's guess at the next click does not."""
    visitor = Visitor(shop(server, LOGTO_ALLOW_SIGN_OUT_BY_GET=True))
    visitor.sign_in(server)
    assert visitor.get("/sign-out", Sec_Purpose="prefetch").status_code == 503
    assert visitor.get("/profile").status_code == 200

    assert visitor.get("/sign-out").status_code == 303
    assert visitor.get("/profile").status_code == 303


def test_signals_tell_who_came_and_went(server, app, visitor):
    """Receivers hear of a sign-in, a failure and a sign-out, each with what it is about, sent by the application."""
    heard = []

    def hear(sender, **told):
        heard.append((sender is app, *((name, getattr(value, "sub", value)) for name, value in told.items())))

    with signed_in.connected_to(hear), signed_out.connected_to(hear), sign_in_failed.connected_to(hear):
        visitor.get("/callback?state=a&code=b")
        visitor.sign_in(server)
        visitor.post("/sign-out")
        visitor.post("/sign-out")
    (failed_by, (name, error)), *others = heard
    alice = server.users["alice"].id

    assert (failed_by, name, error.code) == (True, "error", "sign_in_session.not_found")
    assert others == [(True, ("user", alice)), (True, ("user", alice))]


def test_a_session_that_died_at_logto_is_nobodys(server):
    """When Logto refuses the refresh token in the middle of a page, the browser is sent to sign in, and its cookie is gone."""
    visitor = Visitor(shop(server))
    visitor.sign_in(server)
    refusal = {"body": '{"error": "invalid_grant"}', "headers": {"Content-Type": "application/json"}}
    with server.faults.fail("/oidc/token", 400, **refusal):
        answer = visitor.get("/token")
        assert (answer.status_code, answer.location) == (303, "/sign-in?next=/token")
    assert visitor.cookies == []

    assert visitor.fetch("/token").status_code == 401
