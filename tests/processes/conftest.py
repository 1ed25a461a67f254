"""What workers share: an identity server that forgives nothing, and stores."""

import pytest

from logto import UserInfoScope
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.processes.crew import Crew
from tests.sessions.valkey import Valkey


class StrictServer(LogtoServer):
    """A local Logto that replaces each refresh token, ends the grant at any reuse, and knows how far its clock is ahead."""

    def __init__(self, local):
        super().__init__(local)
        self.rotate_strictly()
        self._ahead = 0.0

    def ahead(self, more=0.0):
        """Lets `more` seconds pass; returns how far the clock is ahead by then."""
        self.clock.advance(more)
        self._ahead += more
        return self._ahead


@pytest.fixture(scope="module")
def server():
    """A strict server for a module."""
    with LocalLogto() as local:
        yield StrictServer(local)


@pytest.fixture(scope="module")
def valkey():
    """A Valkey that each module has for itself."""
    server = Valkey()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def store(request, tmp_path):
    """The settings of a shared store, by kind: `redis`, `sqlite`, `postgresql` or `django`."""
    kind = request.param
    if kind == "redis":
        return {"kind": "redis", "url": request.getfixturevalue("valkey").url}
    if kind == "postgresql":
        return {"kind": "sql", "url": request.getfixturevalue("postgresql_url")}
    if kind == "django":
        return {"kind": "django", "path": str(tmp_path / "django.sqlite3")}
    return {"kind": "sql", "url": f"sqlite:///{tmp_path / 'sessions.sqlite3'}"}


@pytest.fixture
def hire(server, store):
    """Makes crews that end with the test."""
    crews = []

    def hire_one(size, **settings):
        config = server.config(scopes=[UserInfoScope.organizations, "read"], resources=server.resources, **settings)
        crews.append(Crew(store, config, size))
        return crews[-1]

    yield hire_one
    for crew in crews:
        crew.stop()
