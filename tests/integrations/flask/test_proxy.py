"""The application's own address: behind proxies, below a path, and under hosts that somebody made up."""

from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.middleware.proxy_fix import ProxyFix

from tests.integrations.flask.shop import Visitor, shop

FORWARDED = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "shop.example", "X_Forwarded_Prefix": "/app"}


def redirect_uri_of(answer):
    """What Logto is told of where to send the browser back."""
    return parse_qs(urlsplit(answer.location).query)["redirect_uri"]


def test_a_trusted_proxy_tells_the_address(server):
    """With ProxyFix and LOGTO_ALLOWED_HOSTS, the redirect URI is the browser's address, and the cookie is for https."""
    app = shop(server, LOGTO_REDIRECT_URI=None, LOGTO_ALLOWED_HOSTS="shop.example")
    app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1, x_prefix=1)
    answer = Visitor(app).get("/sign-in", **FORWARDED)

    assert redirect_uri_of(answer) == ["https://shop.example/app/callback"]
    assert answer.headers["Set-Cookie"].startswith("__Host-logto=")
    assert "; Secure; HttpOnly; SameSite=Lax" in answer.headers["Set-Cookie"]


def test_headers_of_nobody_in_particular_tell_nothing(server):
    """Without ProxyFix, X-Forwarded headers change nothing."""
    answer = Visitor(shop(server, LOGTO_REDIRECT_URI=None)).get("/sign-in", **FORWARDED)

    assert redirect_uri_of(answer) == ["http://localhost:3000/callback"]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "[", "127.0.0.1.evil"]
)
def test_a_host_that_somebody_made_up_is_refused(server, host):
    """A sign-in under a host that no setting names is answered 400, and Logto is not told of it."""
    answer = Visitor(shop(server, LOGTO_REDIRECT_URI=None)).get("/sign-in", Host=host)

    assert answer.status_code == 400
    assert answer.location is None


def test_the_redirect_uri_decides_whatever_the_host_says(server):
    """With LOGTO_REDIRECT_URI set, a made-up Host changes neither the redirect URI nor the cookie."""
    app = shop(server, LOGTO_REDIRECT_URI="https://shop.example/callback")
    answer = Visitor(app).get("/sign-in", Host="evil.example")

    assert redirect_uri_of(answer) == ["https://shop.example/callback"]
    assert answer.headers["Set-Cookie"].startswith("__Host-logto=")


def test_trusted_hosts_of_flask_are_enough(server):
    """TRUSTED_HOSTS lets Flask refuse every other host, and Logto know its own."""
    app = shop(server, LOGTO_REDIRECT_URI=None, TRUSTED_HOSTS=["shop.example", "localhost"])
    visitor = Visitor(app, base="https://shop.example")

    assert redirect_uri_of(visitor.get("/sign-in")) == ["https://shop.example/callback"]
    assert visitor.get("/sign-in", Host="evil.example").status_code == 400


def test_below_a_path(server):
    """Below APPLICATION_ROOT and the server's SCRIPT_NAME, every way leads below it, too."""
    app = shop(server, LOGTO_REDIRECT_URI="http://localhost:3000/app/callback", APPLICATION_ROOT="/app")
    visitor = Visitor(app, base="http://localhost:3000/app")
    assert visitor.get("/profile").location == "/app/sign-in?next=/app/profile"

    assert redirect_uri_of(visitor.get("/sign-in")) == ["http://localhost:3000/app/callback"]
    assert app.extensions["logto"].pages.settings.after_sign_in == "/app/"


def test_two_applications_on_one_host_know_nothing_of_each_other(server):
    """With one jar of cookies, a user of the one application is nobody in the other, and stays one in the first."""
    first, second = shop(server, LOGTO_COOKIE_NAME="one"), shop(server, LOGTO_COOKIE_NAME="two")
    visitor, other = Visitor(first), Visitor(second)
    visitor.sign_in(server)
    other.client._cookies = visitor.client._cookies  # noqa: SLF001 - one browser

    assert (other.get("/profile").status_code, visitor.get("/profile").status_code) == (303, 200)
    other.sign_in(server, "bob")
    assert visitor.get("/profile").json["sub"] == server.users["alice"].id
