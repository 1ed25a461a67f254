"""Guards, and who the user is: views, templates, users of the application."""

import threading

import pytest
from quart import render_template_string

from logto.errors import ConfigurationError, LogtoException
from logto.integrations.quart import Logto, current_user, login_required
from logto.sessions import MemoryStore
from logto.testing.quart import authenticated_client
from tests.integrations.quart.shop import Visitor, application, shop, varies_by_itself

pytestmark = pytest.mark.anyio

MEMBER = {"organizations": ["acme", "beta"], "organization_roles": ["acme:admin", "beta:member"]}


class Broken(MemoryStore):
    """A store whose server is down, from when somebody says so."""

    down = False

    async def aload(self, key):
        if self.down:
            raise ConnectionError
        return self.load(key)


async def test_a_browser_is_sent_to_sign_in_and_a_program_is_told():
    """Nobody gets a redirect with the way back in a browser, and 401 in JSON in a program."""
    visitor = Visitor(shop())

    assert (await visitor.get("/profile?a=1")).location == "/sign-in?next=/profile%3Fa%3D1"
    assert (await visitor.json("/profile"))["error"] == "not_authenticated"
    assert (await visitor.get("/profile", Sec_Fetch_Mode="cors")).status_code == 401


@pytest.mark.parametrize(
    ("path", "claims", "status"),
    [
        ("/profile", {}, 200),
        ("/admin", {"roles": ["admin"]}, 200),
        ("/admin", {"roles": ["administrator"]}, 403),
        ("/organizations/acme/settings", MEMBER, 200),
        ("/organizations/beta/settings", MEMBER, 403),
        ("/organizations/other/settings", MEMBER, 403),
    ],
)
async def test_roles_and_organizations(path, claims, status):
    """A role, and a role in an organization, each open the pages that ask for them, and no others."""
    visitor = Visitor(shop())
    async with authenticated_client(visitor.client, "alice", **claims):
        assert (await visitor.get(path)).status_code == status

    assert (await visitor.get(path)).status_code == 303


async def test_awaiting_views_stay_on_the_event_loop_and_plain_ones_get_a_thread():
    """An `async def` view runs in the caller's thread, a plain one in another; both know the user."""
    app = shop()

    @app.get("/plain-thread")
    @login_required
    def in_a_thread():
        return {"sub": current_user.sub, "thread": threading.get_ident()}

    visitor = Visitor(app)
    async with authenticated_client(visitor.client):
        waiting, plain = await visitor.json("/profile"), await visitor.json("/plain-thread")

    assert waiting == {"sub": "alice", "thread": threading.get_ident()}
    assert (plain["sub"], plain["thread"] == threading.get_ident()) == ("alice", False)


@pytest.mark.parametrize("waits", [True, False])
async def test_the_user_is_the_applications_own(waits):
    """`current_user` is what the loader of either colour returned; one whom it does not admit is refused without a loop."""
    app, asked = application(), []
    logto = Logto(app)

    def load(claims):
        asked.append(claims.sub)
        return None if claims.sub == "mallory" else {"name": f"customer {claims.sub}"}

    async def wait(claims):
        return load(claims)

    logto.user_loader(wait if waits else load)
    app.add_url_rule("/", "home", lambda: render_template_string("{{ current_user['name'] }} {{ logto.user.sub }}"))
    app.add_url_rule("/mine", view_func=login_required(lambda: current_user["name"]), endpoint="mine")
    visitor = Visitor(app)
    async with authenticated_client(visitor.client):
        assert await visitor.text("/mine") == "customer alice"
    async with authenticated_client(visitor.client, "mallory"):
        assert (await visitor.get("/mine")).status_code == 403

    assert asked == ["alice", "mallory"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_the_applications_own_handler_stays(when):
    """An application's handler of LogtoException is never replaced, whether it was there before or came after."""
    app = application()

    async def ours(error):
        return f"ours: {error.code}", 400

    if when == "before":
        app.register_error_handler(LogtoException, ours)
    Logto(app)
    if when == "after":
        app.register_error_handler(LogtoException, ours)
    app.add_url_rule("/", view_func=login_required(lambda: "page"), endpoint="page")

    assert await Visitor(app).text("/") == "ours: not_authenticated"


async def test_the_application_can_answer_nobody_itself():
    """`unauthorized_handler` answers what a guard refuses."""
    app = application()
    logto = Logto(app)
    logto.unauthorized_handler(lambda error: (error.code, 418))
    app.add_url_rule("/", view_func=login_required(lambda: "page"), endpoint="page")

    assert (await Visitor(app).get("/")).status_code == 418


@pytest.mark.parametrize(
    ("path", "signed_in", "expected"),
    [
        ("/public", True, None),
        ("/static/nothing.css", True, None),
        ("/", False, (None, "Cookie")),
        ("/", True, ("no-store", "Cookie")),
    ],
)
async def test_what_caches_may_do(path, signed_in, expected):
    """A page that looked at the user varies by cookie, and one that showed somebody is not stored: nothing for "back"."""
    visitor = Visitor(shop())
    async with authenticated_client(visitor.client):
        who = visitor if signed_in else Visitor(visitor.client.app)
        answer = await who.get(path)

    expected = expected or (None, await varies_by_itself())
    assert (answer.headers.get("Cache-Control"), answer.headers.get("Vary")) == expected


async def test_streams_know_the_user():
    """A view that streams with its context sees the user after the headers have gone."""
    visitor = Visitor(shop())
    async with authenticated_client(visitor.client):
        assert await visitor.text("/stream") == "Hello, alice"


async def test_a_store_that_is_down_stops_those_pages_that_need_it():
    """With the store down, a page that looks at the user is answered 503, others as always; then all is as before."""
    store = Broken()
    visitor = Visitor(shop(store=store))
    async with authenticated_client(visitor.client):
        store.down = True
        assert [(await visitor.get(path)).status_code for path in ("/profile", "/", "/public")] == [503, 503, 200]
        store.down = False
        assert (await visitor.get("/profile")).status_code == 200


@pytest.mark.parametrize("name", ["LOGTO_LOGIN_DISABLED", "LOGIN_DISABLED"])
async def test_guards_can_be_switched_off_for_tests(name):
    """Either setting lets everybody pass."""
    assert await Visitor(shop(**{name: True})).text("/admin") == "for admins"


async def test_what_cannot_work_is_refused_at_the_start():
    """A secret that is too short is an error that names the setting and the command that makes a better one."""
    with pytest.raises(ConfigurationError, match=r"SECRET_KEY.*secrets\.token_urlsafe"):
        shop(SECRET_KEY="dev")


def test_quart_logto_check(server):
    """`quart logto check` names the issuer that answered."""
    result = shop(server).test_cli_runner().invoke(args=["logto", "check"])

    assert (f"{server.issuer} answers." in result.output, result.exit_code) == (True, 0)
