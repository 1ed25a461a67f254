"""The compiled requirements: what they promise to the Makefile and to pip."""

import re

import pytest

from tests.house.repository import ROOT

PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)(\[[a-z,]+\])?==(?P<version>\S+)")


def lines(name: str) -> list[str]:
    """The logical lines of a requirements file: a requirement and its hashes are one."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return text.replace("\\\n", " ").splitlines()


def pins(name: str) -> set[tuple[str, str]]:
    """The packages of a requirements file, with their versions."""
    return {(found["name"], found["version"]) for line in lines(name) if (found := PINNED.match(line))}


@pytest.mark.parametrize(
    "name", ["demo", "test", "check", "docs", "lock", "bench-ours", "bench-published", "bench-jose"]
)
def test_every_line_is_one_version_with_its_hashes(name):
    """A requirements file has no option, no index and no address: only pinned packages with hashes."""
    assert [line for line in lines(name) if not PINNED.match(line) or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize(("smaller", "larger"), [("demo", "test"), ("test", "check")])
def test_each_file_grows_out_of_the_one_before(smaller, larger):
    """One environment serves demo, test and check, because they agree on every version."""
    assert pins(smaller) <= pins(larger)
