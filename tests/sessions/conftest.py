"""The servers that stores are tried on."""

import pytest

from logto.sessions import SqlStore
from tests.sessions.valkey import Valkey


@pytest.fixture(scope="session")
def valkey():
    """A Valkey for every test of this worker; each uses names of its own."""
    server = Valkey()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def own_valkey():
    """A Valkey for one test, to be killed, filled or set up."""
    server = Valkey()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def new_store():
    """Makes `SqlStore`s, whose blocking connections are closed after the test."""
    made = []

    def make(*databases, **settings):
        # Patient, because many tests may share two cores.
        made.append(SqlStore(*databases, **{"timeout": 20.0} | settings))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture(params=["postgresql", "sqlite"])
def database_url(request, tmp_path):
    """The URL of an empty database that several can open, of one kind after the other."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/sessions.sqlite3"
    return request.getfixturevalue("postgresql_url")
