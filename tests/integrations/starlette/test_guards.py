"""`login_required` and `requires`: who may call which endpoint."""

import pytest
from starlette.applications import Starlette
from starlette.authentication import requires as starlettes_requires
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from logto.errors import ConfigurationError
from logto.integrations.starlette import LogtoBackend, LogtoMiddleware, login_required, requires
from logto.testing.pages import sign_in_as
from tests.integrations.starlette.shop import BASE, JSON, Shop, home

ACME = {"organizations": ["acme", "beta"], "organization_roles": ["acme:admin", "beta:member"]}


@pytest.fixture
def as_alice(shop, visitor):
    """Signs the visitor in with the claims of an admin of acme."""
    visitor.cookies.update(sign_in_as(shop.logto.pages, "alice", url=BASE, roles=["shopper"], name="Alice", **ACME))
    return visitor


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/shoppers", 200),
        ("GET", "/organizations/acme", 200),
        ("GET", "/organizations/beta", 200),
        ("GET", "/organizations/gamma", 403),
        ("GET", "/organizations/ac", 403),
        ("POST", "/organizations/acme", 200),
        ("POST", "/organizations/beta", 403),
        ("GET", "/organizations/acme/settings", 200),
        ("GET", "/organizations/beta/settings", 403),
        ("GET", "/organizations/gamma/settings", 403),
        ("GET", "/nowhere", 403),
    ],
)
def test_who_may_what(as_alice, method, path, status):
    """Roles, membership and the organization's roles decide, for functions, methods and classes."""
    assert as_alice.request(method, path).status_code == status


@pytest.mark.parametrize("path", ["/profile", "/shoppers", "/organizations/acme", "/organizations/acme/settings"])
def test_nobody_is_sent_to_sign_in_first(visitor, path):
    """Whatever the guard demands, whoever is not signed in is asked to be."""
    assert visitor.get(path).headers["location"] == f"/sign-in?next={path}"
    assert visitor.get(path, headers=JSON).status_code == 401


def test_programs_are_told_that_they_may_not(as_alice):
    """403 and JSON, without a word about what would be needed."""
    answer = as_alice.get("/organizations/gamma", headers=JSON)

    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    assert "gamma" not in answer.text


def test_a_claim_that_was_never_asked_for_is_the_developers_mistake(server):
    """A role that no ID token can have is a 500 with an explanation in the log, not a 403 for ever."""
    shop = Shop(server, scopes=["email"])
    with shop.visitor(cookies=sign_in_as(shop.logto.pages, url=BASE)) as visitor:
        assert visitor.get("/shoppers").status_code == 500


def test_whoever_has_no_roles_is_forbidden(shop, visitor):
    """Where roles are asked for, a user without any is refused as one who lacks this one."""
    visitor.cookies.update(sign_in_as(shop.logto.pages, url=BASE))
    assert visitor.get("/shoppers").status_code == 403


@pytest.mark.parametrize(
    "make",
    [
        lambda: requires(roles=[]),
        lambda: requires(roles=""),
        lambda: login_required(type("Page", (), {})),
    ],
)
def test_a_guard_that_cannot_be_is_refused_when_it_is_made(make):
    """An empty demand, or a class that is no endpoint."""
    with pytest.raises(ConfigurationError):
        make()


@pytest.mark.parametrize("given", ["admin", ["admin"]])
def test_a_role_without_a_keyword_is_refused_where_it_is_written(given):
    """`requires("admin")`, as Starlette's own is written, says how it is written here."""
    with pytest.raises(ConfigurationError, match='login_required\\(roles="admin"\\)'):
        requires(given)


@pytest.mark.anyio
async def test_a_guarded_endpoint_without_its_request_says_so():
    """An endpoint to which nobody hands the request can be guarded by nothing."""

    @login_required
    async def page():
        return "secret"

    with pytest.raises(ConfigurationError, match="must take the request"):
        await page()


def test_guards_leave_names_and_documentation():
    """A guarded function or class is called as before, so that routes and schemas are."""

    @login_required
    def page(request):
        """Says something."""

    assert (page.__name__, page.__doc__) == ("page", "Says something.")


@starlettes_requires("authenticated", redirect="sign_in")
async def starlettes_page(request):
    """Guarded by Starlette's own decorator."""
    return PlainTextResponse(",".join(request.auth.scopes))


@starlettes_requires(["role:shopper", "organization:acme:admin"])
async def starlettes_admin(request):
    """Guarded by scopes."""
    return PlainTextResponse("admin")


def test_starlettes_own_requires_works(server):
    """`@requires("authenticated", redirect="sign_in")` leads to our route and back; scopes name roles and organizations."""
    shop = Shop(server)
    shop.app.router.routes += [Route("/own", starlettes_page), Route("/own-admin", starlettes_admin)]
    with shop.visitor() as visitor:
        assert visitor.get("/own").headers["location"].startswith(f"{BASE}/sign-in?next=")
        assert visitor.get("/own-admin").status_code == 403
        visitor.cookies.update(sign_in_as(shop.logto.pages, url=BASE, roles=["shopper"], **ACME))
        assert visitor.get("/own").text == (
            "authenticated,role:shopper,organization:acme,organization:acme:admin,organization:beta,"
            "organization:beta:member"
        )
        assert visitor.get("/own-admin").text == "admin"
        assert visitor.get("/own").headers["cache-control"] == "no-store"


def test_starlettes_own_authentication_middleware_works(server):
    """`LogtoBackend` tells it who is signed in; nobody is its own nobody."""
    shop = Shop(server)
    app = Starlette(
        routes=[Route("/", home), Route("/own", starlettes_page), *shop.logto.routes],
        middleware=[
            Middleware(LogtoMiddleware, logto=shop.logto),
            Middleware(AuthenticationMiddleware, backend=LogtoBackend(shop.logto)),
        ],
    )
    shop.app = app
    with shop.visitor() as visitor:
        assert visitor.get("/").text == "Not signed in"
        visitor.cookies.update(sign_in_as(shop.logto.pages, url=BASE, username="alice"))
        assert visitor.get("/").text == "Hello alice"
        assert visitor.get("/own").text == "authenticated"
