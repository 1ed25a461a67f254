"""Local Logto for the tests of its own endpoints."""

import pytest

from logto.server import LocalLogto
from tests.server.browser import Browser
from tests.server.devices import Device, Person


@pytest.fixture(scope="module")
def server():
    """One server a module; tests that move its clock or change its data take `fresh_server`."""
    with LocalLogto() as running:
        yield running


@pytest.fixture
def fresh_server():
    """A server of the test's own."""
    with LocalLogto() as running:
        yield running


@pytest.fixture
def open_browser():
    """Opens browsers that are closed after the test."""
    opened = []

    def open_one(server, *args, **kwargs):
        opened.append(Browser(server, *args, **kwargs))
        return opened[-1]

    yield open_one
    for browser in opened:
        browser.close()


@pytest.fixture
def browser(server, open_browser):
    """A browser at the guide's application."""
    return open_browser(server)


@pytest.fixture
def fresh_browser(fresh_server, open_browser):
    """A browser at the guide's application, with a server of the test's own."""
    return open_browser(fresh_server)


@pytest.fixture
def device(server):
    """A device that nobody has let in yet."""
    with Device(server) as made:
        yield made


@pytest.fixture
def person(server):
    """Somebody whose browser knows nobody yet."""
    with Person(server) as made:
        yield made


@pytest.fixture
def fresh_device(fresh_server):
    """A device at a server of the test's own."""
    with Device(fresh_server) as made:
        yield made


@pytest.fixture
def fresh_person(fresh_server):
    """Somebody at a server of the test's own."""
    with Person(fresh_server) as made:
        yield made
