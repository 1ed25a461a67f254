"""A conversation as a method of a client, awaited or blocking."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..protocol.http import Flow

C = TypeVar("C")
P = ParamSpec("P")
T = TypeVar("T")


def awaited(flow: Callable[Concatenate[C, P], Flow[T]]) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]:
    """The conversation as an `async` method."""

    @wraps(flow)
    async def operation(client: Any, /, *args: P.args, **kwargs: P.kwargs) -> T:
        result: T = await client._run(flow(client._context, *args, **kwargs))  # noqa: SLF001 - a method of the client
        return result

    return operation


def blocking(flow: Callable[Concatenate[C, P], Flow[T]]) -> Callable[Concatenate[Any, P], T]:
    """The conversation as a plain method."""

    @wraps(flow)
    def operation(client: Any, /, *args: P.args, **kwargs: P.kwargs) -> T:
        result: T = client._run(flow(client._context, *args, **kwargs))  # noqa: SLF001 - a method of the client
        return result

    return operation
