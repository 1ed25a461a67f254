"""The style sheet and the pictures."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from logto.server.pages import static


@pytest.fixture
def client():
    """A browser without opinions, before an application of static files only."""
    return TestClient(Starlette(routes=static.routes))


@pytest.mark.parametrize(("asset", "media_type"), [("pages.css", "text/css"), ("logo.svg", "image/svg+xml")])
def test_assets_may_be_kept_for_good(client, asset, media_type):
    """An asset is served under its hashed name, with its type, to be cached without asking again."""
    response = client.get(static.url(asset))

    assert response.status_code == 200
    assert response.headers["content-type"].startswith(media_type)
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "pages.css",
        "pages.000000000000.css",
        "",
        "../views.py",
        "%2e%2e/views.py",
        "..%2fviews.py",
        "..%5cviews.py",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "pages.css%00",
        ".",
    ],
)
def test_nothing_else_is_served(client, path):
    """Every other name, and every way out of the folder, is not found."""
    assert client.get(f"{static.PREFIX}/{path}").status_code == 404


def test_static_files_are_only_read(client):
    """An asset cannot be written to."""
    assert client.post(static.url("pages.css")).status_code == 405


def test_unknown_asset():
    """A template that names an asset which does not exist fails loudly."""
    with pytest.raises(KeyError):
        static.url("nope.css")
