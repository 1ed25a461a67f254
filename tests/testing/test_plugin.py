"""The fixtures that users get: nothing starts before it is asked for, and each test has its own."""

import subprocess
import sys

import pytest

from logto.testing.plugin import REDIRECT_URI


def test_the_plugin_loads_nothing_of_ours_before_it_is_asked():
    """In every test run of whoever installed logto: no server, no HTTP, no models."""
    source = "import sys, logto.testing.plugin\nprint(*(n for n in sys.modules if n.startswith(('logto.', 'starlette', 'pydantic', 'httpx'))))"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60)

    assert sorted(done.stdout.split()) == ["logto.testing", "logto.testing.plugin"]


def test_alice_is_signed_in(alice, logto_server):
    """The fixture is a client with alice's session, with every scope and resource of the sample data."""
    claims = alice.get_id_token_claims()

    assert claims.sub == logto_server.users["alice"].id
    assert alice.fetch_user_info().email == "alice@example.com"
    assert {alice.get_access_token_claims(resource).aud for resource in logto_server.resources} == set(
        logto_server.resources
    )


def test_nobody_is_signed_in_to_a_fresh_client(logto_client, logto_async_client):
    """Both clients begin with an empty session of their own."""
    assert logto_client.is_authenticated() is False
    assert logto_async_client.is_authenticated() is False


def test_a_browser_signs_up_and_is_recognised_by_a_second_application(logto_server, logto_browser):
    """Registration through the Experience API, then single sign-on without a password."""
    from logto import LogtoSyncClient, MemoryStorage

    first = LogtoSyncClient(logto_server.config(), MemoryStorage())
    second = LogtoSyncClient(logto_server.second_config(prompt=()), MemoryStorage())
    first.handle_sign_in_callback(
        logto_browser.sign_up(first.sign_in(REDIRECT_URI), username="carol", password="Wonderland-2026!")
    )

    arrived = logto_browser.follow(second.sign_in("http://localhost:3100/callback"))
    second.handle_sign_in_callback(arrived)

    assert second.get_id_token_claims().sub == first.get_id_token_claims().sub
    assert first.get_id_token_claims().username == "carol"


def test_a_wrong_password_is_logto_s_own_message(logto_server, logto_browser, logto_client):
    """The error tells what Logto said, and not the password."""
    from logto.testing.browser import BrowserError

    with pytest.raises(BrowserError) as caught:
        logto_browser.sign_in(logto_client.sign_in(REDIRECT_URI), username="alice", password="wrong-password")

    assert "HTTP 4" in caught.value.message
    assert "wrong-password" not in str(caught.value)


def test_signing_out_leads_back_to_the_application(logto_server, logto_browser, logto_client):
    """The end-session page submits itself, and the browser lands where the application asked."""
    logto_client.handle_sign_in_callback(
        logto_server.sign_in(logto_client.sign_in(REDIRECT_URI), browser=logto_browser)
    )

    assert logto_browser.follow(logto_client.sign_out("http://localhost:3000/")) == "http://localhost:3000/"
