"""When documents are due, and how often unknown keys may be asked for."""

import pytest

from logto.errors import TransportError
from logto.flows.provider_state import Bucket, Cached


def test_the_bucket_holds_two_and_gains_one_in_thirty_seconds():
    """Two at once, none after, one more half a minute later, never more than two."""
    bucket = Bucket()

    taken = [bucket.take(now) for now in (1000, 1000, 1000, 1029, 1031, 1031, 9999, 9999, 9999)]

    assert taken == [True, True, False, False, True, False, True, True, False]
    assert bucket.refused == 1


def test_a_clock_set_back_empties_no_bucket_for_longer():
    """After the clock went back, the bucket fills from there."""
    bucket = Bucket()
    assert [bucket.take(1_000_000) for _ in range(3)] == [True, True, False]

    assert [bucket.take(now) for now in (10, 40.5)] == [False, True]


@pytest.mark.parametrize(("now", "due"), [(100, False), (3699, False), (3700, True), (99, True), (-9e9, True)])
def test_a_document_is_due_after_an_hour_or_if_it_comes_from_the_future(now, due):
    """Fetched at 100: fresh until 3700; before 100 the clock was set back."""
    cached = Cached()
    cached.fetched("x", 100)

    assert cached.due(now) is due


def test_only_the_first_to_ask_renews():
    """Whoever finds it due is the one; the next minute nobody else is."""
    cached = Cached()
    cached.fetched("x", 0)

    assert [cached.due(now) for now in (4000, 4000, 4059, 4060)] == [True, False, False, True]


def test_a_failure_keeps_the_document_and_counts():
    """What is there stays; success forgets the error."""
    cached = Cached()
    cached.fetched("x", 0)
    cached.failed(TransportError("down"))
    assert (cached.current(), cached.failures, cached.error.message) == ("x", 1, "down")

    cached.fetched("y", 1)
    assert (cached.current(), cached.error) == ("y", None)
