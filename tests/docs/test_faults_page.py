"""The page on faults: its tests pass, and its file of faults is one."""

import subprocess
import sys

import httpx2

from logto.server.serve import LocalLogto
from tests.docs.blocks import blocks, write_files
from tests.house.repository import ROOT

PAGE = ROOT / "docs" / "local-logto-faults.md"


def test_the_tests_of_the_page_pass(tmp_path):
    """Typed into files, they pass with the package's fixtures alone."""
    names = write_files(PAGE, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)

    assert result.returncode == 0, result.stdout
    shown = sum(text.count("def test_") for text in ((tmp_path / name).read_text() for name in names))
    assert f"{shown} passed" in result.stdout


def test_the_file_of_faults_does_what_it_says(tmp_path):
    """User info fails three times with 429; the rest of the file is accepted."""
    (block,) = [block for block in blocks(PAGE) if block.title == "faults.yaml"]
    path = tmp_path / "faults.yaml"
    path.write_text(block.text)
    with LocalLogto(faults=str(path)) as server:
        answers = [httpx2.get(f"{server.endpoint}/oidc/me") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [429, 429, 429, 401]
        assert answers[0].headers["retry-after"] == "5"
