"""What import-linter cannot see: the clock and the network reached through a submodule or a class."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.repository import modules, parse, place

FORBIDDEN_IMPORTS = {"urllib.request", "http.client", "http.server", "concurrent.futures"}
FORBIDDEN_CALLS = {
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "time.monotonic",
    "time.perf_counter",
    "time.time",
}


def imports(node: ast.AST) -> list[str]:
    """The modules that an import statement may bring in."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def findings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each line that reaches the clock or the network, and what it reaches for."""
    for node in ast.walk(tree):
        for name in FORBIDDEN_IMPORTS.intersection(imports(node)):
            yield node.lineno, name
        # `datetime.datetime.now` and `datetime.now` are one and the same: the last two names tell.
        if isinstance(node, ast.Attribute):
            name = ".".join(ast.unparse(node).split(".")[-2:])
            if name in FORBIDDEN_CALLS:
                yield node.lineno, name


def broken_in(folder: str) -> list[str]:
    """The findings below a folder, each with its place."""
    paths: list[Path] = modules(folder)
    return [f"{place(path, line)}: {name}" for path in paths for line, name in findings(parse(path))]


def test_the_protocol_reads_no_clock_and_opens_no_connection():
    """Nothing below protocol/ reads the time or fetches a URL, however it is spelled."""
    assert broken_in("src/logto/protocol") == []


def test_the_flows_read_no_clock_and_open_no_connection():
    """Nothing below flows/ reads the time or fetches a URL, however it is spelled."""
    assert broken_in("src/logto/flows") == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import urllib.request", "urllib.request"),
        ("from urllib import request", "urllib.request"),
        ("from urllib.request import urlopen", "urllib.request"),
        ("now = time.time()", "time.time"),
        ("now = datetime.datetime.now(UTC)", "datetime.now"),
        ("clock = datetime.utcnow", "datetime.utcnow"),
    ],
)
def test_each_way_around_is_seen(source, name):
    """The rule sees the import and the call in every spelling."""
    assert list(findings(ast.parse(source))) == [(1, name)]


def test_parsing_a_url_is_allowed():
    """The rule lets the pure half of urllib pass."""
    assert list(findings(ast.parse("from urllib.parse import urlsplit"))) == []
