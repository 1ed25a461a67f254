"""The revocation endpoint: a courtesy at sign-out, which nothing that it does can hold up or undo."""

import time

import pytest

from logto import TransportError
from logto.flows import tokens
from tests.rejections import faults
from tests.rejections.faults import echo, instead, with_status
from tests.rejections.wreck import secret_of


def named(rows):
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


FAULTS = [
    ("reset", faults.reset),
    ("hangs up", faults.hang_up),
    ("another protocol", faults.something_else),
    ("endless", faults.endless_chunks),
    ("gzip bomb", faults.gzip_bomb),
    ("status 503", with_status("503 Later")),
    ("invalid_client, with all our secrets", echo("401 No", "invalid_client")),
    ("unsupported_token_type", instead(b'{"error": "unsupported_token_type"}', status="400 Bad")),
    ("HTML", instead(b"<html>", "text/html", "404 Not Found")),
    ("redirect", with_status("307 Elsewhere", location="/elsewhere")),
]


@pytest.mark.parametrize("fault", named(FAULTS))
def test_signing_out_succeeds_whatever_the_server_does(provider, visitor, caplog, fault):
    """The session is gone, the browser is sent on, the secrets went to the endpoint only and into no log."""
    visitor.sign_in()
    provider.faults["revocation"] = fault
    url = visitor.do("sign_out", "http://localhost:3000/")
    assert url.startswith(f"{provider.endpoint}/oidc/session/end?")
    assert visitor.client.is_authenticated() is False
    assert visitor.identity() == dict.fromkeys(visitor.identity())
    assert not [asked for asked in provider.requests if asked.path == "/elsewhere"]
    assert not [value for value in provider.confidential if value in caplog.text]
    visitor.sign_in()
    assert visitor.client.is_authenticated() is True


@pytest.mark.parametrize("fault", [faults.silence, faults.drip_headers])
def test_a_slow_server_does_not_hold_up_a_sign_out(provider, visitor, monkeypatch, fault):
    """Revoking has a short time of its own."""
    assert tokens.REVOCATION_TIMEOUT <= 2
    monkeypatch.setattr(tokens, "REVOCATION_TIMEOUT", 0.3)
    visitor.sign_in()
    provider.faults["revocation"] = fault
    began = time.monotonic()
    visitor.do("sign_out")
    assert time.monotonic() - began < 4
    assert visitor.client.is_authenticated() is False


def test_signing_out_without_a_provider_signs_out(provider, visitor):
    """A client that was just started, with the provider down, cannot name the page to go to, but has cleared the session."""
    visitor.sign_in()
    visitor.forget_the_provider()
    provider.faults["discovery"] = faults.reset
    with pytest.raises(TransportError):
        visitor.do("sign_out")
    assert visitor.client.is_authenticated() is False
    assert visitor.identity() == dict.fromkeys(visitor.identity())


def test_the_refresh_token_is_revoked(provider, visitor):
    """The newest one, once, in the application's name (RFC 7009, 2.1)."""
    visitor.sign_in()
    newest = visitor.storage.get("refreshToken")
    visitor.do("sign_out")
    (asked,) = provider.asked("revocation")
    assert f"token={newest}&token_type_hint=refresh_token" in asked.body.decode()
    assert secret_of(asked) in provider.confidential
