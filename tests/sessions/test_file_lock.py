"""A lock among processes: one holder, and none for ever."""

import subprocess
import sys

import pytest

from logto.sessions.file_lock import FileLock

HOLD = """
import sys
from pathlib import Path
from logto.sessions.file_lock import FileLock
assert FileLock(Path(sys.argv[1])).take()
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lock"


def test_one_holder_at_a_time(path):
    """Another object does not get it before the first gives it back; taking it twice is taking it once."""
    one, other = FileLock(path), FileLock(path)

    assert (one.take(), one.take(), other.take()) == (True, True, False)
    one.give_back()
    assert (other.take(), one.take()) == (True, False)
    one.give_back()  # which it does not have
    assert one.take() is False


def test_only_the_owner_can_open_it(path):
    """Others cannot lock us out."""
    FileLock(path).take()

    assert path.stat().st_mode & 0o077 == 0


def test_the_lock_of_a_process_that_is_killed_comes_back(path):
    """The operating system gives it back."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "taken\n"
        lock = FileLock(path)
        assert lock.take() is False
    finally:
        process.kill()
        process.communicate(timeout=10)

    assert lock.take() is True
