"""Pages of a list."""

import re

import pytest

from tests.server.manager import Manager


@pytest.fixture(scope="module")
def manager(server):
    """Of a server with seven users."""
    made = Manager(server)
    for index in range(5):
        made.user(name=f"User {index}")
    yield made
    made.close()


def links(answer):
    """The pages that the Link header names."""
    found = re.findall(r'<http://[^/]+/api/users\?([^>]*)>; rel="(\w+)"', answer.headers["link"])
    return {relation: dict(part.split("=") for part in query.split("&")) for query, relation in found}


def test_a_page_says_how_much_there_is(manager):
    """Total-Number and Link; the pages together are the list."""
    pages = [manager.ask("GET", f"/users?page={number}&page_size=3") for number in (1, 2, 3)]
    assert [len(answer.json()) for answer in pages] == [3, 3, 1]
    assert {answer.headers["total-number"] for answer in pages} == {"7"}
    whole = manager.call(200, "GET", "/users?page_size=100")
    assert [row for answer in pages for row in answer.json()] == whole
    assert [{name: int(query["page"]) for name, query in links(answer).items()} for answer in pages] == [
        {"first": 1, "next": 2, "last": 3},
        {"first": 1, "prev": 1, "next": 3, "last": 3},
        {"first": 1, "prev": 2, "last": 3},
    ]
    assert links(pages[0])["next"]["page_size"] == "3"


def test_a_page_beyond_the_last_is_empty(manager):
    """200 with nothing in it."""
    answer = manager.ask("GET", "/users?page=99")
    assert (answer.status_code, answer.json(), answer.headers["total-number"]) == (200, [], "7")


def test_a_page_has_twenty_rows_unless_asked(manager):
    """Without parameters the first twenty."""
    for index in range(21):
        manager.organization(f"Organization {index}")
    assert len(manager.call(200, "GET", "/organizations")) == 20


def test_links_keep_what_was_searched_for(manager):
    """Encoded anew."""
    answer = manager.ask("GET", "/users?search=%25User%201%25")
    assert links(answer)["first"] == {"search": "%25User+1%25", "page": "1"}


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=1.5", "page_size=101", "page_size=0", "page=" + "9" * 20]
)
def test_a_page_that_cannot_be_is_refused(manager, query):
    """400 guard.invalid_pagination."""
    assert manager.code(400, "GET", f"/users?{query}") == "guard.invalid_pagination"


def test_some_lists_are_whole_unless_a_page_is_asked_for(manager):
    """Without headers then; with either parameter, a page."""
    whole = manager.ask("GET", "/applications")
    assert "total-number" not in whole.headers
    page = manager.ask("GET", "/applications?page_size=2")
    assert (len(page.json()), page.headers["total-number"]) == (2, str(len(whole.json())))
