"""Searching a list."""

import pytest

from tests.server.manager import Manager


@pytest.fixture(scope="module")
def manager(server):
    """Of a server with users to be told apart."""
    made = Manager(server)
    for name in ("Anna", "annabel", "100%"):
        made.user(name=name)
    yield made
    made.close()


def found(manager, query):
    """The names of the users that a query finds."""
    return {row["name"] for row in manager.call(200, "GET", f"/users?{query}")}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("search=anna", {"Anna"}),
        ("search=ANNA%25", {"Anna", "annabel"}),
        ("search.name=anna%25&isCaseSensitive=true", {"annabel"}),
        ("search.name=Anna&mode.name=exact", {"Anna"}),
        ("search.name=anna&mode=exact", set()),
        ("search.name=Anna&search.name=100%25&mode=exact", {"Anna", "100%"}),
        ("search.name=ann%25&search.username=x", {"Anna", "annabel"}),
        ("search.name=ann%25&search.username=x&joint=and", set()),
    ],
)
def test_a_search_finds(manager, query, names):
    """By pattern whatever the case, exactly, in one column or in all, of several conditions one or every one."""
    assert found(manager, query) == names


@pytest.mark.parametrize(
    "query",
    [
        "search.password_hash=%25",
        "search.name.first=a",
        "search=a&mode=posix",
        "search=a&mode=similar_to",
        "search=a&joint=xor",
        "search=a&search=b",
        "search=",
        "search=" + "a" * 257,
    ],
)
def test_a_search_that_makes_no_sense_is_refused(manager, query):
    """Columns that are nobody's business, regular expressions, several patterns, texts without end."""
    assert manager.code(400, "GET", f"/users?{query}") == "request.invalid_input"
