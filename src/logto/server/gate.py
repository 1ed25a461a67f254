"""A gate at which coroutines of one thread wait until another thread opens it."""

import asyncio
import contextlib
import threading


class Gate:
    """Closed at first; once opened it stays open."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_open = False
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def open(self) -> None:
        """Let everybody through, from any thread."""
        with self._lock:
            self._is_open = True
            for loop, event in self._waiting:  # each loop is still running: its waiter has not left the set
                loop.call_soon_threadsafe(event.set)

    async def passed(self, seconds: float | None = None) -> None:
        """Wait until the gate is open, for no longer than `seconds`."""
        waiter = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            if self._is_open:
                return
            self._waiting.add(waiter)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(waiter[1].wait(), seconds)
        finally:
            with self._lock:
                self._waiting.discard(waiter)
