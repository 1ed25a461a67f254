"""Sign-in pages' settings, what a browser asks of them, and what it is answered."""

import pytest

from logto.errors import ConfigurationError
from logto.models.pages import PageAnswer, PageRequest, PageSettings

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
PATHS = ["sign_in_path", "sign_up_path", "callback_path", "sign_out_path", "back_channel_logout_path"]


def asks(url="http://localhost/page", method="GET", **headers):
    """A browser's request."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return PageRequest(method, url, {"accept": CHROMIUM, **named})


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize(
    "value",
    ["", "sign-in", "//evil.example", "https://x/y", "/a b", "/a?b", "/a#b", "/\\a", "/%2f", "/é", "/\n", "/<x>", None],
)
def test_a_route_s_path_is_a_path(name, value):
    """Anything but a plain local path is refused when the settings are made; the message names the setting."""
    with pytest.raises(ConfigurationError) as caught:
        PageSettings(**{name: value})

    assert caught.value.code == "configuration.path"
    assert name in caught.value.message


@pytest.mark.parametrize("value", ["auth", "/auth/", "//auth", "/", "/a b", "https://x"])
def test_a_prefix_begins_with_a_slash_and_does_not_end_with_one(value):
    """Otherwise the routes' paths would have two slashes, or none."""
    with pytest.raises(ConfigurationError) as caught:
        PageSettings(url_prefix=value)

    assert caught.value.code == "configuration.path"


def test_usual_paths_are_taken():
    """The defaults, nested paths and route parameters' characters pass."""
    assert PageSettings() == PageSettings(sign_in_path="/sign-in", callback_path="/callback")
    assert PageSettings(url_prefix="/auth/v1", callback_path="/login/callback~1.html").url_prefix == "/auth/v1"


@pytest.mark.parametrize(
    ("headers", "page"),
    [
        ({}, True),
        ({"accept": "application/xhtml+xml"}, True),
        ({"accept": "TEXT/HTML ; q=0.9"}, True),
        ({"accept": "text/html, application/json"}, True),
        ({"accept": "application/json, text/html"}, False),
        ({"accept": "application/json"}, False),
        ({"accept": "*/*"}, False),
        ({"accept": ""}, False),
        ({"accept": "text/htmlx"}, False),
        ({"accept": "a," * 5000 + "text/html"}, False),
        ({"x_requested_with": "XMLHttpRequest"}, False),
        ({"sec_fetch_mode": "navigate"}, True),
        ({"sec_fetch_mode": "nested-navigate"}, True),
        ({"sec_fetch_mode": "cors"}, False),
        ({"sec_fetch_mode": "same-origin"}, False),
        ({"sec_fetch_mode": "no-cors"}, False),
        ({"sec_fetch_mode": "websocket"}, False),
    ],
)
def test_a_person_gets_a_page_and_a_program_data(headers, page):
    """By Accept, Fetch Metadata and the header of old libraries; on doubt it is a program, which follows no redirect."""
    assert asks(**headers).wants_page is page


def test_a_request_without_headers_is_a_program_s():
    """Curl and health checks want no page."""
    assert PageRequest("GET", "http://localhost/", {}).wants_page is False


@pytest.mark.parametrize(
    ("url", "origin", "target", "query"),
    [
        ("https://app.example/a?x=1&y=%20#z", "https://app.example", "/a?x=1&y=%20", "x=1&y=%20"),
        ("http://localhost:3000", "http://localhost:3000", "/", ""),
        ("https://app.example/a?", "https://app.example", "/a", ""),
        ("https://app.example/a?b?c", "https://app.example", "/a?b?c", "b?c"),
        ("http://[::1]:3000/a", "http://[::1]:3000", "/a", ""),
        ("http://[/a", "://", "/", ""),
        ("", "://", "/", ""),
    ],
)
def test_a_url_is_taken_apart(url, origin, target, query):
    """Origin, target and query as they came; what is no URL, such as a forged Host makes it, is empty and no crash."""
    request = asks(url)

    assert (request.origin, request.target, request.query) == (origin, target, query)


def test_neither_request_nor_answer_tells_more_than_it_should():
    """A repr, as it lands in logs, holds no code, state, cookie or page."""
    request = asks("https://app.example/callback?code=c0de&state=st4te", cookie="s3cr3t")
    answer = PageAnswer(200, {"Content-Type": "text/html"}, "alice@example.com")

    assert not [secret for secret in ("c0de", "st4te", "s3cr3t") if secret in repr(request)]
    assert "alice" not in repr(answer)


def test_an_answer_knows_where_it_leads():
    """`location` is the header's, and None where there is none."""
    assert PageAnswer(303, {"Location": "/x"}).location == "/x"
    assert PageAnswer(200, {}).location is None
