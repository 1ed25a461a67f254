"""What was read from a store a moment ago: for which bytes it holds, and for how many sessions."""

from logto.sessions.opened_records import MOST, OpenedRecords
from logto.sessions.record import SessionRecord

RECORD = SessionRecord(created_at=1.0, seen_at=1)


class Reading:
    """Reads bytes, and counts how often it had to."""

    def __init__(self, found=(RECORD, True)):
        self.found = found
        self.times = 0

    def __call__(self):
        self.times += 1
        return self.found


def test_the_same_bytes_are_read_once():
    """Bytes that are under their key as before are not read again; other bytes, or another key, are."""
    records, reading = OpenedRecords(), Reading()
    for key, value in (("a", b"1"), ("a", b"1"), ("a", b"2"), ("b", b"2"), ("a", b"2")):
        assert records.read(key, value, reading) == (RECORD, True)

    assert reading.times == 3


def test_what_is_no_session_is_not_remembered():
    """Bytes that cannot be read are tried again, and what was known under their key is forgotten."""
    records, good, bad = OpenedRecords(), Reading(), Reading(None)
    records.read("a", b"1", good)
    assert [records.read("a", b"2", bad) for _ in range(2)] == [None, None]
    records.read("a", b"1", good)

    assert (good.times, bad.times) == (2, 2)


def test_a_session_that_ended_is_forgotten():
    """After `forget`, the same bytes are read anew; forgetting what is not known does nothing."""
    records, reading = OpenedRecords(), Reading()
    records.read("a", b"1", reading)
    records.forget("a")
    records.forget("a")
    records.read("a", b"1", reading)

    assert reading.times == 2


def test_the_oldest_make_room():
    """So many sessions are remembered, and one more makes the oldest be read again."""
    records, reading = OpenedRecords(), Reading()
    for number in range(MOST + 1):
        records.read(str(number), b"1", reading)
    records.read(str(MOST), b"1", reading)
    assert reading.times == MOST + 1
    records.read("0", b"1", reading)

    assert reading.times == MOST + 2
