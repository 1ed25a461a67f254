"""Answers written beforehand."""

import asyncio

import pytest

from logto.errors import ClientAuthenticationError, TransportError
from logto.protocol.http import HttpRequest
from logto.transports.canned import AsyncCannedTransport, CannedTransport

TOKEN = HttpRequest("POST", "https://auth.test/oidc/token?x=1", body=b"grant_type=refresh_token")


@pytest.fixture(params=[CannedTransport, AsyncCannedTransport])
def canned(request):
    """A canned transport with a blocking way to ask it."""
    transport = request.param()

    def ask(asked):
        sent = transport.send(asked, 5)
        return asyncio.run(sent) if isinstance(transport, AsyncCannedTransport) else sent

    transport.ask = ask
    return transport


def test_an_answer_is_given_for_its_method_and_path(canned):
    """JSON by default, with its content type; the query does not matter."""
    canned.answer("POST", "/oidc/token", {"access_token": "a"})
    response = canned.ask(TOKEN)
    assert (response.status, response.media_type, response.body) == (200, "application/json", b'{"access_token": "a"}')


def test_bytes_status_and_headers_are_given_as_they_are(canned):
    """Anything can be answered, broken bodies too."""
    canned.answer("POST", "/oidc/token", b"<html>", status=502, headers={"content-type": "text/html"})
    response = canned.ask(TOKEN)
    assert (response.status, response.media_type, response.body) == (502, "text/html", b"<html>")


def test_several_answers_come_in_order_and_the_last_one_stays(canned):
    """The second refresh can differ from the first."""
    for number in (1, 2):
        canned.answer("POST", "/oidc/token", number)
    assert [canned.ask(TOKEN).body for _ in range(3)] == [b"1", b"2", b"2"]


def test_a_failure_can_be_canned(canned):
    """An exception of the SDK's is raised in the place of an answer."""
    canned.fail("POST", "/oidc/token", ClientAuthenticationError("No."))
    with pytest.raises(ClientAuthenticationError):
        canned.ask(TOKEN)


def test_what_was_asked_is_recorded(canned):
    """Requests are kept in order, and can be looked up by method and path."""
    canned.answer("POST", "/oidc/token")
    canned.ask(TOKEN)
    assert canned.requests == [TOKEN]
    assert canned.asked("POST", "/oidc/token") == [TOKEN]
    assert canned.asked("GET", "/oidc/token") == []


def test_what_nobody_wrote_an_answer_for_is_said(canned):
    """The message names the call to add, and the query is left out."""
    with pytest.raises(TransportError) as caught:
        canned.ask(TOKEN)
    assert caught.value.code == "transport.no_canned_answer"
    assert ".answer('POST', '/oidc/token', …)" in caught.value.hint
    assert "x=1" not in str(caught.value)
