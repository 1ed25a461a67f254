"""Doing what each line on standard input says, and answering with a line."""

import asyncio
import inspect
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any


def serve(commands: Mapping[str, Callable[..., Any]]) -> None:
    """Do commands until the input ends; asynchronous ones all in one event loop, which keeps their connections.

    Args:
        commands: What can be asked for, by name.
    """
    # A library may print what it likes: the answers have a channel of their own.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with asyncio.Runner() as runner, answers:
        for line in sys.stdin:
            name, arguments = json.loads(line)
            answer = commands[name](**arguments)
            if inspect.isawaitable(answer):
                answer = runner.run(_whole(answer))
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


async def _whole(awaitable: Any) -> Any:
    return await awaitable
