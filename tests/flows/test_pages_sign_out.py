"""The sign-out route: by a form of the application's own pages, here first, and nobody else's business."""

from dataclasses import replace

import pytest

from logto.errors import ConfigurationError, ForbiddenError, TransportError
from logto.flows.pages import check_same_origin, close_page, finish_sign_out
from tests.flows.dialogue import DISCOVERY, REVOCATION, Conversation
from tests.flows.honest_provider import answer, metadata, talk
from tests.flows.site import ORIGIN, Site, asks
from tests.flows.test_pages import query_of
from tests.sessions.visits import Jar


def test_sign_out_is_here_first_and_then_at_logto():
    """The session is gone, the refresh token revoked, and the browser goes to Logto and back to the start page."""
    site = Site()
    jar = site.sign_in()
    before = jar.copy()
    answered = site.sign_out(jar, sec_fetch_site="same-origin")

    assert (answered.status, answered.headers["Cache-Control"]) == (303, "no-store")
    assert query_of(answered.location) == {
        "client_id": "l6ls2tgc0q6d6iqsv1rk9",
        "post_logout_redirect_uri": f"{ORIGIN}/",
    }
    assert jar == {}
    assert site.user(before) is None
    assert site.provider.count(REVOCATION) == 1


def test_the_way_back_from_logto_can_be_set():
    """`post_logout_redirect_uri` as registered, or `after_sign_out` at the application's own address."""
    elsewhere = Site(post_logout_redirect_uri="https://www.example/bye")
    here = Site(after_sign_out="/bye")
    ways = [query_of(site.sign_out(site.sign_in()).location)["post_logout_redirect_uri"] for site in (elsewhere, here)]

    assert ways == ["https://www.example/bye", f"{ORIGIN}/bye"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "post", ""])
def test_nothing_but_a_post_signs_out(method):
    """A link, an image, a prefetch of another site's page: 405, which says why, and the user stays."""
    site = Site()
    jar = site.sign_in()
    answered = site.sign_out(jar, method)

    assert (answered.status, answered.headers["Allow"]) == (405, "POST")
    assert answered.body == "This address takes POST only.\n"
    assert site.user(jar) == "alice"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": ""},
        {"sec_fetch_site": "cross-site", "origin": ORIGIN},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "https://evil.example"},
        {"origin": "http://app.example"},
        {"origin": "https://app.example:8443"},
        {"origin": "https://app.example.evil.example"},
        {"origin": "null", "referer": f"{ORIGIN}/profile"},
        {"referer": "https://evil.example/app.example"},
        {"referer": "https://app.example@evil.example/"},
        {"referer": "data:text/html,x"},
        {"referer": "http://["},
    ],
)
@pytest.mark.parametrize("by_get", [False, True])
def test_another_site_s_page_signs_nobody_out(headers, by_get):
    """By Fetch Metadata, Origin or Referer, a request of elsewhere is refused and the user stays, by POST and by GET."""
    site = Site(allow_sign_out_by_get=by_get)
    jar = site.sign_in()
    with pytest.raises(ForbiddenError) as caught:
        site.sign_out(jar, "GET" if by_get else "POST", **headers)

    assert caught.value.code == "forbidden.cross_site"
    assert "evil" not in str(caught.value)
    assert site.user(jar) == "alice"
    assert site.provider.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin", "origin": "null"},
        {"sec_fetch_site": "none"},
        {"origin": ORIGIN},
        {"referer": f"{ORIGIN}/profile?x=https://evil.example"},
        {"referer": ""},
    ],
)
def test_the_application_s_own_pages_sign_out(headers):
    """Same origin by any of the headers, or none of them, which no browser sends along with a Lax cookie from elsewhere."""
    site = Site()
    jar = site.sign_in()
    site.sign_out(jar, **headers)

    assert site.user(jar) is None


def test_behind_a_proxy_both_addresses_are_the_application_s():
    """The address as the settings have it counts, and the one that the request has."""
    inside = "http://10.0.0.7:8000"
    for source in (ORIGIN, inside):
        check_same_origin(replace(asks("/sign-out", "POST", inside), headers={"origin": source}), ORIGIN)

    with pytest.raises(ForbiddenError):
        check_same_origin(replace(asks("/x", "POST", inside), headers={"origin": ORIGIN}), "https://other.example")


@pytest.mark.parametrize(
    "headers", [{"sec_purpose": "prefetch"}, {"sec_purpose": "prefetch;prerender"}, {"purpose": "prefetch"}]
)
def test_a_browser_that_guesses_signs_nobody_out(headers):
    """Where a link may sign out, looking ahead at it does not."""
    site = Site(allow_sign_out_by_get=True)
    jar = site.sign_in()

    assert site.sign_out(jar, "GET", **headers).status == 503
    assert site.user(jar) == "alice"
    assert site.sign_out(jar, "GET", sec_fetch_site="same-origin").status == 303
    assert site.user(jar) is None


def test_a_head_request_signs_nobody_out():
    """Also where a link may: what only asks for the headers has not been clicked on."""
    site = Site(allow_sign_out_by_get=True)
    jar = site.sign_in()
    found = site.sign_out(jar, "HEAD")

    assert (found.status, found.headers["Allow"]) == (405, "POST, GET")
    assert site.user(jar) == "alice"


@pytest.mark.parametrize(
    "fault", [TransportError("reset"), answer({}, 500), answer({"issuer": "https://other.example"})], ids=str
)
def test_sign_out_works_with_logto_down(fault):
    """The session is over here, and the browser goes home rather than to a page of errors."""
    first = Site()
    jar = first.sign_in()
    site = Site(first.provider, first.context.sessions.store, after_sign_out="/bye")  # another process, just started
    session = site.open(jar)
    conversation = Conversation(finish_sign_out(site.context, session, asks("/sign-out", "POST")))
    while conversation.asked:
        conversation.answer(fault)
    jar.take(talk(close_page(site.context, session), site.provider))

    assert conversation.result.location == "/bye"
    assert jar == {}


def test_a_provider_without_a_sign_out_page_is_no_error():
    """Signed out here is all there is; the browser goes home."""
    site = Site()
    site.provider.faults[DISCOVERY] = lambda _: answer(metadata(end_session_endpoint=...))
    jar = site.sign_in()

    assert site.sign_out(jar).location == "/"
    assert site.user(jar) is None


def test_signing_out_with_nobody_there_is_no_error():
    """A second click, or a session that is over: the same redirect."""
    assert Site().sign_out(Jar()).status == 303


def test_an_unknown_host_signs_nobody_out():
    """Without an address of its own the application does not send a browser to one that a header made up."""
    site = Site(redirect_uri=None, allowed_hosts=("app.example",))

    with pytest.raises(ConfigurationError) as caught:
        site.sign_out(site.sign_in(), at="https://evil.example")
    assert caught.value.code == "configuration.host"
