"""One HTTP request and its answer, as values."""

import pytest

from logto.protocol.http import HttpRequest, HttpResponse, form_request, place


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/b?code=secret#x", "https://a.example/b"),
        ("https://me:secret@a.example:1/b", "https://a.example:1/b"),
        ("http://[::1]:1/b?x", "http://[::1]:1/b"),
    ],
)
def test_a_place_is_a_url_without_its_secrets(url, shown):
    """Neither query nor fragment nor user information is shown."""
    assert place(url) == HttpRequest("GET", url).place == shown


def test_a_form_knows_what_is_confidential():
    """Codes, tokens, verifiers and secrets are; names and types are not. None of it is in the repr."""
    request = form_request(
        "https://a/t", {"grant_type": "x", "code": "c1", "refresh_token": "r1", "client_secret": "s1"}
    )

    assert request.confidential == ("c1", "r1", "s1")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert not any(value in repr(request) for value in ("c1", "r1", "s1"))


@pytest.mark.parametrize(
    ("header", "kind"), [("Text/HTML; charset=utf-8", "text/html"), ("application/json", "application/json"), ("", "")]
)
def test_a_media_type_is_the_content_type_without_parameters(header, kind):
    """Lower case, without parameters; empty where none was said."""
    assert HttpResponse(200, {"content-type": header}).media_type == kind
    assert HttpResponse(200).media_type == ""


def test_an_answer_s_body_is_in_no_repr():
    """Tokens in a body or a header are not shown."""
    assert "secret" not in repr(HttpResponse(200, {"x": "secret"}, b"secret"))
