"""Local Logto over PostgreSQL."""

import json
import signal
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, text

from logto.server import LocalLogto
from logto.server.database import DatabaseError


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_sign_in_survives_a_restart(postgresql_url, open_browser, scheme):
    """Ids, secrets, keys, the browser's session and its refresh token are the same from the same database."""
    url = postgresql_url.replace("postgresql://", f"{scheme}://")
    with LocalLogto(database=url) as server:
        browser = open_browser(server)
        token = browser.sign_in()["refresh_token"]
        seeded, port = server.seeded, int(server.endpoint.rpartition(":")[2])
    with LocalLogto(database=url, port=port) as server:
        browser.server = server
        assert server.seeded == seeded
        assert browser.refresh(token)["refresh_token"] == token
        assert "code" in browser.callback_of(prompt="none")


def test_the_database_may_be_restarted_meanwhile(own_postgresql, open_browser):
    """A server whose database went away and came back goes on by itself."""
    with LocalLogto(database=own_postgresql.new_database()) as server:
        browser = open_browser(server)
        token = browser.sign_in()["refresh_token"]
        own_postgresql.stop()
        own_postgresql.start()

        assert browser.refresh(token)["refresh_token"] == token


def test_logto_dev_keeps_its_data(postgresql_url):
    """`logto dev --database postgresql://…`, started twice, prints the same ids and secrets."""
    printed = [dev(postgresql_url), dev(postgresql_url)]

    assert printed[0].pop("endpoint") != printed[1].pop("endpoint")
    assert printed[0] == printed[1]


def dev(url):
    """What `logto dev` prints, as a process that is stopped once it is ready."""
    command = [sys.executable, "-m", "logto", "dev", "--port", "0", "--json", "--database", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        seeded = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    return seeded


def test_a_foreign_or_newer_database_is_left_alone(postgresql_url):
    """Another program's tables, and another version's, are one clear line and stay as they are."""
    url = postgresql_url.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)
    with LocalLogto(database=url):
        pass
    with engine.begin() as connection:
        connection.execute(text("UPDATE logto_meta SET value = '99' WHERE name = 'schema'"))
    with pytest.raises(DatabaseError, match="version 99"):
        LocalLogto(database=url).start()
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE logto_meta RENAME TO theirs"))
    with pytest.raises(DatabaseError, match="another program"):
        LocalLogto(database=url).start()
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://user:hunter2@/db?host=/nonexistent", "No such file"),
        ("postgresql://user:hunter2@127.0.0.1:1/db", "refused"),
        ("postgresql://user:hunter2@127.0.0.1:1/db?nothing=1", "invalid connection option"),
        ("postgresql://user@host:hunter2/db", "a number for a port"),
        ("postgresql+psycopg2://user:hunter2@host/db", "needs psycopg2, which is not installed"),
        ("nothing://user:hunter2@host/db", "nothing"),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_clear_line(url, words):
    """The line says why, and tells no password."""
    with pytest.raises(DatabaseError, match=words) as failure:
        LocalLogto(database=url).start()

    assert "\n" not in str(failure.value)
    assert "hunter2" not in str(failure.value)
