"""One body for plain and asynchronous code: it yields what Django, or the client, has in both colours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Both:
    """One step, in either colour: neither goes through a bridge of ours.

    Args:
        plain: Blocks.
        awaited: Awaits; Django's name for it has an `a` in front.
    """

    plain: Callable[[], Any]
    awaited: Callable[[], Awaitable[Any]]


Steps: TypeAlias = Generator[Both, Any, T]


def both(plain: Callable[..., Any], awaited: Callable[..., Awaitable[Any]], /, *args: Any, **kwargs: Any) -> Both:
    """The step of calling one of two functions with the same arguments."""
    return Both(lambda: plain(*args, **kwargs), lambda: awaited(*args, **kwargs))


def blocking(body: Callable[P, Steps[T]]) -> Callable[P, T]:
    """The body as a plain function."""

    @wraps(body)
    def plain(*args: P.args, **kwargs: P.kwargs) -> T:
        steps = body(*args, **kwargs)
        try:
            step = next(steps)
            while True:
                try:
                    result = step.plain()
                except BaseException as error:  # noqa: BLE001 - the body is told, and raises it again
                    step = steps.throw(error)
                else:
                    step = steps.send(result)
        except StopIteration as end:
            value: T = end.value
            return value

    return plain


def awaiting(body: Callable[P, Steps[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """The body as an `async` function."""

    @wraps(body)
    async def awaited(*args: P.args, **kwargs: P.kwargs) -> T:
        steps = body(*args, **kwargs)
        try:
            step = next(steps)
            while True:
                try:
                    result = await step.awaited()
                except BaseException as error:  # noqa: BLE001 - as above
                    step = steps.throw(error)
                else:
                    step = steps.send(result)
        except StopIteration as end:
            value: T = end.value
            return value

    return awaited
