"""A program in another process, which is told what to do line by line."""

import json
import os
import subprocess
from types import TracebackType
from typing import Any, Self

from .settings import ROOT


def environment(path: str = "") -> dict[str, str]:
    """The environment variables of a measured process: none that change how an interpreter works.

    Args:
        path: Folders to import from, beside the environment's own.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LOGTO_"))}
    # Deprecations of the field's libraries are not for us to read.
    return kept | {"PYTHONWARNINGS": "ignore"} | ({"PYTHONPATH": path} if path else {})


class SideError(Exception):
    """The program failed; its own words are on the terminal."""


class Side:
    """Starts one of `benchmarks.sides` under any interpreter: each library is measured in its own environment.

    Args:
        python: The interpreter.
        program: The module's name.
        path: Folders to import from, beside the environment's own.
    """

    def __init__(self, python: str, program: str, *, path: str = "") -> None:
        self._name = program
        self._process = subprocess.Popen(
            [python, "-m", f"benchmarks.sides.{program}"],
            cwd=ROOT,
            env=environment(path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, command: str, **arguments: Any) -> Any:
        """Tell it to do something and return what it answers.

        Raises:
            SideError: It could not.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps([command, arguments]) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise SideError(f"benchmarks/sides/{self._name}.py ended in `{command}`")
        return json.loads(line)

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
