"""`logto token`: a token and nothing else, or one line that says why not."""

import pytest

from logto.protocol.access_token import read_access_token

SHOPPING = "https://shopping.your-app.com/api"
ORGANIZATIONS = "urn:logto:scope:organizations"


def test_it_prints_the_token_and_nothing_else(command_line):
    """Opaque without a resource, a JWT for one."""
    command_line.signed_in(resources=(SHOPPING,), scopes=("read",))
    opaque, jwt = command_line.type("token"), command_line.type("token", "--resource", SHOPPING)

    assert (opaque.exit_code, len(opaque.stdout.strip()), len(opaque.stdout.splitlines())) == (0, 43, 1)
    assert read_access_token(jwt.stdout.strip()).scope == "read"


def test_an_organizations_token(command_line):
    """Where organizations were asked for at sign-in."""
    command_line.signed_in(scopes=(ORGANIZATIONS, "org:read"))
    acme = command_line.server.organizations["Acme"]
    result = command_line.type("token", "--organization", acme)

    assert read_access_token(result.stdout.strip()).aud == f"urn:logto:organization:{acme}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--resource", SHOPPING], f"logto login --resource {SHOPPING}"),
        (["--organization", "nobody"], "logto login --organizations"),
        (["--app-id", "x"], "Give both, or neither"),
        (["--app-id", "x", "--endpoint", "http://localhost:1"], "application x at http://localhost:1"),
    ],
)
def test_what_cannot_be_had_is_one_line(command_line, words, said):
    """On standard error, so that nothing takes it for a token; exit code 1."""
    command_line.signed_in()
    result = command_line.type("token", *words)

    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


def test_nobody_is_signed_in(command_line):
    """It says which command to type first."""
    result = command_line.type("token")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "Run `logto login`" in result.stderr


def test_a_file_that_others_can_read_is_not_used(command_line):
    """The tokens in it may be known to others: exit code 1, and what to do."""
    command_line.signed_in()
    session = command_line.files()["session.json"]
    session.chmod(0o644)
    result = command_line.type("token")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "can be read by others" in result.stderr
    session.unlink()

    assert "Run `logto login`" in command_line.type("token").stderr


def test_a_link_in_the_place_of_the_file_is_not_used(command_line, tmp_path):
    """Even one to a file of ours."""
    command_line.signed_in()
    session = command_line.files()["session.json"]
    session.rename(tmp_path / "elsewhere.json")
    session.symlink_to(tmp_path / "elsewhere.json")

    assert "symbolic link" in command_line.type("token").stderr


def test_an_application_is_found_by_its_name(command_line, monkeypatch):
    """By the options or by the environment, a trailing slash or not."""
    profile = command_line.signed_in()
    (command_line.folder / "logto" / "profile.json").unlink()
    assert command_line.type("token").exit_code == 1
    named = command_line.type("token", "--endpoint", f"{profile.endpoint}/", "--app-id", profile.app_id)
    monkeypatch.setenv("LOGTO_ENDPOINT", profile.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", profile.app_id)

    assert named.stdout == command_line.type("token").stdout != ""
