"""Objects of ours that await and those that block, asked in the same way."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal

COLOURS = ("awaiting", "blocking")


class Either:
    """One of our objects.

    Args:
        target: It.
        portal: The event loop that it awaits on; None if it blocks.
    """

    def __init__(self, target: Any, portal: BlockingPortal | None) -> None:
        self.target, self._portal = target, portal

    def do(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        """Call one of its methods and wait for the result."""
        if self._portal is None:
            return getattr(self.target, operation)(*args, **kwargs)
        return self._portal.call(self._awaited, operation, args, kwargs)

    async def _awaited(self, operation: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = getattr(self.target, operation)(*args, **kwargs)
        return await result if inspect.iscoroutine(result) else result


@contextmanager
def loop_of(colour: str) -> Iterator[BlockingPortal | None]:
    """The event loop for objects of this colour."""
    if colour == "blocking":
        yield None
        return
    with start_blocking_portal() as portal:
        yield portal


@contextmanager
def closed_at_the_end(target: Any, portal: BlockingPortal | None) -> Iterator[Either]:
    """One of our objects, which is closed when the test is over."""
    either = Either(target, portal)
    yield either
    either.do("close")
