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


def test_the_oldest_make_room():
    """A store that is full forgets what was saved longest ago."""
    store = MemoryStore(most=2)
    for key, version in (("a", 1), ("b", 1), ("a", 2), ("c", 1)):
        store.save(key, Stored(b"", version, 4e9, ("index",)))

    assert sorted(store.find("index")) == ["a", "c"]
    assert store.load("b") is None


def test_leases_that_have_ended_take_little_room():
    """Leases that nobody released are forgotten when there are many, and the living ones are not."""
    clock = MovableClock()
    store = MemoryStore(clock=clock)
    for number in range(3000):
        store.acquire(f"living {number}", "owner", 1e6)
    for number in range(50_000):
        store.acquire(f"{number}", "owner", 1)
        clock.advance(1)

    assert len(store._owners) < 10_000  # noqa: SLF001 - what is in memory shows from inside only
    assert not any(store.acquire(f"living {number}", "another", 1) for number in range(3000))
