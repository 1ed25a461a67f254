"""The two ways to carry a conversation: blocking, and awaiting.

A conversation yields an `HttpRequest`, which goes through a transport, or a `Step`, which knows by itself how to be done
in either colour.
"""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import Any, NoReturn, Protocol, TypeVar, runtime_checkable

from ..errors import LogtoException, TransportError
from ..protocol.http import Flow, HttpRequest, HttpResponse

T = TypeVar("T")


class Transport(Protocol):
    """Carries one request, blocking."""

    def send(self, request: HttpRequest, timeout: float) -> HttpResponse:
        """Sends a request and returns the whole answer.

        Args:
            request: What to send.
            timeout: Seconds for the whole exchange.

        Raises:
            TransportError: No answer came.
            UnexpectedResponseError: The answer is larger than is read.
        """
        ...

    def close(self) -> None:
        """Closes the connections."""
        ...


class AsyncTransport(Protocol):
    """Carries one request, awaiting."""

    async def send(self, request: HttpRequest, timeout: float) -> HttpResponse:
        """As `Transport.send`."""
        ...

    async def close(self) -> None:
        """Closes the connections of the running event loop."""
        ...


@runtime_checkable
class Step(Protocol):
    """Something other than a request that a conversation waits for."""

    def blocking(self, timeout: float) -> Any:
        """Does it, keeping the thread, for at most `timeout` seconds."""
        ...

    async def awaiting(self, timeout: float) -> Any:
        """Does it, leaving the event loop to others, for at most `timeout` seconds."""
        ...


def run(flow: Flow[T], transport: Transport, timeout: float) -> T:
    """Carries a conversation to its end, blocking.

    Args:
        flow: The conversation.
        transport: What carries its requests.
        timeout: Seconds for all of it.
    """
    try:
        step = next(flow)
        # Nothing has been waited for yet, and a conversation that needs nothing never comes here.
        deadline = monotonic() + timeout
        while True:
            try:
                # A call of a store is what every page has, and pages should not wait for this machine: it is asked first.
                does = getattr(step, "blocking", None)
                left = _left(step, deadline)
                answer = _do(step, transport, left) if does is None else does(left)
            except BaseException as error:  # noqa: BLE001 - the conversation is told, and raises it again
                step = flow.throw(error)
            else:
                step = flow.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result


async def run_async(flow: Flow[T], transport: AsyncTransport, timeout: float) -> T:
    """Carries a conversation to its end, awaiting; otherwise as `run`."""
    try:
        step = next(flow)
        deadline = monotonic() + timeout
        while True:
            try:
                answer = await _await(step, transport, _left(step, deadline))
            except BaseException as error:  # noqa: BLE001 - the conversation is told, and raises it again
                step = flow.throw(error)
            else:
                step = flow.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result


@dataclass(frozen=True, slots=True)
class ToTheEnd:
    """A conversation within a conversation that goes on even if nobody waits for it any more.

    A refresh whose answer is not stored leaves a spent token behind: a browser that hangs up, which cancels the task of
    an asynchronous view, must not end the session.
    """

    flow: Flow[Any]


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A conversation that nobody waits for."""

    flow: Flow[Any]


class _Nobody:
    """Carries nothing: for conversations that make no request."""

    def send(self, request: HttpRequest, _timeout: float) -> NoReturn:
        raise AssertionError(f"a conversation without requests made one to {request.place}")


NOBODY: Any = _Nobody()
"""The transport, in both colours, of a conversation that makes no request."""


_running: set[asyncio.Task[Any]] = set()


def _do(step: Any, transport: Transport, timeout: float) -> Any:
    match step:
        case HttpRequest():
            return transport.send(step, timeout)
        case ToTheEnd(flow):
            return run(flow, transport, timeout)
        case Meanwhile(flow):
            Thread(target=copy_context().run, args=(_quietly, flow, transport, timeout), daemon=True).start()
            return None
        case _:
            raise TypeError(f"{type(step).__name__} is nothing that a conversation may yield")


async def _await(step: Any, transport: AsyncTransport, timeout: float) -> Any:
    does = getattr(step, "awaiting", None)
    if does is not None:
        return await does(timeout)
    match step:
        case HttpRequest():
            return await transport.send(step, timeout)
        case ToTheEnd(flow):
            return await asyncio.shield(_start(flow, transport, timeout))
        case Meanwhile(flow):
            _start(flow, transport, timeout)
            return None
        case _:
            raise TypeError(f"{type(step).__name__} is nothing that a conversation may yield")


def _quietly(flow: Flow[Any], transport: Transport, timeout: float) -> None:
    try:
        run(flow, transport, timeout)
    except LogtoException:
        return  # a conversation that nobody waits for reports its failures itself


def _start(flow: Flow[T], transport: AsyncTransport, timeout: float) -> asyncio.Task[T]:
    task = asyncio.get_running_loop().create_task(run_async(flow, transport, timeout))
    _running.add(task)  # the event loop itself keeps only a weak reference
    task.add_done_callback(_finished)
    return task


def _finished(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # looked at, so that asyncio does not report it as lost


def _left(step: Any, deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TransportError(
            "The time for this operation is over.",
            url=step.place if isinstance(step, HttpRequest) else "",
            code="transport.timeout",
            hint="The server answers too slowly; `timeout` in LogtoConfig sets how long to wait.",
        )
    own = step.timeout if isinstance(step, HttpRequest) else None
    return left if own is None else min(left, own)
