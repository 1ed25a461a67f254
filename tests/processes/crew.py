"""Several worker processes of one application, and what a browser of theirs holds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Crew:
    """Worker processes that share a store.

    Args:
        store: What each opens.
        config: What each signs in with.
        size: How many there are.
    """

    def __init__(self, store, config, size):
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.processes.worker"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(size)
        ]
        settings = {"store": store, "config": config.model_dump(mode="json", exclude_unset=True)}
        for process in self._processes:
            self._tell(process, settings)
        for process in self._processes:
            assert "ready" in self._hear(process)

    def one(self, **command):
        """What the first process answers."""
        self._tell(self._processes[0], command)
        return self._hear(self._processes[0])

    def other(self, **command):
        """What the last process answers: one that knows nothing of what the first remembers."""
        self._tell(self._processes[-1], command)
        return self._hear(self._processes[-1])

    def all(self, **command):
        """What all processes answer to a command that they get at once."""
        return self.each([command] * len(self._processes))

    def each(self, commands):
        """What the processes answer to a command each, which they get at once."""
        for process, command in zip(self._processes, commands, strict=True):
            self._tell(process, command)
        return [self._hear(process) for process in self._processes]

    def stop(self):
        """Ends them."""
        for process in self._processes:
            process.kill()
            process.communicate()

    @staticmethod
    def _tell(process, message):
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()

    @staticmethod
    def _hear(process):
        line = process.stdout.readline()
        assert line, "a worker ended without an answer"
        return json.loads(line)


class CookieJar(dict):
    """One browser's cookies."""

    def take(self, answer):
        """Does what the answer's `Set-Cookie` headers say."""
        for header in answer.get("set_cookie", ()):
            pair, _, attributes = header.partition(";")
            name, _, value = pair.partition("=")
            if "Max-Age=0" in attributes:
                self.pop(name, None)
            else:
                self[name] = value
        return answer


def signed_in(crew, server, *, offset=0.0):
    """The cookies of a browser in which alice is signed in."""
    jar = CookieJar()
    begun = jar.take(crew.one(do="begin", cookies=jar, offset=offset))
    finished = jar.take(crew.one(do="callback", cookies=jar, url=server.sign_in(begun["result"]), offset=offset))
    assert finished.get("result", finished) is None
    return jar
