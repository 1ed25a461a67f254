"""One at a time: turns that conversations take, across the threads, tasks and event loops of a process."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from threading import Lock

from ..errors import TransportError


class Turns:
    """Who may go on, by name; others wait in the order in which they came."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, deque[Future[None]]] = {}

    def take(self, name: str) -> Turn:
        """A turn to wait for: `turn = yield turns.take(name)`, and `turn.release()` in a `finally`."""
        return Turn(self, name)

    def enter(self, name: str) -> Future[None] | None:
        """Takes the turn, or a place in the queue: a future that is done once the turn has come."""
        with self._lock:
            if name not in self._waiting:
                self._waiting[name] = deque()
                return None
            future: Future[None] = Future()
            self._waiting[name].append(future)
            return future

    def leave(self, name: str) -> None:
        """Hands the turn to the next in the queue."""
        with self._lock:
            future = self._next(self._waiting[name])
            if future is None:
                del self._waiting[name]
        if future is not None:
            future.set_result(None)

    @staticmethod
    def _next(waiting: deque[Future[None]]) -> Future[None] | None:
        while waiting:
            future = waiting.popleft()
            if future.set_running_or_notify_cancel():  # else it gave up waiting
                return future
        return None


class Turn:
    """One conversation's turn, waited for as a step and given back by `release`."""

    def __init__(self, turns: Turns, name: str) -> None:
        self._turns = turns
        self._name = name

    def blocking(self, timeout: float) -> Turn:
        """Waits for the turn, keeping the thread."""
        future = self._turns.enter(self._name)
        if future is not None:
            try:
                future.result(timeout)
            except BaseException as error:  # noqa: BLE001 - a cancelled task must not keep its place
                self._give_up(future)
                raise self._translated(error) from None
        return self

    async def awaiting(self, timeout: float) -> Turn:
        """Waits for the turn, leaving the event loop to others."""
        future = self._turns.enter(self._name)
        if future is not None:
            try:
                async with asyncio.timeout(timeout):
                    await asyncio.wrap_future(future)
            except BaseException as error:  # noqa: BLE001 - a cancelled task must not keep its place
                self._give_up(future)
                raise self._translated(error) from None
        return self

    def release(self) -> None:
        """Lets the next one go on."""
        self._turns.leave(self._name)

    def _give_up(self, future: Future[None]) -> None:
        if not future.cancel() and not future.cancelled():
            self.release()  # the turn had come while its owner was leaving

    @staticmethod
    def _translated(error: BaseException) -> BaseException:
        if not isinstance(error, TimeoutError):
            return error
        return TransportError(
            "Another request of this session is still waiting for the server.",
            code="transport.timeout",
            hint="The server answers too slowly; `timeout` in LogtoConfig sets how long to wait.",
        )
