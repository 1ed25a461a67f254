"""An application to try: a shop with pages for everybody, for customers and for some of them, and a WebSocket."""

import asyncio
import threading
from urllib.parse import urlsplit

from quart import Quart, Response, render_template_string, stream_with_context, websocket

from logto.integrations.quart import Logto, current_user, login_required
from tests.integrations.flask.shop import API, BASE, JSON, PAGE, settings_of


def application(server=None, **settings):
    """An application without views yet, and without Logto."""
    app = Quart("shop")
    app.config.update(settings_of(server, **settings))
    return app


async def varies_by_itself():
    """What Quart itself, without any Logto, says of a page that looks at nothing: some of its versions vary by cookie."""
    app = application()

    @app.get("/")
    async def page():
        return "for everybody"

    return (await app.test_client().get("/")).headers.get("Vary")


def shop(server=None, *, clock=None, store=None, **settings):
    """The whole application."""
    app = application(server, **settings)
    logto = Logto(app, store=store, **({"clock": clock} if clock else {}))
    add_pages(app)
    add_tokens(app, logto)
    add_websockets(app, logto)
    return app


def add_pages(app):
    """Pages for everybody, and for some."""

    @app.get("/")
    async def home():
        return await render_template_string("Hello, {{ current_user.display_name or 'stranger' }}!")

    @app.get("/public")
    async def public():
        return "for everybody"

    @app.route("/profile", methods=["GET", "POST"])
    @login_required
    async def profile():
        return {"sub": current_user.sub, "thread": threading.get_ident()}

    @app.get("/admin")
    @login_required(roles=["admin"])
    async def admin():
        return "for admins"

    @app.get("/organizations/<organization_id>/settings")
    @login_required(organization_roles="admin")
    async def administrators(organization_id):
        return f"for admins of {organization_id}"

    @app.get("/stream")
    @login_required
    async def stream():
        @stream_with_context
        async def parts():
            yield "Hello, "
            await asyncio.sleep(0)
            yield current_user.sub

        return Response(parts())


def add_tokens(app, logto):
    """Pages that ask Logto, in both colours."""

    @app.get("/info")
    @login_required
    async def info():
        return {"username": (await logto.client.fetch_user_info()).username}

    @app.get("/plain")
    @login_required
    def plain():
        return {"username": logto.sync_client.fetch_user_info().username}

    @app.get("/token")
    @login_required
    async def token():
        return {"token": await logto.client.get_access_token(API)}

    @app.get("/token-then-fail")
    @login_required
    async def fail():
        await logto.client.get_access_token(API)
        raise RuntimeError("after the refresh")


def add_websockets(app, logto):
    """A WebSocket for customers, and one for everybody."""

    @app.websocket("/chat")
    @login_required
    async def chat():
        await websocket.send(f"welcome {current_user.sub}")

    @app.websocket("/open")
    async def opened():
        await websocket.send(f"welcome {current_user.sub or 'stranger'}")

    @app.websocket("/ticker")
    @login_required
    async def ticker():
        try:
            await websocket.send(await logto.client.get_access_token(API))
        except Exception as error:  # noqa: BLE001 - which one is what the test asks
            await websocket.send(error.code)


class Visitor:
    """Somebody's browser at an application.

    Args:
        app: The application.
    """

    def __init__(self, app):
        self.client = app.test_client()

    async def get(self, path, **headers):
        """Follows a link, or opens an address."""
        return await self._open(path, "GET", headers)

    async def head(self, path):
        """Asks for the headers of an answer alone."""
        return await self._open(path, "HEAD", {})

    async def post(self, path, form=None, **headers):
        """Sends a form."""
        return await self._open(path, "POST", headers, form=form)

    async def text(self, path, **headers):
        """What a page says."""
        return (await (await self.get(path, **headers)).get_data()).decode()

    async def json(self, path):
        """What a program is told."""
        return await (await self._open(path, "GET", JSON)).get_json()

    async def sign_in(self, server, user="alice", path="/sign-in"):
        """Signs in at Logto, beginning at a route of the application, and returns the callback's answer."""
        return await self.get(await self.callback(server, user, path))

    async def callback(self, server, user="alice", path="/sign-in"):
        """Where Logto sends the browser back to, which is not opened yet."""
        location = (await self.get(path)).location
        return (await asyncio.to_thread(server.sign_in, location, user)).removeprefix(BASE)

    async def hears(self, path, **headers):
        """What a WebSocket sends first."""
        async with self.client.websocket(
            path, headers=_named({"Host": urlsplit(BASE).netloc, **headers})
        ) as connection:
            return await connection.receive()

    @property
    def cookies(self):
        """The names of the browser's cookies."""
        return sorted(cookie.name for cookie in self.client.cookie_jar)

    def twin(self):
        """The same browser at the same moment, for a request that does not wait for another's answer."""
        twin = Visitor(self.client.app)
        for cookie in self.client.cookie_jar:
            twin.client.cookie_jar.set_cookie(cookie)
        return twin

    async def _open(self, path, method, headers, **more):
        named = _named({**PAGE, "Host": urlsplit(BASE).netloc, **headers})
        return await self.client.open(path, method=method, headers=named, **more)


def _named(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}
