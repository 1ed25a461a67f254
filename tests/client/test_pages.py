"""`LogtoPages` and `LogtoSyncPages`: both colours do the same, and each lends the other its client."""

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor

import pytest

from logto import LogtoPages, LogtoSyncPages, PageSettings
from logto.errors import ConfigurationError, NotAuthenticatedError, StorageError, UnexpectedResponseError
from logto.sessions import CookieSettings, CookieStore, MemoryStore
from tests.client.either import COLOURS
from tests.client.site import Site
from tests.flows.dialogue import API, DISCOVERY, SECRET, TOKEN, config
from tests.flows.honest_provider import answer
from tests.flows.site import ORIGIN, asks
from tests.protocol.test_logout_token import FORM, claims
from tests.rejections.mint import mint
from tests.sessions.visits import KEY, Failing, Jar, done, failing

OPERATIONS = ("open", "close", "sign_in", "callback", "sign_out", "back_channel_logout", "metadata")
COLOUR = pytest.mark.parametrize("colour", COLOURS)


def in_a_store(clock):
    return Failing(clock=clock)


def in_cookies(_clock):
    return CookieStore(KEY)


STORES = pytest.mark.parametrize("make", [in_a_store, in_cookies])


def whole_life(site):
    """What a browser sees, from the first page to the last."""
    jar = Jar()
    seen = [site.user(jar).display_name, sorted(jar)]
    callback = site.begin(jar, query="?next=/profile")
    seen.append(site.visit(jar, "callback", asks(callback)).location)
    seen += [site.user(jar).sub, len(jar)]
    site.provider.claims = {"roles": ["editor"]}
    site.provider.clock.now += 3600
    seen += [site.user(jar).roles, site.provider.count(TOKEN)]
    seen.append(site.visit(jar, "sign_out", asks("/sign-out", "POST")).location.partition("?")[0])
    return [*seen, site.user(jar).is_authenticated, sorted(jar)]


@STORES
def test_both_colours_live_the_same_life(make):
    """A visit from the first page to sign-out looks alike through both, and ends with no cookie left."""
    lives = [whole_life(Site(colour, make)) for colour in COLOURS]

    assert lives[0] == lives[1]
    assert lives[0][:3] == ["", [], "/profile"]
    assert lives[0][3:7] == ["alice", 1, {"editor"}, 2]
    assert lives[0][7:] == ["https://tenant.example/oidc/session/end", False, []]


def test_both_colours_have_the_same_operations():
    """The same names with the same arguments, awaited in one and plain in the other, and all documented."""
    for name in OPERATIONS:
        one, other = getattr(LogtoPages, name), getattr(LogtoSyncPages, name)
        assert inspect.signature(one) == inspect.signature(other)
        assert inspect.iscoroutinefunction(one)
        assert not inspect.iscoroutinefunction(other)
        assert one.__doc__


@COLOUR
@STORES
def test_views_of_either_colour_have_a_client_of_their_own(colour, make):
    """Whichever pages opened the session, both clients work with it, and what one gets the other has."""
    site = Site(colour, make)
    jar = site.sign_in()
    session = site.do("open", dict(jar), f"{ORIGIN}/")
    blocking = site.pages.sync_client(session).get_access_token(API)
    awaited = done(site.pages.client(session).get_access_token(API))

    assert blocking == awaited
    assert site.provider.count(TOKEN) == 1
    assert site.pages.client(session).get_id_token_claims().sub == "alice"


@COLOUR
@STORES
def test_views_of_both_colours_spend_a_refresh_token_once(colour, make):
    """Two requests with the same cookie, one view plain and one awaiting: the second takes what the first got."""
    site = Site(colour, make)
    jar = site.sign_in()
    one, other = (site.do("open", dict(jar), f"{ORIGIN}/") for _ in range(2))
    tokens = site.pages.sync_client(one).get_access_token(API), done(site.pages.client(other).get_access_token(API))

    assert tokens[0] == tokens[1]
    assert site.provider.count(TOKEN) == 1


@COLOUR
def test_a_session_that_died_is_not_signed_in(colour):
    """Logto refuses the refresh token in the middle of a page: an error that means the sign-in, and nobody from then on."""
    site = Site(colour, in_a_store)
    jar = site.sign_in()
    site.provider._refresh.clear()  # noqa: SLF001 - as Logto does when a user is suspended
    session = site.do("open", dict(jar), f"{ORIGIN}/")
    with pytest.raises(NotAuthenticatedError) as caught:
        site.pages.sync_client(session).get_access_token(API)
    jar.take(site.do("close", session))

    assert site.pages.refuse(caught.value, asks("/orders")).location == "/sign-in?next=/orders"
    assert not site.pages.user(session)
    assert not site.user(jar)


@COLOUR
@STORES
def test_a_session_of_another_application_is_nobody_s(colour, make):
    """Two Logto applications over one store and key: neither takes the other's session for its own."""
    one = Site(colour, make)
    other = type(one.pages)(config(app_id="another"), one.pages.store, PageSettings(), clock=one.provider.clock)
    session = done(other.open(dict(one.sign_in()), f"{ORIGIN}/"))

    assert not other.user(session)
    assert other.user(session).display_name == ""


@COLOUR
def test_a_store_that_is_down_is_an_error_or_nobody(colour):
    """An error by default; nobody where the application chose so, and the cookie stays."""
    strict = Site(colour, in_a_store)
    store, jar = strict.pages.store, strict.sign_in()
    lenient = Site(colour, store, strict.provider, pages={"signed_out_without_store": True})
    store.fails = failing("load")

    with pytest.raises(StorageError):
        strict.user(jar)
    assert not lenient.user(jar)
    store.fails = failing()
    assert strict.user(jar).sub == "alice"


def logout_body(**changes):
    """A back-channel logout's form."""
    return f"logout_token={mint(claims(sid=..., **changes), header={'typ': 'logout+jwt'})}".encode()


@COLOUR
def test_a_back_channel_logout_ends_the_user_s_sessions(colour):
    """200, no cookie, and who was signed in is not any more; others stay."""
    site = Site(colour, in_a_store)
    alice, bob = site.sign_in("alice"), site.sign_in("bob")
    answer = site.do("back_channel_logout", logout_body(sub="alice"), FORM)

    assert (answer.status, answer.headers) == (200, {"Cache-Control": "no-store"})
    assert (site.user(alice).sub, site.user(bob).sub) == (None, "bob")


@COLOUR
def test_a_back_channel_logout_that_is_none_is_refused(colour):
    """A replay, a forgery, another type, too much of it: 400, as JSON, not to be cached."""
    site = Site(colour, in_a_store)
    good = logout_body(jti="one")
    site.do("back_channel_logout", good, FORM)
    bad = [
        (good, FORM),
        (b"logout_token=x", FORM),
        (good, "text/plain"),
        (good, None),
        (b"x" * 70_000, FORM),
        (b"", FORM),
    ]
    answers = [site.do("back_channel_logout", *given) for given in bad]

    assert {answer.status for answer in answers} == {400}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert {answer.body for answer in answers} == {'{"error": "invalid_request"}'}


@COLOUR
def test_a_back_channel_logout_that_fails_may_come_again(colour):
    """With the store down it is a 503 with Retry-After, and the same token works a moment later."""
    site = Site(colour, in_a_store)
    store, jar = site.pages.store, site.sign_in()
    store.fails = failing("acquire")
    first = site.do("back_channel_logout", logout_body(sub="alice"), FORM)
    store.fails = failing()

    assert (first.status, first.headers["Retry-After"]) == (503, "5")
    assert site.do("back_channel_logout", logout_body(sub="alice"), FORM).status == 200
    assert not site.user(jar)


def test_sessions_in_cookies_alone_cannot_be_ended_from_elsewhere():
    """Without a list of revocations the answer is an error, and no lie."""
    assert Site().do("back_channel_logout", logout_body(), FORM).status == 400


def test_threads_of_one_session_renew_once():
    """Eight requests of one browser at the moment its ID token is over: one request to Logto, one user."""
    site = Site(store=in_a_store)
    jar = site.sign_in()
    site.provider.clock.now += 3600
    with ThreadPoolExecutor(8) as pool:
        users = list(pool.map(lambda _: site.user(jar.copy()).sub, range(8)))

    assert users == ["alice"] * 8
    assert site.provider.count(TOKEN) == 1


@pytest.mark.anyio
async def test_tasks_of_many_users_do_not_mix():
    """Pages of twenty users under way at once, each renewed once: everybody is themselves."""
    site = await asyncio.to_thread(Site, "blocking", in_a_store)
    names = [f"user-{number}" for number in range(20)]
    jars = {name: await asyncio.to_thread(site.sign_in, name) for name in names}
    pages = Site("awaiting", site.pages.store, site.provider).pages
    site.provider.clock.now += 3600

    async def page(name):
        session = await pages.open(dict(jars[name]), f"{ORIGIN}/")
        token = await pages.client(session).get_access_token()
        await pages.close(session)
        return pages.user(session).sub, token.split("-opaque-")[0]

    found = await asyncio.gather(*(page(name) for name in names * 3))

    assert found == [(name, name) for name in names * 3]
    assert site.provider.count(TOKEN) == 20


@pytest.mark.parametrize("name", ["redirect_uri", "post_logout_redirect_uri"])
@pytest.mark.parametrize(
    "value", ["/callback", "callback", "javascript:alert(1)", "https://", "https://a b/callback", ""]
)
def test_an_address_that_is_none_is_refused_at_the_start(name, value):
    """Both addresses are absolute, or the application does not start; the error says which."""
    with pytest.raises(ConfigurationError) as caught:
        LogtoPages(config(), MemoryStore(), PageSettings(**{name: value}))

    assert caught.value.code == f"configuration.{name}"


@COLOUR
def test_a_sign_out_over_https_deletes_the_cookie_as_it_was_set(colour):
    """Each Set-Cookie, the deletion as well, has every flag."""
    site = Site(colour)
    jar = site.sign_in()
    site.visit(jar, "sign_out", asks("/sign-out", "POST"))

    assert jar == {}
    for header in jar.headers:
        assert header.startswith("__Host-logto=")
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(header.split("; "))


@COLOUR
def test_a_request_may_decide_some_settings(colour):
    """A copy with other settings has the same sessions and keys, and leaves the original as it was."""
    site = Site(colour)
    jar = site.sign_in()
    mounted = site.pages.with_settings(redirect_uri="https://app.example/shop/callback", after_sign_in="/shop")
    session = done(mounted.open(dict(jar), f"{ORIGIN}/"))
    urls = [done(pages.sign_in(session, asks("/sign-in"))).location for pages in (mounted, site.pages)]

    assert mounted.user(session).sub == "alice"
    assert ["%2Fshop%2Fcallback" in url for url in urls] == [True, False]
    assert site.pages.settings.after_sign_in == "/"
    assert site.provider.asked == []
    with pytest.raises(ConfigurationError):
        mounted.with_settings(callback_path="nowhere")


def test_pages_that_are_joined_know_the_same():
    """What an awaiting object has learned, a blocking one of the same application does not ask again."""
    one = Site("awaiting", in_a_store)
    other = Site("blocking", one.pages.store, one.provider)
    jar = one.sign_in()
    other.pages = other.pages.joined_to(one.pages)
    other.begin(Jar())

    assert one.provider.asked == []
    assert other.user(jar).sub == "alice"
    assert other.pages.settings == one.pages.settings


@COLOUR
def test_whether_logto_answers_can_be_asked(colour):
    """For health checks: what Logto says of itself, or an error of ours."""
    site = Site(colour)
    assert site.do("metadata").issuer == "https://tenant.example/oidc"

    down = Site(colour)
    down.provider.faults[DISCOVERY] = lambda _: answer({}, 503)
    with pytest.raises(UnexpectedResponseError):
        down.do("metadata")


def test_what_pages_are_made_of_can_be_read():
    """Settings, store, cookie, configuration and both kinds of sessions, for start-up checks and commands."""
    store, cookie, settings = MemoryStore(), CookieSettings(name="shop"), PageSettings(url_prefix="/auth")
    pages = LogtoSyncPages(config(), store, settings, cookie=cookie)

    assert (pages.store, pages.cookie, pages.settings) == (store, cookie, settings)
    assert pages.config.app_id == config().app_id
    assert pages.sync_sessions.list_sessions("alice") == ()
    assert done(pages.sessions.list_sessions("alice")) == ()


def test_nothing_secret_is_in_a_repr():
    """Neither the application's secret nor the sessions' key."""
    pages = LogtoPages(config(), CookieStore(KEY))

    assert not [secret for secret in (SECRET, KEY) if secret in repr(pages) + repr(pages.store) + repr(pages.config)]
