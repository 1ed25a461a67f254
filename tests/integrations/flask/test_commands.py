"""`flask logto`: what an operator asks."""

import pytest

from logto.sessions import MemoryStore, SqlStore
from tests.integrations.flask.shop import Visitor, shop


def run(app, *arguments):
    """What a command prints, and its exit code."""
    result = app.test_cli_runner().invoke(args=["logto", *arguments])
    return result.output, result.exit_code


def test_check_says_what_is_unsafe_and_that_logto_answers(server):
    """`flask logto check` lists the warnings, names the issuer that answered, and fails where none does."""
    app = shop(server, store=MemoryStore())
    output, code = run(app, "check")
    assert (f"{server.issuer} answers." in output, "(logto.W007)" in output, code) == (True, True, 0)

    output, code = run(shop(LOGTO_ENDPOINT="http://localhost:1"), "check")
    assert (output.splitlines()[-1].startswith("Error: transport."), code) == (True, 1)


def test_sessions_of_a_user_are_listed_and_ended():
    """`flask logto sessions list` shows a user's sessions, and `end` ends those and no other's."""
    app = shop(store=MemoryStore())
    first, second, bob = (Visitor(app, user=name) for name in ("alice", "alice", "bob"))
    assert run(app, "sessions", "list", "alice")[0].count("signed in") == 2
    assert run(app, "sessions", "end", "alice") == ("2 ended.\n", 0)

    assert [visitor.get("/profile").status_code for visitor in (first, second, bob)] == [303, 303, 200]
    assert run(app, "sessions", "list", "alice") == ("", 0)


def test_sessions_in_cookies_cannot_be_listed():
    """Where sessions live in cookies alone, the command says so, and what to do."""
    output, code = run(shop(), "sessions", "list", "alice")

    assert (output.startswith("Error: storage.no_index"), code) == (True, 1)


@pytest.mark.parametrize(("make", "said"), [(MemoryStore, "MemoryStore forgets them by itself."), (None, "0 removed.")])
def test_rows_of_sessions_that_are_over_can_be_removed(tmp_path, make, said):
    """`flask logto sessions clear` sweeps a database, and says where that is not needed."""
    store = make() if make else SqlStore(f"sqlite:///{tmp_path / 'sessions.sqlite'}")
    if make is None:
        store.create_schema()

    assert run(shop(store=store), "sessions", "clear") == (f"{said}\n", 0)
