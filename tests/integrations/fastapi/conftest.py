"""One local Logto for each module, and an application on FastAPI."""

import pytest

from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.integrations.fastapi.shop import Shop


@pytest.fixture(scope="module")
def server():
    """A local Logto, as the tests of a module share it."""
    with LocalLogto() as local:
        yield LogtoServer(local)


@pytest.fixture
def shop(server):
    """An application with sessions in cookies."""
    return Shop(server)


@pytest.fixture
def visitor(shop):
    """A browser at it."""
    with shop.visitor() as visitor:
        yield visitor
