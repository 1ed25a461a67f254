"""A web application of ours, on either of our clients, with one visitor."""

import inspect
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal

from logto import LogtoClient, LogtoConfig, LogtoSyncClient, MemoryStorage
from tests.interop.browser import Browser

REDIRECT_URI = "http://localhost:3000/callback"
HOME = "http://localhost:3000/"


class Clock:
    """This machine's clock, moved ahead at will."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class Application(Protocol):
    """What the tests ask of an application, whichever client it is built on."""

    clock: Clock
    storage: MemoryStorage

    def do(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        """Call one of the client's methods and wait for its result."""

    def together(self, times: int, operation: str, *args: Any) -> list[Any]:
        """Call one of the client's methods many times at once, and return every result or error."""


class BlockingApplication:
    """An application of threads, on `LogtoSyncClient`."""

    def __init__(self, config: LogtoConfig) -> None:
        self.clock, self.storage = Clock(), MemoryStorage()
        self.client = LogtoSyncClient(config, self.storage, clock=self.clock)

    def do(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        """Call one of the client's methods and wait for its result."""
        return getattr(self.client, operation)(*args, **kwargs)

    def together(self, times: int, operation: str, *args: Any) -> list[Any]:
        """Call one of the client's methods from many threads at once."""
        with ThreadPoolExecutor(times) as pool:
            asked = [pool.submit(self.do, operation, *args) for _ in range(times)]
        return [future.exception() or future.result() for future in asked]


class AwaitingApplication:
    """An application of tasks, on `LogtoClient` and one event loop."""

    def __init__(self, config: LogtoConfig, portal: BlockingPortal) -> None:
        self.clock, self.storage = Clock(), MemoryStorage()
        self.client = LogtoClient(config, self.storage, clock=self.clock)
        self._portal = portal

    def do(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        """Call one of the client's methods on the event loop and wait for its result."""
        return self._portal.call(self._do, operation, args, kwargs)

    def together(self, times: int, operation: str, *args: Any) -> list[Any]:
        """Call one of the client's methods from many tasks at once."""
        return self._portal.call(self._together, times, operation, args)

    async def _do(self, operation: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = getattr(self.client, operation)(*args, **kwargs)
        return await result if inspect.iscoroutine(result) else result

    async def _together(self, times: int, operation: str, args: tuple[Any, ...]) -> list[Any]:
        results: list[Any] = []

        async def one() -> None:
            try:
                results.append(await self._do(operation, args, {}))
            except Exception as error:  # noqa: BLE001 - the test looks at it
                results.append(error)

        async with anyio.create_task_group() as tasks:
            for _ in range(times):
                tasks.start_soon(one)
        return results


@contextmanager
def running(client: str, config: LogtoConfig) -> Iterator[Application]:
    """An application on the client of that name, closed at the end."""
    if client == "LogtoSyncClient":
        blocking = BlockingApplication(config)
        yield blocking
        blocking.client.close()
        return
    with start_blocking_portal() as portal:
        awaiting = AwaitingApplication(config, portal)
        yield awaiting
        portal.call(awaiting.client.close)


def sign_in(application: Application, browser: Browser, **options: Any) -> None:
    """Sign alice in, from the first click to the callback."""
    url = application.do("sign_in", REDIRECT_URI, **options)
    application.do("handle_sign_in_callback", browser.sign_in(url))
