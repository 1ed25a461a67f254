"""Something of which each event loop needs its own, such as a pool of connections, closed inside its loop."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


class PerLoop(Generic[T]):
    """One of something for each event loop that asks: a framework may run every view in a loop of its own.

    Args:
        make: Makes one, for the running loop.
        close: Closes one, inside its loop, when that shuts down.
    """

    def __init__(self, make: Callable[[], T], close: Callable[[T], Awaitable[object]]) -> None:
        self._make = make
        self._close = close
        self._kept: dict[asyncio.AbstractEventLoop, _Kept[T]] = {}
        # For an owner that is dropped while its loop goes on.
        weakref.finalize(self, _end_all, self._kept)

    async def get(self) -> T:
        """The running loop's own."""
        loop = asyncio.get_running_loop()
        found = self._kept.get(loop)
        if found is None:
            self._forget_closed_loops()
            thing = self._make()
            found = self._kept[loop] = _Kept(thing, _until_shutdown(self._kept, loop, self._close))
            await anext(found.keeper)
        return found.thing

    async def close(self) -> None:
        """Closes the running loop's own; a later `get` makes another."""
        found = self._kept.get(asyncio.get_running_loop())
        if found is not None:
            await found.keeper.aclose()

    def _forget_closed_loops(self) -> None:
        # For those who close a loop without shutting it down.
        for loop in list(self._kept):
            if loop.is_closed():
                self._kept.pop(loop, None)


@dataclass(eq=False, slots=True)
class _Kept(Generic[T]):
    """What one event loop has, and the generator that closes it when the loop shuts down."""

    thing: T
    keeper: AsyncGenerator[None]
    ending: asyncio.Future[None] | None = None  # referred to, as the loop itself does not


async def _until_shutdown(
    kept: dict[asyncio.AbstractEventLoop, _Kept[T]],
    loop: asyncio.AbstractEventLoop,
    close: Callable[[T], Awaitable[object]],
) -> AsyncGenerator[None]:
    """Suspended while its event loop lives: a loop that shuts down ends its asynchronous generators."""
    try:
        yield
    finally:
        await close(kept.pop(loop).thing)


def _end_all(kept: dict[asyncio.AbstractEventLoop, _Kept[T]]) -> None:
    for loop, found in list(kept.items()):
        if not loop.is_closed():
            loop.call_soon_threadsafe(_end, found)


def _end(found: _Kept[T]) -> None:
    found.ending = asyncio.ensure_future(found.keeper.aclose())
