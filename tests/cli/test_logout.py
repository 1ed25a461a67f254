"""`logto logout`: the tokens are gone here, and worth nothing at Logto."""

import pytest

from logto import LogtoSyncClient, MemoryStorage, SessionEndedError


def test_the_tokens_are_gone_and_revoked(command_line):
    """No session is left, and the refresh token opens nothing any more."""
    profile = command_line.signed_in()
    kept = MemoryStorage()
    for key in ("idToken", "refreshToken"):
        kept.set(key, profile.storage.get(key))
    result = command_line.type("logout")

    assert (result.exit_code, result.stdout) == (0, "Signed out.\n")
    assert {"session.json", "profile.json"}.isdisjoint(command_line.files())
    with LogtoSyncClient(profile.config, kept) as client, pytest.raises(SessionEndedError):
        client.get_access_token()


def test_it_works_with_logto_down(command_line):
    """The tokens are removed here all the same, and it says that Logto does not know."""
    profile = command_line.signed_in()
    with command_line.server.faults.fail("/oidc/.well-known/openid-configuration", 503, times=5):
        result = command_line.type("logout")

    assert (result.exit_code, result.stdout) == (0, "Signed out.\n")
    assert "could not be told" in result.stderr
    assert profile.storage.get("idToken") is None


def test_nobody_is_signed_in(command_line):
    """Exit code 1: a second time there is nothing to do."""
    command_line.signed_in()
    command_line.type("logout")

    assert command_line.type("logout").exit_code == 1


def test_another_application_stays_signed_in(command_line):
    """Only the named one is signed out of; the last one is still the one without a name."""
    first = command_line.signed_in()
    other = type(first)(first.endpoint, "other")
    other.save()
    first.save()
    command_line.type("logout", "--endpoint", other.endpoint, "--app-id", "other")

    assert "alice" in command_line.type("whoami").stdout
