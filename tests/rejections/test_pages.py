"""Sign-in pages in front of local Logto: what must be refused there, and what must go well."""

from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from logto import LogtoPages, LogtoSyncPages, PageRequest, PageSettings
from logto.client.page_refusals import refusal
from logto.errors import LogtoException
from logto.server.serve import LocalLogto
from logto.server.store import users
from logto.sessions import CookieStore, MemoryStore
from logto.testing import Browser, LogtoServer
from tests.protocol.test_return_to import LEAVE, STAY
from tests.sessions.visits import KEY, Jar, done

SITE = "http://localhost:3000"
COLOURS = {"blocking": LogtoSyncPages, "awaiting": LogtoPages}
SCOPES = ["roles", "email", "urn:logto:scope:organizations", "urn:logto:scope:organization_roles"]


@pytest.fixture(scope="module")
def server():
    """Local Logto, for all of this file's tests."""
    with LocalLogto() as local:
        yield LogtoServer(local)


class Application:
    """An application in front of local Logto, in one colour."""

    def __init__(self, server, colour, store):
        self.server = server
        self.pages = COLOURS[colour](
            server.config(scopes=SCOPES), store, PageSettings(redirect_uri=f"{SITE}/callback"), clock=server.clock.now
        )

    def visit(self, jar, route, path, method="GET", **headers):
        """A whole request; its answer, also where it is a refusal."""
        asked = PageRequest(method, SITE + path, {"accept": "text/html", **headers})
        session = done(self.pages.open(dict(jar), asked.url))
        try:
            answer = done(getattr(self.pages, route)(session, asked))
        except LogtoException as error:
            answer = refusal(error, asked)
        jar.take(done(self.pages.close(session)))
        return answer

    def sign_in(self, jar, browser, user="alice", query=""):
        """A whole sign-in; the last answer."""
        url = self.visit(jar, "sign_in", f"/sign-in{query}").location
        callback = self.server.sign_in(url, user, browser=browser)
        return self.visit(jar, "callback", callback.removeprefix(SITE))

    def user(self, jar):
        """Whoever a page sees."""
        session = done(self.pages.open(dict(jar), SITE))
        jar.take(done(self.pages.close(session)))
        return self.pages.user(session)


@pytest.fixture(params=list(COLOURS))
def application(server, request):
    """The application, with sessions in memory."""
    return Application(server, request.param, MemoryStore(clock=server.clock.now))


@pytest.fixture
def browser():
    """The user's browser, as Logto sees it."""
    with Browser() as opened:
        yield opened


def test_a_visit_from_sign_in_to_sign_out(application, browser):
    """Sign-in with a way back, a page, sign-out by POST at both places, and another user afterwards."""
    jar = Jar()
    assert application.sign_in(jar, browser, query="?next=/orders").location == "/orders"
    user = application.user(jar)
    assert user.display_name == "Alice Liddell"
    assert user.roles == {"shopper"}
    assert user.organization_roles(application.server.organizations["Acme"]) == {"admin"}

    away = application.visit(jar, "sign_out", "/sign-out", "POST", **{"sec-fetch-site": "same-origin"}).location
    assert browser.follow(away) == f"{SITE}/"
    assert jar == {}
    application.sign_in(jar, browser, "bob")
    assert application.user(jar).display_name == "bob"


def test_no_return_to_vector_leaves_the_application(application, browser):
    """All the way through Logto and back, each vector ends on the start page, and each honest path where it leads."""
    jar = Jar()
    application.sign_in(jar, browser)  # from now on Logto does not ask
    for value in [*LEAVE[::3], *STAY[::3]]:
        query = f"?next={quote(value, safe='', errors='surrogatepass')}"
        landed = application.sign_in(jar, browser, query=query).location
        assert landed == (value if value in STAY else "/"), value


def test_a_user_who_was_suspended_is_out_when_the_token_is_over(application, browser):
    """An hour after the sign-in, a user who was suspended is out, and the browser's cookie is gone."""
    jar = Jar()
    application.sign_in(jar, browser, "bob")
    bob = application.server.users["bob"].id
    with application.server.local.world.transaction() as db:
        users.suspend(db, bob)
        users.unsuspend(db, bob)  # for the tests that come; what was issued before is dead all the same

    assert application.user(jar).sub == bob  # for as long as the ID token lives
    application.server.clock.advance(3700)
    assert not application.user(jar)
    assert jar == {}


def test_with_logto_down_users_stay_and_sign_ins_wait(application, browser):
    """Whoever is signed in stays so past the hour; who wants to sign in is told to come again; sign-out works."""
    jar, fresh = Jar(), Jar()
    application.sign_in(jar, browser)
    application.server.clock.advance(3700)
    stranger = Application(application.server, "blocking", CookieStore(KEY))  # a process that knows nothing yet
    with application.server.faults.refuse("*"):
        assert application.user(jar).display_name == "Alice Liddell"
        refused = stranger.visit(fresh, "sign_in", "/sign-in")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "10")
        assert application.visit(jar, "sign_out", "/sign-out", "POST").status == 303

    assert not application.user(jar)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "forged"},
        {"state": None},
        {"code": None},
        {"iss": "https://evil.example/oidc"},
        {"error": "access_denied", "code": None, "state": "forged"},
    ],
    ids=str,
)
def test_a_forged_callback_neither_signs_in_nor_spoils_the_sign_in(application, browser, change):
    """It is a page with status 400, and the right callback works after it."""
    jar = Jar()
    url = application.visit(jar, "sign_in", "/sign-in").location
    callback = application.server.sign_in(url, browser=browser)
    query = {name: value for name, [value] in parse_qs(urlsplit(callback).query).items()}
    forged = {name: value for name, value in {**query, **change}.items() if value is not None}

    assert application.visit(jar, "callback", f"/callback?{urlencode(forged)}").status == 400
    assert not application.user(jar)
    assert application.visit(jar, "callback", callback.removeprefix(SITE)).status == 303
    assert application.user(jar)


def test_login_csrf_the_callback_of_somebody_else_signs_nobody_in(application, browser):
    """An attacker's own callback, opened in the victim's browser, is refused, with the victim's session as it was."""
    attacker, victim = Jar(), Jar()
    url = application.visit(attacker, "sign_in", "/sign-in").location
    theirs = application.server.sign_in(url, "bob").removeprefix(SITE)
    application.sign_in(victim, browser)

    assert application.visit(victim, "callback", theirs).status == 400
    assert application.user(victim).display_name == "Alice Liddell"


def test_an_error_of_logto_s_cannot_write_the_page(application):
    """With the right state, an error's words are still no markup, and are not shown at all."""
    jar = Jar()
    url = application.visit(jar, "sign_in", "/sign-in").location
    [state] = parse_qs(urlsplit(url).query)["state"]
    words = {"error": "<img src=x>", "error_description": "<script>alert(1)</script>", "iss": application.server.issuer}
    answer = application.visit(jar, "callback", f"/callback?{urlencode({'state': state, **words})}")

    assert answer.status == 403
    assert "<img" not in answer.body
    assert "script" not in answer.body


def test_the_session_id_is_another_after_sign_in(application, browser):
    """A cookie that was fixed before sign-in is nobody's afterwards."""
    jar = Jar()
    url = application.visit(jar, "sign_in", "/sign-in").location
    fixed = jar.copy()
    application.visit(jar, "callback", application.server.sign_in(url, browser=browser).removeprefix(SITE))

    assert fixed != jar
    assert not application.user(fixed)
    assert application.user(jar)


def test_a_visit_leaves_no_secret_in_the_log(application, browser, caplog):
    """Sign-in, a forged callback and sign-out at DEBUG: no code, state, token or cookie."""
    caplog.set_level("DEBUG", "logto")
    jar = Jar()
    url = application.visit(jar, "sign_in", "/sign-in").location
    callback = application.server.sign_in(url, browser=browser)
    application.visit(jar, "callback", "/callback?code=c0de-forged&state=st4te-forged")
    application.visit(jar, "callback", callback.removeprefix(SITE))
    secrets = [
        value for values in parse_qs(urlsplit(callback).query).values() for value in values if "://" not in value
    ]
    secrets += [*jar.values(), "c0de-forged", "st4te-forged"]
    application.visit(jar, "sign_out", "/sign-out", "POST")

    assert len(secrets) >= 5
    assert not [secret for secret in secrets if secret in caplog.text]
