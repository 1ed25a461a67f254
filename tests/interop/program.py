"""A program of somebody else's making, asked in lines of JSON."""

import json
import os
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PATIENCE = 30.0
"""Seconds after which a program that does not answer is killed."""


class Refused(Exception):  # noqa: N818 - what the program said, not what went wrong with it
    """The program's library raised an error.

    Attributes:
        name: The error's class.
        code: The library's own code, if it has one.
        error: The OAuth error code, if it was one.
    """

    def __init__(self, refused: dict[str, Any]) -> None:
        super().__init__(f"{refused['name']}: {refused['message']}")
        self.name = refused["name"]
        self.code = refused.get("code")
        self.error = refused.get("error")


class Program:
    """A child process: `with Program([...], log) as program: program.ask("operation", …)`.

    It ends with its test: it reads our lines, and the end of them ends it, even when we are killed.

    Args:
        command: How to start it.
        log: Where its standard error goes.
        environment: Variables to set beside those of this process.
    """

    def __init__(self, command: Sequence[str | Path], log: Path, environment: dict[str, str] | None = None) -> None:
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                env={**os.environ, **(environment or {})},
            )

    def __enter__(self) -> Self:
        try:
            assert self._answer() == "ready"
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, operation: str, *given: Any) -> Any:
        """What the program answers.

        Raises:
            Refused: Its library raised an error.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"ask": operation, "with": given}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """End the program."""
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        watchdog = threading.Timer(PATIENCE, self._process.kill)
        watchdog.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        if not line:
            raise AssertionError(f"the program ended, or did not answer for {PATIENCE:.0f} s; it said: {self._said()}")
        reply = json.loads(line)
        if "refused" in reply:
            raise Refused(reply["refused"])
        return reply["answer"]

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8")[-2000:] or "nothing"
