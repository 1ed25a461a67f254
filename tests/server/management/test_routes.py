"""The route table as a whole."""

import re

import httpx2
import pytest

from logto.server.management.routes import ROWS
from tests.server.browser import NO_TLS

UNKNOWN = re.compile(r"{\w+}")


def path_of(row):
    """A path that fits a row, of things that do not exist."""
    return "/api" + UNKNOWN.sub("unknown", row.path)


def test_no_route_answers_without_a_token(server):
    """Every row of the table is behind the same door."""
    with httpx2.Client(base_url=server.endpoint, verify=NO_TLS) as http:
        statuses = {f"{row.method} {row.path}": http.request(row.method, path_of(row)).status_code for row in ROWS}
    assert {name for name, status in statuses.items() if status != 401} == set()


def test_what_does_not_exist_is_refused_by_every_route(manager):
    """A path of unknown ids is 404 or 422, or 400 where the body comes first, and never an error of ours."""
    rows = [row for row in ROWS if "{" in row.path and not (row.method == "GET" and row.path.endswith("/sessions"))]
    statuses = {}
    for row in rows:
        answer = manager.ask(row.method, path_of(row).removeprefix("/api"), {})
        statuses[f"{row.method} {row.path}"] = answer.status_code
    empty_list = {"GET /resources/{resourceId}/scopes": 200}
    assert {name: status for name, status in statuses.items() if status not in (400, 404, 422)} == empty_list


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("PUT", "/users"), ("DELETE", "/roles")])
def test_an_unknown_route_is_not_found(manager, method, path):
    """404 as JSON, also for a method that a path does not have."""
    assert manager.code(404, method, path) == "entity.not_found"


def test_a_body_too_large_is_refused(manager):
    """413 before anything is read from it."""
    assert manager.code(413, "POST", "/users", {"name": "a" * 70_000}) == "request.too_large"


@pytest.mark.parametrize("content", [b"{", b"[]", b'"text"', b"null1", b'{"name": NaN}', b"[" * 30_000])
def test_a_body_that_is_no_object_is_refused(manager, content):
    """400, also for what JSON does not know and for what is nested without end."""
    answer = manager.http.post("/api/organizations", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text


def test_faults_reach_these_routes_too(server, manager):
    """A 429 with Retry-After on demand, and the route as before when it is over."""
    with server.faults.fail("/api/users", 429, times=1, headers={"Retry-After": "1"}):
        answer = manager.ask("GET", "/users")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
        assert manager.ask("GET", "/users").status_code == 200
