"""Both clients behind one blocking call, over the honest provider."""

import asyncio
from typing import Any

from logto import LogtoClient, LogtoSyncClient, Storage
from logto.protocol.http import HttpRequest, HttpResponse
from tests.flows.dialogue import REDIRECT_URI, Shelf, config
from tests.flows.honest_provider import HonestProvider

COLOURS = ("blocking", "awaiting")


class Wire:
    """Carries a request to the provider, and the answer back."""

    def __init__(self, provider: HonestProvider) -> None:
        self._provider = provider

    def send(self, request: HttpRequest, timeout: float) -> HttpResponse:
        return self._provider.answer(request)

    def close(self) -> None: ...


class AsyncWire(Wire):
    """The same, letting every other task go on before the answer comes."""

    async def send(self, request: HttpRequest, timeout: float) -> HttpResponse:
        for _ in range(3):
            await asyncio.sleep(0)
        return self._provider.answer(request)

    async def close(self) -> None: ...


class Either:
    """A client in one of the colours.

    Args:
        colour: One of `COLOURS`.
        provider: Whom it talks to; None for real connections.
        storage: Its session.
        arguments: More of the client's own.
    """

    def __init__(
        self, colour: str, provider: HonestProvider | None, storage: Storage | None = None, **arguments: Any
    ) -> None:
        kind, wire = {"blocking": (LogtoSyncClient, Wire), "awaiting": (LogtoClient, AsyncWire)}[colour]
        given = {"config": config(), "storage": storage or Shelf(), **arguments}
        if provider is not None:
            given.setdefault("clock", provider.clock)
            given["transport"] = wire(provider)
        self.provider = provider
        self.client = kind(**given)

    def do(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        """One operation, to its end."""
        result = getattr(self.client, operation)(*args, **kwargs)
        return asyncio.run(_to_the_end(result)) if asyncio.iscoroutine(result) else result

    def sign_in(self, sub: str = "alice") -> None:
        """Sign a user in."""
        callback = self.provider.authorize(self.do("sign_in", REDIRECT_URI), sub)
        self.do("handle_sign_in_callback", callback)
        self.provider.asked.clear()


async def _to_the_end(operation: Any) -> Any:
    return await operation
