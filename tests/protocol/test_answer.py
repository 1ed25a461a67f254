"""What every JSON answer has in common."""

import pytest

from logto.errors import ClientAuthenticationError, TokenRequestError, UnexpectedResponseError
from logto.protocol.answer import MAX_DESCRIPTION, json_object, printable, refusal, retry_after
from logto.protocol.http import HttpRequest, HttpResponse
from tests.flows.honest_provider import answer

REQUEST = HttpRequest("POST", "https://a.example/token?x=secret", confidential=("s3cret",))


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8", "application/jwk-set+json"])
def test_json_is_known_by_its_type(kind):
    """Case and parameters of the content type do not matter."""
    assert json_object(REQUEST, HttpResponse(200, {"content-type": kind}, b'{"a": 1}')) == {"a": 1}


def test_a_web_page_is_told_from_other_content():
    """HTML gets the hint about `endpoint`; the URL is shown without its query, the page not at all."""
    with pytest.raises(UnexpectedResponseError) as caught:
        json_object(REQUEST, HttpResponse(200, {"content-type": "text/html"}, b"<h1>Hello</h1>"))

    assert "/oidc" in caught.value.hint
    assert caught.value.url == "https://a.example/token"
    assert "Hello" not in str(vars(caught.value))


@pytest.mark.parametrize("error", ["invalid_client", "unauthorized_client"])
def test_a_client_that_is_not_known_names_both_settings(error):
    """The hint names `app_id` and `app_secret`, and the public client that has none."""
    found = refusal(REQUEST, answer({"error": error}, 401, logto_core_request_id="r1"))

    assert isinstance(found, ClientAuthenticationError)
    assert "`app_id`" in found.hint
    assert "`app_secret`" in found.hint
    assert found.request_id == "r1"


def test_an_error_s_details_are_kept():
    """Error, description, status, request id and waiting time are attributes."""
    body = {"error": "invalid_scope", "error_description": "no such scope"}
    found = refusal(REQUEST, answer(body, 400, logto_core_request_id="r1", retry_after="3"))

    assert isinstance(found, TokenRequestError)
    assert (found.error, found.error_description, found.status) == ("invalid_scope", "no such scope", 400)
    assert (found.request_id, found.retry_after) == ("r1", 3)


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (answer({"error": "x"}, 500), "response.server_error"),
        (HttpResponse(503), "response.server_error"),
        (answer({"error": "x"}, 429), "token_request.rate_limited"),
        (HttpResponse(429), "token_request.rate_limited"),
        (answer({"error": 7}, 400), "response.unexpected_status"),
        (answer({"error": ""}, 400), "response.unexpected_status"),
        (HttpResponse(400, {"content-type": "text/html"}), "response.not_json"),
        (HttpResponse(302), "response.not_json"),
    ],
)
def test_what_is_no_refusal_is_told_by_its_status(response, code):
    """A server out of order, one that wants peace, and nonsense are three things."""
    assert refusal(REQUEST, response).code == code


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("0", 0), ("120", 120), (" 7 ", 7), ("999999999", 86_400), ("-1", None), ("1.5", None), ("", None), ("²", None)],
)
def test_retry_after_in_seconds(value, seconds):
    """Whole seconds, at most a day; dates and nonsense are None."""
    assert retry_after({"retry-after": value}) == seconds
    assert retry_after({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}) is None
    assert retry_after({}) is None


def test_somebody_else_s_words_are_bounded_and_printable():
    """On one line, without controls or what was confidential, of at most 200 characters; no text is nothing."""
    assert printable("a\r\nb\x1b[31mc\u202e", ()) == "a  b [31mc"
    assert printable("the s3cret is s3cret", ("s3cret", "")) == "the [removed] is [removed]"
    assert len(printable("x" * 1_000_000, ())) == MAX_DESCRIPTION
    assert printable({"a": 1}, ()) == ""


def test_a_secret_at_the_cut_is_not_shown_in_part():
    """What was confidential is taken out before the text is cut."""
    assert "s3c" not in printable("x" * (MAX_DESCRIPTION - 3) + "s3cret", ("s3cret",))
