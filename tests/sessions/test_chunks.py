"""One value in several cookies."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.sessions.chunks import MOST, delete_chunks, join_chunks, split_chunks
from logto.sessions.settings import CookieSettings
from tests.sessions.visits import FLAGS, Jar

SHAPE = CookieSettings().at("https://app.example/")
NAME = "__Host-logto"


def stored(value: str, jar: Jar | None = None) -> Jar:
    """A browser that was given a value."""
    jar = Jar() if jar is None else jar
    headers = split_chunks(SHAPE, value, 1_209_600, jar)
    assert headers is not None
    jar.take(headers)
    return jar


@pytest.mark.parametrize("size", [0, 1, 3900, 4005, 4006, 4007, 4008, 4009, 4100, 8200, 40_000, 63_000])
def test_a_value_comes_back_from_cookies_of_at_most_4096_bytes(size):
    """Whatever its length, the value is split into cookies that a browser takes, and joined again."""
    jar = stored("v" * size)

    assert join_chunks(NAME, jar) == "v" * size
    assert all(len(header) <= 4096 for header in jar.headers)
    assert all(header.split("; ")[2:] == FLAGS for header in jar.headers)


def test_a_value_for_more_than_sixteen_cookies_is_refused():
    """What does not fit into the most chunks is not split at all."""
    assert split_chunks(SHAPE, "v" * 70_000, 60, {}) is None


def test_shrinking_deletes_stale_chunks():
    """A shorter value removes what the longer one left behind, and nothing else."""
    jar = stored("v" * 12_000, Jar([("other", "kept"), (f"{NAME}.99", "kept")]))
    assert {NAME, f"{NAME}.1", f"{NAME}.2"} < set(jar)

    stored("short", jar)

    assert set(jar) == {NAME, "other", f"{NAME}.99"}
    assert join_chunks(NAME, jar) == "short"
    assert all(header.split("; ")[2:] == FLAGS for header in jar.headers)


def test_growing_deletes_nothing():
    """A longer value adds cookies and removes none."""
    jar = stored("v" * 12_000, stored("short"))

    assert not any("Max-Age=0" in header for header in jar.headers)
    assert join_chunks(NAME, jar) == "v" * 12_000


def test_deleting_names_every_chunk_that_the_browser_sent():
    """All chunks go, stale ones too, each with the flags of the cookie."""
    jar = stored("v" * 12_000)
    jar[f"{NAME}.7"] = "stale"

    headers = delete_chunks(SHAPE, jar)

    assert {header.partition("=")[0] for header in headers} == set(jar)
    assert all(header.split("; ")[1:] == ["Max-Age=0", *FLAGS] for header in headers)
    assert delete_chunks(SHAPE, {}) == ()


@pytest.mark.parametrize("count", ["", "0", "h", "3", "é", " ", "\x00", "2" * 5000])
def test_a_first_chunk_that_says_no_count_of_what_is_there_holds_nothing(count):
    """A count that is missing, zero, too large, or of more chunks than came, reads as no value."""
    assert join_chunks(NAME, {NAME: count and f"{count}value", f"{NAME}.1": "rest"}) is None


@pytest.mark.parametrize("missing", [NAME, f"{NAME}.1", f"{NAME}.2"])
def test_a_missing_chunk_makes_the_value_none(missing):
    """Without any of its chunks a value is not there at all."""
    jar = stored("v" * 12_000)
    del jar[missing]

    assert join_chunks(NAME, jar) is None


@pytest.mark.parametrize("chunk", ["", "v" * 4097, "v" * 10_000_000], ids=["empty", "4097", "10-MB"])
def test_a_chunk_that_no_browser_keeps_makes_the_value_none(chunk):
    """An empty chunk, or one longer than any cookie, is not looked at further."""
    assert join_chunks(NAME, {NAME: "2v", f"{NAME}.1": chunk}) is None
    assert join_chunks(NAME, {NAME: f"1{chunk}" if chunk else ""}) is None


@given(st.dictionaries(st.sampled_from([NAME, *(f"{NAME}.{n}" for n in range(1, 18))]), st.text(max_size=20)))
@settings(derandomize=True, database=None, max_examples=200)
def test_whatever_cookies_come_joining_raises_nothing(cookies):
    """Any text in any chunk is a value or none, of at most sixteen chunks."""
    value = join_chunks(NAME, cookies)

    assert value is None or len(value) < 20 * MOST
