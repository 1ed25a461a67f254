"""Local Logto for the tests of its own endpoints."""

import pytest

from logto.server import LocalLogto
from tests.server.browser import Browser


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
