"""What a refusal of Logto's own APIs means."""

import pytest

from logto import (
    LogtoApiConflictError,
    LogtoApiForbiddenError,
    LogtoApiInputError,
    LogtoApiNotFoundError,
    LogtoApiRateLimitedError,
    LogtoApiUnauthorizedError,
    UnexpectedResponseError,
)
from logto.protocol.api_refusal import api_refusal
from logto.protocol.http import HttpRequest, HttpResponse
from tests.flows.honest_provider import answer

REQUEST = HttpRequest("POST", "https://tenant.example/api/users", confidential=("correct-horse", "t0ken"))


def refused(response, **hints):
    """The error of an answer."""
    return api_refusal(REQUEST, response, hints=hints)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, LogtoApiInputError),
        (401, LogtoApiUnauthorizedError),
        (403, LogtoApiForbiddenError),
        (404, LogtoApiNotFoundError),
        (409, LogtoApiConflictError),
        (413, LogtoApiInputError),
        (422, LogtoApiConflictError),
    ],
)
def test_a_refusal_is_of_the_kind_that_its_status_says(status, kind):
    """With Logto's code, its data, and the name of the request beside it."""
    error = refused(
        answer({"code": "some.code", "message": "No.", "data": {"x": 1}}, status, logto_core_request_id="r1")
    )

    assert type(error) is kind
    assert (error.code, error.logto_code, error.status) == (kind.default_code, "some.code", status)
    assert (error.data, error.request_id) == ({"x": 1}, "r1")
    assert "some.code (No.)" in error.message


def test_details_are_told():
    """They name the member that is wrong; nothing confidential of them is shown."""
    error = refused(answer({"code": "a.b", "message": "No.", "details": "name: not correct-horse"}, 400))

    assert error.message.endswith("a.b (No. name: not [removed]).")


def test_a_missing_scope_is_told_from_a_missing_token():
    """The Account API says 400 `auth.unauthorized` where a scope is missing."""
    assert type(refused(answer({"code": "auth.unauthorized", "message": ""}, 400))) is LogtoApiForbiddenError


def test_what_was_sent_in_confidence_is_in_no_attribute():
    """Neither in the message nor in the data, however deep."""
    echo = {"code": "a.b", "message": "bad correct-horse", "data": {"issues": [{"correct-horse": ["is t0ken"]}]}}

    error = refused(answer(echo, 422))

    assert "correct-horse" not in str(error) + repr(error.data)
    assert "t0ken" not in repr(vars(error))
    assert error.data == {"issues": [{"[removed]": ["is [removed]"]}]}


def test_a_password_that_is_a_word_leaves_logtos_code_alone():
    """`password` as a password: the code can still be compared; a secret that is sent back as the code is not shown."""
    request = HttpRequest("POST", "https://tenant.example/api/users", confidential=("password", "my.secret"))
    codes = [
        api_refusal(request, answer({"code": code, "message": "bad password"}, 422), hints={})
        for code in ("password.rejected", "my.secret")
    ]

    assert [error.logto_code for error in codes] == ["password.rejected", "[removed]"]
    assert "bad [removed]" in codes[0].message


def test_the_servers_words_are_bounded_and_printable():
    """A megabyte of text, or control characters, do not reach a log."""
    error = refused(answer({"code": "a.b\n\x1b[31m" + "x" * 999, "message": "y" * 9999}, 400))

    assert error.message.isprintable()
    assert len(error.message) < 600
    assert len(error.logto_code) <= 200


def test_the_hint_of_logtos_own_code_goes_before_that_of_the_kind():
    """What is known best is said."""
    hints = {"api.forbidden": "role", "auth.forbidden": "scope"}

    assert refused(answer({"code": "auth.forbidden"}, 403), **hints).hint == "scope"
    assert refused(answer({"code": "other.code"}, 403), **hints).hint == "role"


def test_too_many_requests_need_no_words():
    """429 comes from whatever stands before Logto, too."""
    error = refused(HttpResponse(429, {"retry-after": "7", "content-type": "text/html"}, b"<html>"))

    assert type(error) is LogtoApiRateLimitedError
    assert (error.status, error.retry_after) == (429, 7.0)


@pytest.mark.parametrize("status", [301, 302, 307, 500, 502, 503, 418])
def test_what_is_no_refusal_of_logtos_is_unexpected(status):
    """Redirects are not followed, and a server that is out of order has refused nothing."""
    error = refused(answer({"code": "a.b", "message": ""}, status, location="https://evil.example"))

    assert type(error) is UnexpectedResponseError
    assert error.status == status


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(404, {"content-type": "text/html"}, b"<html>"),
        HttpResponse(400, {}, b""),
        answer([], 403),
        answer({"error": "x"}, 404),
        answer({"code": 7}, 422),
        answer({"code": ""}, 401),
    ],
)
def test_a_refusal_in_another_form_is_unexpected(response):
    """A page of HTML with status 404 does not mean that the user is not there."""
    assert not isinstance(refused(response), LogtoApiNotFoundError)
