"""`Logto`: settings, where the routes are, the hooks, the beginning and the end."""

import warnings

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Mount, Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from logto.client.page_configuration import _NAMES
from logto.errors import ConfigurationError
from logto.integrations.starlette import Logto, LogtoMiddleware, LogtoSettings, login_required
from logto.sessions import MemoryStore, SqlStore
from logto.testing.pages import sign_in_as
from tests.integrations.starlette.shop import BASE, HTML, JSON, KEY, Shop, home, sign_in

ENVIRON = {
    "LOGTO_ENDPOINT": "http://localhost:3001",
    "LOGTO_APP_ID": "shop",
    "LOGTO_APP_SECRET": "s",
    "SECRET_KEY": KEY,
}


def test_every_setting_is_a_keyword():
    """The typed keywords are exactly the `LOGTO_*` names, in lower case."""
    assert {f"LOGTO_{name.upper()}" for name in LogtoSettings.__annotations__} == set(_NAMES)


def test_settings_come_from_the_environment():
    """`Logto()` needs nothing but the environment; what is given in the code counts more; nothing secret is shown."""
    environ = {**ENVIRON, "LOGTO_REDIRECT_URI": f"{BASE}/callback", "LOGTO_COOKIE_NAME": "shop"}
    logto = Logto(environ=environ, cookie_name="store")

    assert logto.pages.settings.redirect_uri == f"{BASE}/callback"
    assert logto.pages.cookie.name == "store"
    assert KEY not in repr(logto)
    assert repr(logto) == "Logto(http://localhost:3001, shop)"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"LOGTO_ENDPOINT": ""}, "LOGTO_ENDPOINT"),
        ({"LOGTO_APP_ID": ""}, "LOGTO_APP_ID"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"LOGTO_COOKIE_SECURE": "perhaps"}, "LOGTO_COOKIE_SECURE"),
        ({"LOGTO_SESSION_STORE": "mongodb://x"}, "LOGTO_SESSION_STORE"),
    ],
)
def test_a_setting_that_is_missing_or_malformed_is_named(change, named):
    """Before the first request, by the name that people set."""
    with pytest.raises(ConfigurationError, match=named):
        Logto(environ={**ENVIRON, **change})


def test_an_unknown_setting_is_refused():
    """With the nearest name that there is."""
    with pytest.raises(ConfigurationError, match="LOGTO_REDIRECT_URI"):
        Logto(environ=ENVIRON, redirect_url="http://localhost:3000/callback")


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"redirect_uri": "http://shop.example/callback"}, "logto.E001"),
        ({"redirect_uri": f"{BASE}/elsewhere"}, "logto.E002"),
    ],
)
def test_the_application_does_not_start_with_unsafe_settings(server, settings, problem):
    """The lifespan refuses, and says which setting; without a lifespan the first request does."""
    shop = Shop(server, **settings)
    with pytest.raises(ConfigurationError, match=problem), shop.visitor():
        pass
    with pytest.raises(ConfigurationError, match=problem):
        shop.visitor().get("/")


def test_what_should_be_mended_is_logged_once(server, caplog):
    """Not at each request; and not as a warning that a test suite takes for an error."""
    with warnings.catch_warnings(), Shop(server, store=MemoryStore()).visitor() as visitor:
        visitor.get("/")
        visitor.get("/")

    assert [record.message[:12] for record in caplog.records if "logto.W" in record.message] == ["(logto.W007)"]


@pytest.mark.parametrize(("mount", "root_path"), [("", ""), ("/auth", ""), ("", "/shop"), ("/auth", "/shop")])
def test_the_routes_are_where_they_were_mounted(server, mount, root_path):
    """Behind a prefix of a Mount, of a proxy, or of both, the ways in and back are right."""
    shop = Shop(server, mount=mount, redirect_uri=f"{BASE}{root_path}{mount}/callback")
    with shop.visitor(root_path=root_path) as visitor:
        location = visitor.get(f"{root_path}/profile").headers["location"]
        assert location == f"{root_path}{mount}/sign-in?next={root_path}/profile"
        url = visitor.get(location).headers["location"]
        assert f"redirect_uri=http%3A%2F%2Flocalhost%3A3000{(root_path + mount).replace('/', '%2F')}%2Fcallback" in url


def test_a_prefix_of_settings(server):
    """`url_prefix` moves all routes."""
    shop = Shop(server, url_prefix="/auth", redirect_uri=f"{BASE}/auth/callback")
    with shop.visitor() as visitor:
        location = visitor.get("/profile").headers["location"]
        assert location == "/auth/sign-in?next=/profile"
        assert visitor.get(location).status_code == 303


@pytest.mark.parametrize("settings", [{}, {"allowed_hosts": "localhost:3000 shop.example"}])
def test_a_host_that_nobody_knows_is_refused(server, settings):
    """Without a redirect URI the address is the request's, if it is this machine's or one that was named."""
    shop = Shop(server, **{"redirect_uri": None, **settings})
    with shop.visitor() as visitor:
        assert "localhost%3A3000%2Fcallback" in visitor.get("/sign-in").headers["location"]
        assert visitor.get("/sign-in", headers={"host": "evil.example"}).status_code == 400
        for lie in ("localhost@evil.example", "[", "localhost:3000.evil.example", "evil.example/localhost"):
            assert "evil" not in visitor.get("/sign-in", headers={"host": lie}).headers.get("location", "")
        known = visitor.get("/sign-in", headers={"host": "shop.example"})
        assert known.status_code == (303 if settings else 400)
        forwarded = visitor.get("/sign-in", headers={"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"})
        assert "evil" not in forwarded.headers["location"]


@pytest.mark.parametrize(("proxy", "scheme"), [("testclient", "https"), ("10.0.0.5", "http")])
def test_only_a_proxy_that_is_trusted_says_the_scheme(server, proxy, scheme):
    """Behind `uvicorn --proxy-headers --forwarded-allow-ips`, the way back is https for it, and for nobody else."""
    shop = Shop(server, redirect_uri=None, allowed_hosts="shop.example")
    shop.app = ProxyHeadersMiddleware(shop.app, trusted_hosts=proxy)
    headers = {"host": "shop.example", "x-forwarded-proto": "https"}
    with shop.visitor() as visitor:
        answer = visitor.get("/sign-in", headers=headers)
    assert f"redirect_uri={scheme}%3A%2F%2Fshop.example%2Fcallback" in answer.headers["location"]
    assert ("__Host-logto" in answer.headers["set-cookie"], "Secure" in answer.headers["set-cookie"]) == (True, True)


class Person:
    """The application's own user."""

    def __init__(self, key):
        self.key = key
        self.is_authenticated = True


@pytest.mark.parametrize("colour", ["plain", "async"])
def test_claims_become_the_applications_own_user(shop, colour):
    """`request.user` is what the loader returned for (`iss`, `sub`); `logto.user` is Logto's."""
    people = {("alice-id", shop.logto.pages.config.expected_issuer): Person("alice")}

    def load(claims):
        return people.get((claims.sub, claims.iss))

    async def load_async(claims):
        return load(claims)

    shop.logto.user_loader(load if colour == "plain" else load_async)

    @login_required
    async def page(request):
        return PlainTextResponse(f"{request.user.key} {shop.logto.user(request).sub}")

    shop.app.router.routes.append(Route("/person", page))
    with shop.visitor() as visitor:
        visitor.cookies.update(sign_in_as(shop.logto.pages, "alice-id", url=BASE))
        answer = visitor.get("/person")
    assert (answer.text, answer.headers["cache-control"]) == ("alice alice-id", "no-store")


def test_whoever_is_nobody_here_is_refused_without_a_loop(shop, visitor, server):
    """Signed in at Logto and unknown to the application: 403 at the callback and at guarded pages, nobody elsewhere."""
    failed = []
    shop.logto.user_loader(lambda claims: None)
    shop.logto.on_sign_in_failed(lambda request, error: failed.append(error.code))
    back = server.sign_in(visitor.get("/sign-in?next=/profile").headers["location"])

    assert visitor.get(back).status_code == 403
    assert visitor.get("/profile").status_code == 403
    assert visitor.get("/profile", headers=JSON).json()["error"] == "forbidden"
    assert visitor.get("/").text == "Not signed in"
    assert failed == ["forbidden.user"]
    assert visitor.post("/sign-out").status_code == 303


def test_the_hook_of_a_sign_in_may_add_the_person(shop, visitor, server):
    """It comes before the loader looks: somebody new is admitted at once."""
    people = {}
    shop.logto.user_loader(lambda claims: people.get(claims.sub))
    shop.logto.on_signed_in(lambda request, user: people.update({user.sub: Person(user.name)}))
    shop.app.router.routes.append(Route("/key", lambda request: PlainTextResponse(request.user.key)))
    sign_in(visitor, server)

    assert visitor.get("/key").text == "Alice Liddell"


def test_hooks_are_told_and_may_answer(shop, visitor, server):
    """Signing in, out and failing call the hooks, which may use the client and send somewhere else."""
    seen = []

    @shop.logto.on_signed_in
    async def welcome(request, user):
        info = await shop.logto.client(request).fetch_user_info()
        seen.append(("in", user.username, info.email))
        return RedirectResponse("/welcome", 303)

    @shop.logto.on_signed_out
    def goodbye(request, user):
        seen.append(("out", user.username))

    @shop.logto.on_sign_in_failed
    def sorry(request, error):
        seen.append(("failed", error.code))
        return PlainTextResponse("sorry", 400)

    assert sign_in(visitor, server, path="/sign-in?next=/profile") == "/welcome"
    assert visitor.get("/").text == "Hello alice"
    assert visitor.get("/callback?state=x&code=y").text == "sorry"
    visitor.post("/sign-out")
    visitor.post("/sign-out")

    assert seen[0] == ("in", "alice", "alice@example.com")
    assert [kind for kind, *_ in seen] == ["in", "failed", "out"]


def test_the_lifespan_closes_what_was_opened(server, tmp_path):
    """Afterwards nothing of the store is open, and a second life opens it again."""
    store = SqlStore(f"sqlite:///{tmp_path}/sessions.sqlite3", key=KEY)
    shop = Shop(server, store=store)
    for _ in range(2):
        with shop.visitor() as visitor:
            sign_in(visitor, server)
            assert visitor.get("/").text == "Hello alice"


def test_mounted_elsewhere_than_the_guarded_pages(server):
    """An application whose sub-application has the pages, and whose routes are at the top."""
    shop = Shop(server)
    inner = Starlette(routes=[Route("/page", login_required(home))])
    shop.app = Starlette(
        routes=[*shop.logto.routes, Mount("/inner", inner)], middleware=[Middleware(LogtoMiddleware, logto=shop.logto)]
    )
    with shop.visitor() as visitor:
        assert visitor.get("/inner/page", headers=HTML).headers["location"] == "/sign-in?next=/inner/page"
