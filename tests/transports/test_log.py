"""What the log says about an exchange."""

import logging

import httpcore2

from logto.protocol.http import HttpRequest
from tests.transports.wire import always, answer, serving

CHATTY = answer(
    b'{"access_token": "t0ken"}', set_cookie="a=c00kie", location="/?code=c0de", logto_core_request_id="r-1"
)


def test_an_exchange_is_logged_without_what_was_said_in_it(send, caplog):
    """At DEBUG there is one line of ours with place, status and request id, and no header, cookie or body."""
    caplog.set_level(logging.DEBUG)
    with serving(always(CHATTY)) as server:
        send(HttpRequest("POST", server.url("/oidc/token?q=qu3ry"), {"authorization": "Basic s3cret"}, b"code=c0de"))
        ours = [record.getMessage() for record in caplog.records if record.name == "logto.transports"]
        assert ours == [f"POST {server.url('/oidc/token')} answered 200 (r-1)"]
    assert "receive_response_headers.complete" in caplog.text
    assert not [secret for secret in ("t0ken", "c00kie", "c0de", "qu3ry", "s3cret") if secret in caplog.text]


def test_what_others_do_with_the_engine_is_logged_as_before(caplog):
    """An application that uses httpcore2 itself keeps its log."""
    caplog.set_level(logging.DEBUG)
    with serving(always(CHATTY)) as server, httpcore2.ConnectionPool() as pool:
        pool.request("GET", server.url())
    assert "c00kie" in caplog.text
