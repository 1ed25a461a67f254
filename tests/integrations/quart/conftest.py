"""One local Logto for each module, and a shop that signs in there."""

import pytest

from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.integrations.quart.shop import Visitor, shop


@pytest.fixture(scope="module")
def server():
    """A local Logto, as the tests of a module share it."""
    with LocalLogto() as local:
        yield LogtoServer(local)


@pytest.fixture
def app(server):
    """A shop with sessions in cookies."""
    return shop(server)


@pytest.fixture
def visitor(app):
    """A browser at it."""
    return Visitor(app)
