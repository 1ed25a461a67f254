"""The page on the Management API, the Account API and webhooks: its tests pass."""

import subprocess
import sys

from tests.docs.blocks import write_files
from tests.house.repository import ROOT

PAGE = ROOT / "docs" / "local-logto-management.md"


def test_the_tests_of_the_page_pass(tmp_path):
    """Typed into files, they pass with the package's fixtures alone."""
    names = write_files(PAGE, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)

    assert result.returncode == 0, result.stdout
    shown = sum(text.count("def test_") for text in ((tmp_path / name).read_text() for name in names))
    assert f"{shown} passed" in result.stdout
