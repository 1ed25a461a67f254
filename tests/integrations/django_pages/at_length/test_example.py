"""The example's own tests, in a process of their own: Django takes one set of settings."""

import os
import subprocess
import sys

from tests.house.repository import ROOT


def test_the_examples_tests_pass():
    """They pass with the package's fixtures alone."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:django",
        "examples/django/test_app.py",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 0, result.stdout
    assert "2 passed" in result.stdout
