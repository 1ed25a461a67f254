"""A provider and a visitor for each test, in both colours."""

import logging

import pytest

from tests.rejections.visitor import COLOURS, visiting
from tests.rejections.wreck import wreck


@pytest.fixture(params=COLOURS)
def colour(request: pytest.FixtureRequest) -> str:
    """Which client is tried."""
    return request.param


@pytest.fixture
def provider():
    """A provider, honest until told otherwise."""
    with wreck() as running:
        yield running


@pytest.fixture
def visitor(provider, colour, caplog):
    """A browser's session with that provider; the log is listened to at every level."""
    caplog.set_level(logging.DEBUG)
    with visiting(provider, colour) as someone:
        yield someone
