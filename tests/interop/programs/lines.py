"""The Python half of lines.mjs: a line {"ask", "with"} comes in, a line {"answer"} or {"refused"} goes out.

Runs in environments that have nothing of ours, so it uses the standard library only.
"""

import json
import sys
import traceback
from collections.abc import Callable
from typing import Any


def answer_lines(answer: Callable[[str, list[Any]], Any]) -> None:
    """Answers until the asker is gone, and then returns: the program never outlives its test."""
    # Standard output belongs to the answers; whatever the libraries print goes to the log.
    replies, sys.stdout = sys.stdout, sys.stderr
    _say(replies, {"answer": "ready"})
    for line in sys.stdin:
        question = json.loads(line)
        try:
            reply = {"answer": answer(question["ask"], question["with"])}
        except Exception as error:  # noqa: BLE001 - the asker is told, and the log
            traceback.print_exc()
            reply = {"refused": {"name": type(error).__name__, "message": str(error)}}
        _say(replies, reply)


def _say(replies: Any, reply: dict[str, Any]) -> None:
    replies.write(json.dumps(reply) + "\n")
    replies.flush()
