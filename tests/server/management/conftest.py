"""Programs that configure local Logto."""

import pytest

from tests.server.manager import Manager


@pytest.fixture(scope="module")
def manager(server):
    """One a module, at the module's server: tests make what they change."""
    made = Manager(server)
    yield made
    made.close()


@pytest.fixture
def fresh_manager(fresh_server):
    """At a server of the test's own."""
    made = Manager(fresh_server)
    yield made
    made.close()


@pytest.fixture
def alice(server):
    """The id of the sample user who has everything."""
    return server.seeded["users"][0]["id"]
