"""How long a session lives, and what its cookie looks like."""

import warnings

import pytest

from logto.errors import ConfigurationError
from logto.sessions.settings import MAX_COOKIE, CookieSettings, Lifetimes

PLAIN = "Path=/; HttpOnly; SameSite=Lax"
SECURE = "Path=/; Secure; HttpOnly; SameSite=Lax"


@pytest.mark.parametrize(
    ("url", "name", "attributes"),
    [
        pytest.param("https://app.example/x", "__Host-logto", SECURE, id="https"),
        pytest.param("https://localhost:3000/", "__Host-logto", SECURE, id="https-on-this-machine"),
        pytest.param("http://localhost:3000/", "logto", PLAIN, id="localhost"),
        pytest.param("http://LOCALHOST/", "logto", PLAIN, id="localhost-in-capitals"),
        pytest.param("http://127.0.0.1:8000/", "logto", PLAIN, id="127.0.0.1"),
        pytest.param("http://[::1]:8000/", "logto", PLAIN, id="ipv6"),
        pytest.param("ws://localhost:3000/socket", "logto", PLAIN, id="web-socket-on-this-machine"),
        pytest.param("wss://app.example/socket", "__Host-logto", SECURE, id="web-socket"),
        pytest.param("http://app.example/", "__Host-logto", SECURE, id="http-beyond-loopback-stays-secure"),
        pytest.param("http://localhost.evil.example/", "__Host-logto", SECURE, id="look-alike"),
        pytest.param("http://localhost@evil.example/", "__Host-logto", SECURE, id="user-name"),
        pytest.param("http://127.0.0.1.evil.example/", "__Host-logto", SECURE, id="look-alike-address"),
        pytest.param("http://[/", "__Host-logto", SECURE, id="malformed-host-header"),
        pytest.param("http://[::1.evil/", "__Host-logto", SECURE, id="malformed-address"),
        pytest.param("", "__Host-logto", SECURE, id="no-url"),
    ],
)
def test_flags_and_prefix(url, name, attributes):
    """`Secure` and `__Host-` everywhere but on plain http to this very machine; no URL is an error."""
    shape = CookieSettings().at(url)

    assert (shape.name, shape.attributes) == (name, attributes)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"path": "/app"}, "logto"),
        ({"domain": "example.com"}, "logto"),
        ({"secure": False}, "logto"),
        ({}, "__Host-logto"),
    ],
    ids=["path", "domain", "not-secure", "default"],
)
def test_the_host_prefix_is_added_only_where_browsers_allow_it(settings, name):
    """`__Host-` asks for `Secure`, the path `/` and no domain: otherwise a browser drops the cookie."""
    shape = CookieSettings(**settings).at("https://app.example/")

    assert shape.name == name
    assert f"Path={settings.get('path', '/')}" in shape.attributes
    assert ("Domain=example.com" in shape.attributes) == ("domain" in settings)


def test_a_deletion_has_the_same_attributes():
    """A browser removes a cookie only by one of the same name, path and domain, and a prefix needs its flags."""
    shape = CookieSettings().at("https://app.example/")

    assert shape.delete() == f"__Host-logto=; Max-Age=0; {SECURE}"
    assert shape.set("v", 60) == f"__Host-logto=v; Max-Age=60; {SECURE}"


def test_strict_is_warned_about():
    """SameSite=Strict would keep the cookie from the redirect back, which the developer is told."""
    with pytest.warns(UserWarning, match="no sign-in can finish") as caught:
        CookieSettings(same_site="Strict")

    assert caught[0].filename == __file__


def test_lax_and_none_are_not_warned_about():
    """The others warn of nothing, and SameSite=None is secure on localhost too, or browsers would drop it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        CookieSettings()
        shape = CookieSettings(same_site="None").at("http://localhost/")

    assert shape.attributes == "Path=/; Secure; HttpOnly; SameSite=None"


@pytest.mark.parametrize(
    "settings",
    [
        {"name": ""},
        {"name": "a b"},
        {"name": "a;b"},
        {"name": "a.1"},
        {"name": "é"},
        {"name": "n" * 65},
        {"name": "__Host-logto"},
        {"name": "__Secure-logto"},
        {"path": ""},
        {"path": "app"},
        {"path": "/a; Domain=evil"},
        {"path": "/a\r\nSet-Cookie: b=c"},
        {"domain": "a;b"},
        {"domain": "exämple"},
        {"same_site": "lax"},
        {"same_site": "None", "secure": False},
    ],
    ids=str,
)
def test_what_no_browser_would_take_is_refused(settings):
    """A name, path, domain or flag that would make a browser drop or misread the cookie is a configuration error."""
    with pytest.raises(ConfigurationError) as caught:
        CookieSettings(**settings)

    assert caught.value.code == "configuration.cookie"


def test_room_counts_name_and_attributes():
    """Value, name and attributes together make exactly 4,096 bytes at most."""
    shape = CookieSettings().at("https://app.example/")
    room = shape.room("__Host-logto.11", 1_209_600)

    assert len(shape.set("v" * room, 1_209_600, name="__Host-logto.11")) == MAX_COOKIE == 4096


@pytest.mark.parametrize(
    "lifetimes", [{"idle": 0}, {"idle": 10, "absolute": 9}, {"unfinished": 0}, {"idle": -1}], ids=str
)
def test_lifetimes_that_do_not_fit_are_refused(lifetimes):
    """Lifetimes are positive, and idle is not longer than absolute."""
    with pytest.raises(ConfigurationError):
        Lifetimes(**lifetimes)
