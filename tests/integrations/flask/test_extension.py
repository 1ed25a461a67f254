"""`Logto(app)`: settings, start-up checks, several applications."""

import logging

import pytest
from flask import Flask

from logto import LogtoConfig
from logto.errors import ConfigurationError
from logto.integrations.flask import Logto, current_user
from logto.sessions import CookieStore, MemoryStore
from tests.integrations.flask.shop import KEY, Visitor, add_pages, application, settings_of, shop


def test_one_object_serves_several_applications():
    """An extension object given to two applications keeps their settings, routes and sessions apart."""
    logto = Logto()
    first, second = application(), application(LOGTO_APP_ID="other", LOGTO_URL_PREFIX="/auth", LOGTO_REDIRECT_URI=None)
    for app in (first, second):
        logto.init_app(app)
        app.add_url_rule("/", "page", lambda: current_user.display_name or "nobody")
    visitor, other = Visitor(first, user="alice"), Visitor(second)
    other.client._cookies.update(visitor.client._cookies)  # noqa: SLF001 - two applications on one host: one jar

    assert (visitor.get("/").text, other.get("/").text) == ("alice", "nobody")
    assert [app.extensions["logto"].pages.config.app_id for app in (first, second)] == ["shop", "other"]
    assert [client.get("/auth/sign-out").status_code for client in (visitor, other)] == [404, 405]


def test_an_application_takes_one(monkeypatch):
    """A second Logto for the same application is refused, and so is asking for one that is not there."""
    app = shop()
    with pytest.raises(ConfigurationError, match="has a Logto already"):
        Logto(app)


def test_settings_come_from_the_environment_too(monkeypatch):
    """What `app.config` does not have comes from the environment; what it has is taken first."""
    app = Flask("shop")
    app.secret_key = KEY
    for name, value in settings_of(LOGTO_APP_ID="from the environment").items():
        if name.startswith("LOGTO_"):
            monkeypatch.setenv(name, value)
    app.config["LOGTO_APP_SECRET"] = "from app.config"
    Logto(app)
    config = app.extensions["logto"].pages.config

    assert (config.app_id, config.app_secret) == ("from the environment", "from app.config")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SECRET_KEY": None}, ["SECRET_KEY", "python -c", "secrets.token_urlsafe(32)"]),
        ({"SECRET_KEY": "dev"}, ["SECRET_KEY", "shorter than 32 bytes", "secrets.token_urlsafe(32)"]),
        ({"LOGTO_ENDPOINT": None}, ["endpoint", "LOGTO_ENDPOINT"]),
        ({"LOGTO_APPID": "shop"}, ["LOGTO_APPID", "LOGTO_APP_ID"]),
        ({"LOGTO_REDIRECT_URI": "http://shop.example/callback"}, ["plain http"]),
        ({"LOGTO_REDIRECT_URI": "https://shop.example/elsewhere"}, ["/elsewhere", "/callback"]),
        ({"LOGTO_COOKIE_SAMESITE": "lax"}, ["Lax, Strict or None"]),
        ({"LOGTO_SIGN_IN_PATH": "sign-in"}, ["sign_in_path"]),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(settings, said):
    """A missing, short, misspelt or unsafe setting is an error that names it, before the first request."""
    with pytest.raises(ConfigurationError) as refused:
        shop(**settings)

    assert all(text in str(refused.value) for text in said)
    assert KEY not in repr(refused.value)


def test_what_is_unsafe_is_logged(caplog):
    """Sessions in memory and a cookie that scripts can read are warned about, in production only for what matters there."""
    with caplog.at_level(logging.WARNING, "logto"):
        shop(store=MemoryStore(), LOGTO_COOKIE_HTTPONLY=False)
    assert {"logto.W005", "logto.W007"} <= {message[1:11] for message in caplog.messages}
    caplog.clear()
    shop(store=MemoryStore(), TESTING=True)

    assert caplog.messages == []


def test_former_secret_keys_still_open_sessions():
    """After SECRET_KEY was exchanged, sessions under one of SECRET_KEY_FALLBACKS live on; without it they are over."""
    visitor = Visitor(shop(), user="alice")
    new = "the second key of thirty-two bytes"
    later, too_late = shop(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[KEY]), shop(SECRET_KEY=new)
    answers = []
    for app in (later, too_late):
        other = Visitor(app)
        other.client._cookies.update(visitor.client._cookies)  # noqa: SLF001 - the same browser
        answers.append(other.get("/profile"))

    assert [answer.status_code for answer in answers] == [200, 303]
    assert answers[0].headers["Set-Cookie"].startswith("logto=")


def test_everything_can_be_given_in_code():
    """`config`, `store`, `url_prefix` and `clock` given in code need no settings and no secret."""
    app = Flask("shop")
    store = CookieStore(KEY)
    config = LogtoConfig(endpoint="https://logto.example", app_id="shop", app_secret="secret")
    logto = Logto(app, config=config, store=store, url_prefix="/auth/", clock=lambda: 1.0)
    with app.test_request_context():
        assert (logto.pages.store, logto.pages.settings.url_prefix) == (store, "/auth")

    assert "/auth/sign-in" in {rule.rule for rule in app.url_map.iter_rules()}


def test_the_paths_can_be_set():
    """Routes are where the settings say, and `url_for` knows them by the endpoints' names."""
    app = shop(LOGTO_SIGN_IN_PATH="/in", LOGTO_SIGN_OUT_PATH="/out", LOGTO_BACK_CHANNEL_LOGOUT_PATH="/over")
    names = ("sign_in", "sign_up", "callback", "sign_out", "backchannel_logout")
    with app.test_request_context():
        paths = [app.url_for(f"logto.{name}") for name in names]

    assert paths == ["/in", "/sign-up", "/callback", "/out", "/over"]


def test_the_cookie_is_as_the_settings_say(server):
    """LOGTO_COOKIE_* decide the cookie's name and attributes."""
    app = shop(server, LOGTO_COOKIE_NAME="who", LOGTO_COOKIE_PATH="/app", LOGTO_COOKIE_DOMAIN="localhost")
    cookie = Visitor(app).get("/sign-in").headers["Set-Cookie"]

    assert cookie.startswith("who=")
    assert cookie.endswith("; Path=/app; Domain=localhost; HttpOnly; SameSite=Lax")


def test_pages_need_no_session_of_flask(server):
    """Without a secret key, and so without Flask's session, users sign in all the same."""
    app = application(server, SECRET_KEY=None)
    add_pages(app, Logto(app, store=CookieStore(KEY)))
    visitor = Visitor(app)
    visitor.sign_in(server)

    assert visitor.get("/profile").status_code == 200
    assert visitor.cookies == ["logto"]
