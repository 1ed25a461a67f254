"""What answers carry: what caches may do, also where something streams or is not there."""

import pytest
from quart import Blueprint, Response, send_file, stream_with_context

from logto.integrations.quart import Logto, current_user, login_required
from logto.sessions import MemoryStore
from logto.testing.quart import authenticated_client
from tests.integrations.quart.shop import Visitor, add_pages, application, varies_by_itself

pytestmark = pytest.mark.anyio


@pytest.fixture
def app():
    """A shop that never asks Logto anything."""
    app = application()
    logto = Logto(app, store=MemoryStore())
    add_pages(app)

    @app.get("/late")
    async def late():
        @stream_with_context
        async def parts():
            yield current_user.sub or "nobody"

        return Response(parts())

    @app.get("/download")
    @login_required
    async def download():
        return await send_file(__file__)

    @app.get("/session")
    async def session():
        return str(logto.session.id_token() is not None)

    files = Blueprint("files", __name__)

    @files.get("/files")
    @login_required
    async def static():
        return "a view that is called as files are"

    app.register_blueprint(files)

    @app.errorhandler(404)
    async def missing(_):
        return f"Nothing here, {current_user.sub or 'stranger'}", 404

    return app


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/public", None),
        ("/", (200, "no-store", "Cookie")),
        ("/late", (200, "no-store", "Cookie")),
        ("/download", (200, "no-store", "Cookie")),
        ("/session", (200, "no-store", "Cookie")),
        ("/files", (200, "no-store", "Cookie")),
        ("/nothing", (404, "no-store", "Cookie")),
        ("/static/nothing.css", (404, None, "Cookie")),
    ],
)
async def test_what_caches_may_do(app, path, expected):
    """What looked at the user, or may look while it streams, varies by cookie, and is not stored where it shows somebody."""
    visitor = Visitor(app)
    async with authenticated_client(visitor.client):
        answer = await visitor.get(path)

    expected = expected or (200, None, await varies_by_itself())
    assert (answer.status_code, answer.headers.get("Cache-Control"), answer.headers.get("Vary")) == expected


async def test_the_page_for_a_missing_file_may_name_the_user(app):
    """No session is opened for static files: where one is missing, the application's own page sees nobody."""
    visitor = Visitor(app)
    async with authenticated_client(visitor.client):
        assert await visitor.text("/static/nothing.css") == "Nothing here, stranger"
        assert await visitor.text("/nothing") == "Nothing here, alice"
