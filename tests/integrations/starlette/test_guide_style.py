"""The guide's own style keeps working beside the integration: a client in a module, and a `Storage` written by hand."""

from contextvars import ContextVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Mount, Route

from logto import LogtoClient, Storage
from tests.integrations.starlette.shop import BASE, Shop, sign_in

current = ContextVar("current")


class SessionStorage(Storage):
    """The guide's storage, over Starlette's session."""

    def get(self, key):
        """The string under a key."""
        return current.get().get(key)

    def set(self, key, value):
        """Stores a string."""
        current.get()[key] = value

    def delete(self, key):
        """Forgets it."""
        current.get().pop(key, None)


def guide(server):
    """An application as the guide's reader writes it."""
    client = LogtoClient(server.config(), storage=SessionStorage())

    async def begin(request):
        current.set(request.session)
        return RedirectResponse(await client.signIn(redirectUri=f"{BASE}/guide/callback"))

    async def finish(request):
        current.set(request.session)
        await client.handleSignInCallback(str(request.url))
        return RedirectResponse("/guide/")

    async def home(request):
        current.set(request.session)
        return PlainTextResponse((await client.getIdTokenClaims()).username if client.isAuthenticated() else "nobody")

    routes = [Route("/", home), Route("/begin", begin), Route("/callback", finish)]
    return Starlette(routes=routes, middleware=[Middleware(SessionMiddleware, secret_key="k" * 32)])


def test_the_guides_style_works_beside_the_integration(server):
    """Each has its own session: alice is signed in with one, bob with the other."""
    shop = Shop(server)
    shop.app.router.routes.append(Mount("/guide", guide(server)))
    server.configure(redirectUris=[f"{BASE}/callback", f"{BASE}/guide/callback"])
    with shop.visitor() as visitor:
        sign_in(visitor, server, "alice")
        assert visitor.get("/guide/").text == "nobody"
        visitor.get(server.sign_in(visitor.get("/guide/begin").headers["location"], "bob"))
        assert (visitor.get("/guide/").text, visitor.get("/").text) == ("bob", "Hello alice")
    server.configure(redirectUris=None)
