"""Connections whose opening is cancelled."""

import asyncio
import gc
import warnings

import pytest

from logto.protocol.http import HttpRequest
from logto.transports.httpcore2 import AsyncPooledTransport
from tests.transports.wire import Server, Wire, serving


@pytest.mark.parametrize("opening", ["https", "http"])
def test_a_cancelled_task_leaves_no_open_connection(authority, opening):
    """A task that is cancelled while it opens a connection, or waits for an answer, closes it."""
    closed: list[bytes] = []

    async def cancelled() -> None:
        greeted = asyncio.Event()
        loop = asyncio.get_running_loop()

        def conversation(wire: Wire, server: Server) -> None:
            wire.sock.recv(65536)
            loop.call_soon_threadsafe(greeted.set)
            closed.append(wire.sock.recv(65536))

        with serving(conversation) as server:
            transport = AsyncPooledTransport(verify=authority.trusted())
            request = HttpRequest("GET", f"{opening}://localhost:{server.port}/")
            task = asyncio.create_task(transport.send(request, 5))
            await greeted.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ResourceWarning)
        asyncio.run(cancelled())
        gc.collect()
    assert [str(warning.message) for warning in warned] == []
    assert closed == [b""]
