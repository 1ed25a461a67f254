"""The conformance suite: what it finds out, and how a user runs it."""

import asyncio
import os
import subprocess
import sys

import pytest

from logto.errors import StorageError
from logto.sessions import MemoryStore, SessionStore, Stored
from logto.sessions import conformance as suite
from logto.sessions.conformance import MovableClock, StoreConformance
from logto.sessions.store import MAX_VALUE
from tests.sessions.broken_stores import BROKEN

RULES = [name for name in vars(StoreConformance) if name.startswith("test_")]

USERS_FILE = """
import pytest
from logto.sessions import MemoryStore
from logto.sessions.conformance import MovableClock, StoreConformance


class TestMyStore(StoreConformance):
    clock = MovableClock()

    @pytest.fixture
    def store(self):
        return MemoryStore(clock=self.clock)


class TestMyFirstDraft(TestMyStore):
    @pytest.fixture
    def store(self):
        class Draft(MemoryStore):
            def find(self, index):
                return super().find(index)[:1]

        return Draft(clock=self.clock)
"""


def try_rule(rule: str, kind: type) -> None:
    """Tries one rule on a new store of a kind, with a clock of its own."""

    class Suite(StoreConformance):
        clock = MovableClock()
        patience = 0.05

    getattr(Suite(), rule)(kind(clock=Suite.clock))


@pytest.mark.parametrize("kind", BROKEN, ids=lambda kind: kind.__name__)
def test_a_broken_store_is_found_out(kind):
    """A store that breaks one rule fails the test of that rule, and the failure names the store."""
    with pytest.raises((AssertionError, StorageError)) as failure:
        try_rule(BROKEN[kind], kind)

    assert kind.__name__ in "".join([str(failure.value), *getattr(failure.value, "__notes__", ())])


def test_every_rule_finds_out_somebody():
    """There is no rule that no broken store fails."""
    assert set(BROKEN.values()) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_sound_store_without_a_clock_passes(rule):
    """The suite needs no clock: what ends with time is then tried with real time."""
    getattr(StoreConformance(), rule)(MemoryStore())


def test_a_failure_names_the_colour():
    """A failure says in which colour it happened."""
    with pytest.raises(AssertionError) as failure:
        try_rule("test_of_saves_at_once_one_wins", next(k for k in BROKEN if k.__name__ == "AwaitsBetweenReadAndSave"))

    assert failure.value.__notes__ == ["This is about the awaiting methods of AwaitsBetweenReadAndSave."]


def test_a_user_runs_it_in_ten_lines(tmp_path):
    """A test file of a few lines runs every rule as a test of its own, also with assertions switched off."""
    (tmp_path / "test_mine.py").write_text(USERS_FILE)
    command = [sys.executable, "-O", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py"]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    end = subprocess.run(command, cwd=tmp_path, env=alone, capture_output=True, text=True, timeout=60, check=False)

    assert f"1 failed, {2 * len(RULES) - 1} passed" in end.stdout
    assert "every session with an index is found, once" in end.stdout


class AtHome(SessionStore):
    """A store that works in one event loop only."""

    def __init__(self, home):
        super().__init__()
        self._home = home

    async def aload(self, key):
        if asyncio.get_running_loop() is not self._home:
            raise RuntimeError

    adelete = aload

    async def afind(self, index):
        return []

    async def arelease(self, key, owner):
        await self.aload(key)


def test_a_store_may_belong_to_an_event_loop():
    """A suite that runs its coroutines itself tries a store that works in one loop only."""
    with asyncio.Runner() as runner:

        class Suite(StoreConformance):
            def run(self, coroutine):
                return runner.run(coroutine)

        store = AtHome(runner.get_loop())
        Suite().test_nothing_is_under_a_name_that_nobody_used(store)
        with pytest.raises(StorageError):
            StoreConformance().test_nothing_is_under_a_name_that_nobody_used(store)


def test_naming_the_stores_imports_no_test_tool():
    """`logto.sessions` and the suite itself import no pytest."""
    code = "import sys, logto.sessions, logto.sessions.conformance; print('pytest' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"False"


def test_no_value_is_larger_than_a_store_takes():
    """A value beyond the bound is a clear error, whether it is to be saved or was found."""
    assert len(Stored(bytes(MAX_VALUE), 1, 0.0).value) == MAX_VALUE
    with pytest.raises(StorageError) as failure:
        Stored(bytes(MAX_VALUE + 1), 1, 0.0)

    assert failure.value.code == "storage.too_large"


def test_the_clock_of_the_suite_moves_only_when_told():
    """The suite's clock stands still until it is advanced."""
    clock = suite.MovableClock()
    before = clock()
    clock.advance(1.5)

    assert clock() == before + 1.5
