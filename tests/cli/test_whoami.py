"""`logto whoami`: who is signed in, without asking Logto."""

import json

from logto.cli.login import name_of
from logto.models.claims import IdTokenClaims


def test_it_names_the_user_and_the_application(command_line):
    """On one line."""
    profile = command_line.signed_in()
    asked = len(command_line.server.local.requests)
    result = command_line.type("whoami")

    assert result.stdout.startswith("alice (")
    assert profile.endpoint in result.stdout
    assert profile.app_id in result.stdout
    assert len(command_line.server.local.requests) == asked


def test_json_is_what_the_id_token_says(command_line):
    """For programs."""
    command_line.signed_in()

    assert json.loads(command_line.type("whoami", "--json").stdout)["username"] == "alice"


def test_a_name_cannot_write_to_the_terminal():
    """Escape sequences are shown as question marks, and a name without end is cut."""
    claims = {"iss": "i", "sub": "s", "aud": "a", "exp": 2, "iat": 1}

    assert name_of(IdTokenClaims(**claims, username="\x1b[31mred\n")) == "?[31mred?"
    assert name_of(IdTokenClaims(**claims)) == "s"
    assert len(name_of(IdTokenClaims(**claims, username="x" * 10_000))) == 200
