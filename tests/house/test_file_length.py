"""No file is longer than what one reading takes in."""

from pathlib import Path

from tests.house.repository import ROOT, files, place

LIMIT = 400
CODE = {".py", ".js", ".mjs", ".ts", ".html", ".css", ".md", ".toml", ".yml", ".yaml", ".sh", ""}


def is_written_by_hand(path: Path) -> bool:
    """Whether somebody wrote the file: locks are compiled, and a licence is as long as it is."""
    return path.suffix in CODE and path.parent != ROOT / "requirements" and path.name != "LICENSE"


def test_no_file_is_too_long():
    """No source, test or documentation file has more than 400 lines."""
    lengths = {path: len(path.read_bytes().splitlines()) for path in files() if is_written_by_hand(path)}

    assert {place(path): lines for path, lines in lengths.items() if lines > LIMIT} == {}


def test_the_rule_sees_the_code():
    """The rule reads the package, its tests and the scripts that have no suffix."""
    seen = {place(path) for path in files() if is_written_by_hand(path)}

    assert {"src/logto/errors/base.py", "tests/conftest.py", "Makefile", ".ci/run"} <= seen
