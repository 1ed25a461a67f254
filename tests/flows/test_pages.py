"""The sign-in and callback routes of an application: where they lead, and what they believe."""

from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from logto.errors import (
    AuthorizationDeniedError,
    ConfigurationError,
    SignInSessionInvalidError,
    SignInSessionNotFoundError,
)
from logto.flows.pages import (
    base_url,
    begin_sign_in,
    finish_sign_in,
    redirect,
    redirect_uri,
    return_to,
    sign_in_location,
)
from logto.models.pages import PageSettings
from tests.flows.dialogue import REDIRECT_URI, TOKEN
from tests.flows.site import ORIGIN, Site, asks
from tests.protocol.test_return_to import LEAVE, STAY
from tests.sessions.visits import Jar


def query_of(url):
    """The parameters of an address, each once."""
    return {name: value for name, [value] in parse_qs(urlsplit(url).query, strict_parsing=True).items()}


def test_the_sign_in_route_leads_to_logto():
    """A redirect that no cache keeps, to Logto's page, with the redirect URI of the settings."""
    site, jar = Site(), Jar()
    answer = site.visit(jar, begin_sign_in, asks("/sign-in"))

    assert (answer.status, answer.body) == (303, "")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Vary"] == "Cookie"
    assert answer.location.startswith("https://tenant.example/oidc/auth?")
    assert query_of(answer.location)["redirect_uri"] == REDIRECT_URI
    assert len(jar) == 1


def test_the_sign_up_route_asks_for_the_page_for_new_users():
    """The same, with `first_screen`; options of the settings go along with both."""
    site = Site(sign_in_options={"ui_locales": "fr", "first_screen": "reset_password"})
    up, into = (site.visit(Jar(), begin_sign_in, asks("/x"), sign_up=sign_up).location for sign_up in (True, False))

    assert query_of(up)["first_screen"] == "register"
    assert query_of(into)["first_screen"] == "reset_password"
    assert query_of(up)["ui_locales"] == query_of(into)["ui_locales"] == "fr"
    assert site.context.settings.sign_in_options["first_screen"] == "reset_password"


@pytest.mark.parametrize("path", ["/profile", "/orders?page=2&sort=name", "/a#part"])
def test_the_browser_ends_where_it_was_going(path):
    """What stands in `next` at the beginning is where the callback leads."""
    site, jar = Site(), Jar()
    url = site.begin(jar, f"?next={quote(path, safe='')}")

    assert site.come_back(jar, site.provider.authorize(url)).location == path
    assert site.user(jar) == "alice"


def test_without_next_the_settings_decide():
    """A sign-in that was not on the way to anywhere ends at `after_sign_in`."""
    site, jar = Site(after_sign_in="/welcome"), Jar()

    assert site.come_back(jar, site.provider.authorize(site.begin(jar))).location == "/welcome"


@pytest.mark.parametrize("value", STAY)
def test_a_path_in_next_is_followed(value):
    """Every path of this application passes, escaped as a form does it."""
    assert return_to(f"a=b&next={quote(value, safe='')}&c=d") == value


@pytest.mark.parametrize("value", LEAVE)
def test_what_leads_elsewhere_in_next_is_dropped(value):
    """Every vector, escaped and as it is; nothing else of the query counts."""
    escaped = quote(value, safe="", errors="surrogatepass")

    assert return_to(f"next={escaped}") is None
    found = return_to(f"next={value}")
    assert found is None or found in value


@pytest.mark.parametrize(
    "query",
    ["", "next", "next=", "next=/a&next=/b", "next=/a&next=/a", "Next=/a", "n%65xt2=/a", "a=1&" * 60 + "next=/a"],
)
def test_next_counts_once_or_not_at_all(query):
    """Missing, empty, doubled, misspelt, or lost among too many others: as if it were not there."""
    assert return_to(query) is None


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/", "/sign-in?next=/"),
        ("/orders", "/sign-in?next=/orders"),
        ("/orders?page=2&x=%2F", "/sign-in?next=/orders%3Fpage%3D2%26x%3D%252F"),
        ("//evil.example/x", "/sign-in"),
        ("/a\\b", "/sign-in"),
        ("/" + "x" * 3000, "/sign-in"),
    ],
)
def test_the_way_to_the_sign_in_keeps_the_way_back(path, location):
    """The page's own address goes along, where it is one that can be come back to."""
    found = sign_in_location(asks(path))

    assert found == location
    assert return_to(urlsplit(found).query) == (path if "?" in location else None)


def test_a_form_is_not_come_back_to():
    """After a POST the way leads to the sign-in alone: what was sent is gone."""
    assert sign_in_location(replace(asks("/orders", "POST"), sign_in_path="/auth/in")) == "/auth/in"


@pytest.mark.parametrize("prefix", ["//evil.example", "///evil.example", "/\\evil.example"])
def test_a_prefix_that_names_another_host_leads_nowhere(prefix):
    """A proxy that passes on anybody's X-Forwarded-Prefix sends nobody away from the application's own host."""
    asked = replace(asks("/orders"), sign_in_path=f"{prefix}/sign-in")

    assert sign_in_location(asked) == "/evil.example/sign-in?next=/orders"
    assert sign_in_location(replace(asked, method="POST")) == "/evil.example/sign-in"


def test_a_head_request_spends_nothing():
    """Programs that look at a link without following it begin no sign-in, and leave the code of a callback alone."""
    site, jar = Site(), Jar()
    callback = site.provider.authorize(site.begin(jar), "alice")
    back = callback.removeprefix(ORIGIN)
    before = dict(jar)
    for route, path in ((begin_sign_in, "/sign-in"), (finish_sign_in, back)):
        answer = site.visit(jar, route, asks(path, "HEAD"))
        assert (answer.status, answer.headers["Allow"]) == (405, "GET")

    assert dict(jar) == before
    assert site.come_back(jar, callback).status == 303
    assert site.user(jar) == "alice"


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://app.example", "https://app.example:8443", "http://localhost", "http://[", "://"],
)
def test_the_redirect_uri_of_the_settings_is_believed_and_no_host_header(origin):
    """Whatever host and scheme a request claims, the address is the configured one."""
    settings = PageSettings(redirect_uri="https://app.example/behind/a/proxy")

    assert redirect_uri(settings, asks("/sign-in", at=origin)) == settings.redirect_uri
    assert base_url(settings, asks("/sign-in", at=origin)) == "https://app.example"


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:3000",
        "http://127.0.0.1:5000",
        "http://[::1]:3000",
        "https://App.example",
        "https://b.example:8443",
    ],
)
def test_without_one_this_machine_and_the_named_hosts_are_believed(origin):
    """Development needs no address, and several hosts can be named, in any spelling."""
    settings = PageSettings(allowed_hosts=("app.example", "B.example:8443"))

    assert redirect_uri(settings, asks("/sign-in", at=origin)) == f"{origin}/callback"


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://app.example.evil.example",
        "https://evil.example:443",
        "https://app.example:8443",
        "https://user@app.example",
        "https://localhost@evil.example",
        "https://evil.example@localhost",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://localhost\\@evil.example",
        "ftp://localhost",
        "javascript://localhost",
        "http://[",
        "://",
        "",
    ],
)
def test_a_host_that_lies_begins_no_sign_in(origin):
    """A host that nobody named is refused, with a hint that names the settings, and nothing of it in the text."""
    with pytest.raises(ConfigurationError) as caught:
        redirect_uri(PageSettings(allowed_hosts=("app.example",)), asks("/sign-in", at=origin))

    assert caught.value.code == "configuration.host"
    assert "LOGTO_REDIRECT_URI" in caught.value.hint
    assert "evil" not in str(caught.value)


def test_the_callback_of_another_browser_signs_nobody_in():
    """A state that this browser did not begin is refused, also while it has a sign-in of its own under way."""
    site, victim, attacker = Site(), Jar(), Jar()
    foreign = site.provider.authorize(site.begin(attacker), "mallory")
    with pytest.raises(SignInSessionNotFoundError):
        site.come_back(victim, foreign)
    site.begin(victim)
    with pytest.raises(SignInSessionInvalidError):
        site.come_back(victim, foreign)

    assert site.user(victim) is None
    assert site.provider.count(TOKEN) == 0


def test_the_callback_at_another_host_of_ours_is_refused():
    """With hosts instead of one address, a sign-in ends at the host on which it began."""
    site, jar = Site(redirect_uri=None, allowed_hosts=("app.example", "b.example")), Jar()
    callback = site.provider.authorize(site.begin(jar))

    with pytest.raises(SignInSessionInvalidError) as caught:
        site.come_back(jar, callback.replace("app.example", "b.example"))
    assert caught.value.code == "callback.redirect_uri_mismatch"
    with pytest.raises(ConfigurationError):
        site.come_back(jar, callback.replace("app.example", "evil.example"))
    assert site.come_back(jar, callback).location == "/"


def test_a_redirect_uri_may_have_a_query_of_its_own():
    """What the redirect URI's query says comes back beside the answer (RFC 6749, 3.1.2), and the sign-in ends well."""
    site, jar = Site(redirect_uri=f"{REDIRECT_URI}?shop=7"), Jar()
    callback = site.provider.authorize(site.begin(jar)).replace("?code=", "&code=")

    assert callback.startswith(f"{REDIRECT_URI}?shop=7&code=")
    assert site.come_back(jar, callback).location == "/"
    assert site.user(jar) == "alice"


def test_a_double_click_on_the_callback_ends_signed_in():
    """Two requests with one callback: one exchange, and a page for the second that changes nothing."""
    site, jar = Site(), Jar()
    callback = site.provider.authorize(site.begin(jar))
    site.come_back(jar, callback)
    with pytest.raises(SignInSessionNotFoundError):
        site.come_back(jar, callback)

    assert site.user(jar) == "alice"
    assert site.provider.count(TOKEN) == 1


def test_a_no_at_logto_leaves_everything_as_it_was():
    """`access_denied` is an error of its own, and whoever was signed in still is."""
    site = Site()
    jar = site.sign_in()
    denied = site.provider.authorize(site.begin(jar)).replace("code=", "error=access_denied&x=")

    with pytest.raises(AuthorizationDeniedError):
        site.come_back(jar, denied)
    assert site.user(jar) == "alice"


@pytest.mark.parametrize("query", ["", "?", "?code=a", "?state=a", "?code=a&state=b&state=c", "?" + "x" * 100_000])
def test_a_callback_out_of_the_blue_is_refused(query):
    """Without a query, with half of one, or with a huge one: an error of sign-in, and no request."""
    site = Site()

    with pytest.raises((SignInSessionInvalidError, SignInSessionNotFoundError)):
        site.come_back(Jar(), f"{REDIRECT_URI}{query}")
    assert site.provider.asked == []


def test_a_redirect_is_a_get_that_no_cache_keeps():
    """303, whatever the request was (RFC 9110, 15.4.4)."""
    assert redirect("/x").status == 303
    assert redirect("/x").headers == {"Cache-Control": "no-store", "Vary": "Cookie", "Location": "/x"}
