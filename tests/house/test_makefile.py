"""The Makefile explains itself."""

import subprocess

from tests.house.repository import ROOT


def run_make(*arguments: str) -> str:
    """What make prints."""
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def targets() -> list[str]:
    """The commands that the Makefile offers."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    return [name for line in lines if line.startswith(".PHONY:") for name in line.split()[1:]]


def test_help_explains_each_target():
    """`make help` lists every target, in the Makefile's order, each with a sentence."""
    explained = [line.split(maxsplit=2) for line in run_make("help").splitlines()]

    assert [name for _, name, _ in explained] == targets()


def test_help_is_what_a_plain_make_does():
    """`make` alone explains the targets and starts nothing."""
    assert run_make() == run_make("help")
