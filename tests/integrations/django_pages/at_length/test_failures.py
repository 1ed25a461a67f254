"""What users see when something is down, breaks, or is not theirs; and that no token is lost over it."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import override_settings
from django.urls import clear_script_prefix, set_script_prefix

from logto import NotAuthenticatedError, StorageError
from logto.sessions import MemoryStore
from logto.testing.django import sign_in_as
from tests.integrations.django_pages.visitor import PROGRAM

LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"
TEMPLATE_403 = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"403.html": "our own: {{ exception }}"})]},
    }
]


class FailingStore(MemoryStore):
    """A store that cannot be asked, once it `fails`."""

    fails = False

    def load(self, key):
        """Fails."""
        if self.fails:
            raise StorageError("The store is down.", code="storage.failed")
        return super().load(key)

    async def aload(self, key):
        """Fails."""
        return self.load(key)


class Taking:
    """The application's own middleware, which answers errors of ours itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        """Its own way to the sign-in."""
        return HttpResponse("own", status=401) if isinstance(error, NotAuthenticatedError) else None


class Quiet(Taking):
    """A middleware that knows no asynchronous code."""

    process_exception = None


def test_a_logto_that_is_down_is_a_503(visitor, logto):
    """Nobody can sign in, nor get a token: a page says so, with a time to wait; sessions and other pages go on."""
    visitor.sign_in()
    with logto.faults.fail("/oidc/token", 503):
        for path in ("/token", "/atoken"):
            answer = visitor.get(path)
            assert (answer.status_code, answer["Retry-After"]) == (503, "10")
            assert visitor.get(path, headers=PROGRAM).json()["error"] == "temporarily_unavailable"
    assert visitor.get("/token").status_code == 200


def test_signing_out_works_without_logto(visitor, logto):
    """With Logto down, whoever signs out is out: here, and of Django."""
    visitor.sign_in()
    logto.faults.refuse("/oidc/token/revocation")
    try:
        assert visitor.post("/sign-out").status_code == 303
    finally:
        logto.faults.clear()
    assert visitor.who()["django"] == ""


@pytest.mark.parametrize("middleware", [[], [LOGIN_REQUIRED]])
def test_a_store_that_is_down_is_a_503(visitors, settings_of, middleware):
    """Pages that look at the user say so, also where other middleware looks first; others are not affected; nobody is
    signed out.
    """
    store = FailingStore()
    with settings_of(LOGTO={"SESSION_STORE": store}, MIDDLEWARE=[*settings.MIDDLEWARE, *middleware]):
        for kind in ("wsgi", "asgi"):
            with visitors(kind) as visitor:
                store.fails = False
                sign_in_as(visitor.client, "carol")
                store.fails = True
                assert [visitor.get(path).status_code for path in ("/", "/page", "/members")] == [503, 503, 503]
                assert visitor.get("/quiet").status_code == (503 if middleware else 200)
                store.fails = False
                assert visitor.who()["django"] == "carol"


@pytest.mark.parametrize("store", ["cookie", "django"])
def test_a_view_that_breaks_after_a_refresh_loses_no_token(visitors, settings_of, logto, store):
    """The application's handler500 answers, with the cookies of the refreshed session."""
    logto.rotate_strictly()
    try:
        with settings_of(LOGTO={"SESSION_STORE": store}), visitors() as visitor:
            visitor.sign_in()
            answer = visitor.get("/broken")
            assert (answer.status_code, answer.content) == (500, b"sorry")
            assert visitor.get("/token").status_code == visitor.get("/atoken").status_code == 200
    finally:
        logto.configure(rotateRefreshToken=None, alwaysRotateRefreshToken=None, refreshReuseWindow=None)


def test_a_stream_may_refresh_where_the_store_is_elsewhere(visitors, settings_of):
    """What streams gets its tokens from a session in a store; one in cookies says, before a token is spent, that it is
    too late.
    """
    for store, outcome in (("django", b"eyJ"), ("cookie", StorageError)):
        with settings_of(LOGTO={"SESSION_STORE": store}), visitors("wsgi") as visitor:
            visitor.sign_in()
            answer = visitor.get("/stream")
            if store == "cookie":
                with pytest.raises(outcome, match="answer has begun"):
                    list(answer)
                assert visitor.get("/token").status_code == 200
            else:
                assert list(answer) == [b"first ", outcome]
    with settings_of(), visitors("asgi") as visitor:
        visitor.sign_in()
        assert visitor.get("/astream").parts == [b"first ", b"eyJ"]


def test_the_applications_own_403_is_shown(visitor):
    """With a 403.html, a browser that may not see a page is shown that; a program still gets JSON."""
    sign_in_as(visitor.client, "carol", roles=[])
    assert b"No access" in visitor.get("/bosses").content
    with override_settings(TEMPLATES=TEMPLATE_403):
        answer = visitor.get("/bosses")
        assert (answer.status_code, answer.content.startswith(b"our own: The user does not have")) == (403, True)
        assert visitor.get("/bosses", headers=PROGRAM).json()["error"] == "forbidden"


def test_the_applications_own_middleware_goes_first(visitors, settings_of):
    """An error that the application's middleware answers is the application's."""
    own = f"{__name__}.Taking"
    with settings_of(MIDDLEWARE=[*settings.MIDDLEWARE, own]):
        for kind in ("wsgi", "asgi"):
            with visitors(kind) as visitor:
                answer = visitor.get("/token")
                assert (answer.status_code, answer.content) == (401, b"own")


def test_hints_are_for_developers(visitor):
    """A refused callback says why with DEBUG on, and only that it was refused without."""
    assert b"sign_in_session" not in visitor.get("/callback?state=a&code=b").content
    with override_settings(DEBUG=True):
        assert b"sign_in_session" in visitor.get("/callback?state=a&code=b").content


def test_without_djangos_sessions_logto_is_enough(visitors, settings_of):
    """A project without sessions, users and CSRF protection of Django's signs in and out by `request.logto` alone."""
    ours = ["logto.integrations.django.middleware.LogtoMiddleware"]
    with settings_of(MIDDLEWARE=ours):
        for kind in ("wsgi", "asgi"):
            with visitors(kind) as visitor:
                assert visitor.sign_in("/sign-in?next=/cached")["Location"] == "/cached"
                assert visitor.get("/cached").content.decode() == visitor.logto.users["alice"].id
                assert visitor.get("/amembers").content == b"members"
                assert visitor.post("/sign-out").status_code == 303
                assert visitor.get("/amembers").status_code == 303


def test_a_database_in_transactions(visitors, settings_of):
    """With ATOMIC_REQUESTS, sign-in, pages and sign-out work: the session is opened before the view's transaction."""
    from django.db import connections

    connections["default"].settings_dict["ATOMIC_REQUESTS"] = True
    connections.settings["default"]["ATOMIC_REQUESTS"] = True
    try:
        with settings_of(), visitors() as visitor:
            visitor.sign_in()
            assert visitor.who()["django"] == visitor.logto.users["alice"].id
            assert visitor.get("/members").status_code == 200
            assert visitor.post("/sign-out").status_code == 303
    finally:
        connections["default"].settings_dict["ATOMIC_REQUESTS"] = False
        connections.settings["default"]["ATOMIC_REQUESTS"] = False


@pytest.fixture
def mounted():
    """The prefix that Django's handlers, though not its test client, take from the server."""
    set_script_prefix("/shop")
    yield
    clear_script_prefix()


def test_a_mounted_application(visitors, settings_of, mounted):
    """Under a prefix, the ways to the sign-in, to Logto and back all have it."""
    with settings_of(without=["REDIRECT_URI"]), visitors() as visitor:
        assert visitor.get("/members")["Location"] == "/shop/sign-in?next=/members"
        assert "testserver%2Fshop%2Fcallback" in visitor.get("/sign-in")["Location"]
        sign_in_as(visitor.client, "carol")
        assert "testserver%2Fshop%2F" in visitor.post("/sign-out")["Location"]


def test_the_places_to_go_are_djangos_settings(visitors, settings_of):
    """LOGIN_REDIRECT_URL and LOGOUT_REDIRECT_URL, paths or names of URLs, say where to go; LOGIN_URL where to sign in."""
    with settings_of(LOGIN_REDIRECT_URL="page", LOGOUT_REDIRECT_URL="/quiet"), visitors() as visitor:
        assert visitor.sign_in()["Location"] == "/page"
        assert "post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fquiet" in visitor.post("/sign-out")["Location"]
    with settings_of(LOGOUT_REDIRECT_URL="https://www.example/bye", LOGIN_URL="/quiet"), visitors() as visitor:
        assert visitor.get("/members")["Location"] == "/quiet?next=/members"
        sign_in_as(visitor.client, "carol")
        assert "https%3A%2F%2Fwww.example%2Fbye" in visitor.post("/sign-out")["Location"]
