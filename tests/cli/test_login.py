"""`logto login`: what it shows, what it waits for, and what is kept."""

import stat
import time
import webbrowser
from urllib.parse import parse_qs, urlsplit

import keyring
import pytest

from tests.sessions.test_keyring_storage import Ring

SHOPPING = "https://shopping.your-app.com/api"


@pytest.fixture
def person(command_line, monkeypatch):
    """Somebody whose browser `--open` opens, and who decides at once; the pauses are noted, and not waited for."""

    class Opened:
        def __init__(self):
            self.decision = "allow"
            self.pages = []
            self.pauses = []

        def open(self, page):
            self.pages.append(page)
            command_line.let_in(parse_qs(urlsplit(page).query)["user_code"][0], self.decision)
            return True

    opened = Opened()
    monkeypatch.setattr(webbrowser, "open", opened.open)
    monkeypatch.setattr(time, "sleep", opened.pauses.append)
    return opened


def login(command_line, *words):
    """The command with the sample application."""
    return command_line.type(
        "login", "--endpoint", f"{command_line.server.endpoint}/", "--app-id", command_line.app_id, *words
    )


def test_a_code_is_shown_and_waited_for(command_line, person):
    """The page and the code are shown; Logto is asked once more, five seconds after it was first, and names somebody."""
    result = login(command_line, "--open", "--resource", SHOPPING, "--scope", "read")

    assert result.exit_code == 0, result.output
    assert person.pages[0] in result.output
    assert parse_qs(urlsplit(person.pages[0]).query)["user_code"][0] in result.output.split()
    assert "Signed in as alice." in result.output
    (pause,) = person.pauses  # what typing the code took is part of the five seconds
    assert 0 < pause <= 5
    assert command_line.type("token", "--resource", SHOPPING).output.count(".") == 2


def test_only_the_owner_can_read_what_is_kept(command_line, person):
    """Files of mode 0600, folders of mode 0700; no token on the terminal."""
    result = login(command_line, "--open")
    folders = [path for path in (command_line.folder, *command_line.folder.rglob("*")) if path.is_dir()]

    assert {stat.S_IMODE(path.stat().st_mode) for path in command_line.files().values()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
    assert command_line.type("token").output.strip() not in result.output


def test_no_browser_is_opened_unasked(command_line, person):
    """Only the code is shown; interrupting leaves nobody signed in."""

    def interrupted(_):
        raise KeyboardInterrupt

    time.sleep = interrupted  # the fixture's monkeypatch puts it back
    result = login(command_line)

    assert person.pages == []
    assert result.exit_code == 1
    assert "Aborted" in result.output
    assert command_line.type("whoami").exit_code == 1


def test_a_person_who_says_no_is_one_line(command_line, person):
    """Exit code 1, no traceback, nobody signed in."""
    person.decision = "deny"
    result = login(command_line, "--open")

    assert result.exit_code == 1
    assert "did not let this device in" in result.output
    assert "Traceback" not in result.output
    assert command_line.type("token").exit_code == 1


def test_the_tokens_are_in_the_keyring_where_there_is_one(command_line, person):
    """Not in a file; the other commands find them there, and sign-out takes them away."""
    ring = Ring()
    keyring.set_keyring(ring)
    result = login(command_line, "--open")

    assert "in the system's keyring" in result.output
    assert "session.json" not in command_line.files()
    assert any(name.endswith("refreshToken") for _, name in ring.entries)
    assert "alice" in command_line.type("whoami").output
    assert command_line.type("logout").exit_code == 0
    assert ring.entries == {}


def test_a_file_can_be_asked_for(command_line, person):
    """Although there is a keyring."""
    ring = Ring()
    keyring.set_keyring(ring)
    login(command_line, "--open", "--keep-in", "file")

    assert "session.json" in command_line.files()
    assert ring.entries == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Give --endpoint and --app-id"),
        (["--endpoint", "http://localhost:1"], "Give --endpoint and --app-id"),
        (["--endpoint", "nonsense", "--app-id", "x"], "`endpoint` is not usable"),
        (["--endpoint", "http://127.0.0.1:1", "--app-id", "x"], "Is Logto running"),
    ],
)
def test_what_cannot_work_is_one_line(command_line, words, said):
    """Exit code 1, and what to do."""
    result = command_line.type("login", *words)

    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_another_kind_of_application_is_explained(command_line):
    """The web application's id is not one for the device flow."""
    command_line.app_id = command_line.server.config().app_id
    result = login(command_line)

    assert result.exit_code == 1
    assert result.output.startswith("logto login: ")
