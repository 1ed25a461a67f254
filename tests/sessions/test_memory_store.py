"""The store in this process's memory."""

import pytest

from logto.sessions import MemoryStore, Stored
from logto.sessions.conformance import MovableClock, StoreConformance


class TestMemoryStore(StoreConformance):
    """`MemoryStore` does what every store must do."""

    clock = MovableClock()

    @pytest.fixture
    def store(self):
        """A store whose time the suite moves."""
        return MemoryStore(clock=self.clock)
