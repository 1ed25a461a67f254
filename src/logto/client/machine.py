"""`LogtoMachineClient` and `LogtoMachineSyncClient`: programs that act in their own name."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import Self, TypeVar

from ..flows import exchange, machine
from ..flows.machine import MachineContext
from ..flows.machine_tokens import MachineTokens
from ..models.config import LogtoConfig
from ..protocol.http import Flow
from ..sessions.no_session import NoSession
from ..transports.base import AsyncTransport, Transport, run, run_async
from .local import LocalClient
from .operation import awaited, blocking

T = TypeVar("T")


class _Machine:
    """What both colours have in common.

    Args:
        config: Who the program is, and whom it talks to.
        clock: Seconds since the epoch.
    """

    def __init__(self, config: LogtoConfig, clock: Callable[[], float]) -> None:
        # A client without a session: what it shares with one that signs users in is metadata, turns and the clock.
        context = LocalClient(config, NoSession(), clock)._context  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half
        self._context = MachineContext(client=context, tokens=MachineTokens())

    @property
    def config(self) -> LogtoConfig:
        """The configuration."""
        return self._context.client.config

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.config!r})"


class LogtoMachineClient(_Machine):
    """Gets access tokens for a program, in its own name or, by exchange, in a user's, with nobody signed in.

    ```python
    machine = LogtoMachineClient(LogtoConfig(endpoint=…, app_id=…, app_secret=…))
    token = await machine.get_access_token("https://api.example.com", scopes=["read"])
    ```

    One object serves every task and thread of a program: make it once, at module level.

    Args:
        config: Who the program is, and whom it talks to: a machine-to-machine application in Logto.
        transport: What carries the requests, instead of a pool of connections.
        verify: Trusted certificates, instead of the system's, for a Logto with a private certificate authority.
        clock: Seconds since the epoch; for tests.

    Raises:
        ConfigurationError: An argument is not usable.
    """

    def __init__(
        self,
        config: LogtoConfig,
        *,
        transport: AsyncTransport | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(config, clock)
        self._transport = transport or _async_pool(verify)

    get_access_token = awaited(machine.get_access_token)
    """A live access token for an API resource, perhaps within an organization."""

    get_access_token_claims = awaited(machine.get_access_token_claims)
    """The claims of a live access token."""

    get_organization_token = awaited(machine.get_organization_token)
    """A live access token for an organization."""

    get_organization_token_claims = awaited(machine.get_organization_token_claims)
    """The claims of a live access token for an organization."""

    exchange_token = awaited(exchange.exchange_token)
    """An access token in the name of whoever another token stands for (impersonation, personal access tokens)."""

    async def close(self) -> None:
        """Closes the connections of the running event loop. A client that is used again opens new ones."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _run(self, flow: Flow[T]) -> T:
        return await run_async(flow, self._transport, self.config.timeout)


class LogtoMachineSyncClient(_Machine):
    """The same as `LogtoMachineClient`, for code that blocks: no event loop, no bridge to one.

    Args:
        config: Who the program is, and whom it talks to: a machine-to-machine application in Logto.
        transport: What carries the requests, instead of a pool of connections.
        verify: Trusted certificates, instead of the system's, for a Logto with a private certificate authority.
        clock: Seconds since the epoch; for tests.

    Raises:
        ConfigurationError: An argument is not usable.
    """

    def __init__(
        self,
        config: LogtoConfig,
        *,
        transport: Transport | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(config, clock)
        self._transport = transport or _pool(verify)

    get_access_token = blocking(machine.get_access_token)
    """`LogtoMachineClient.get_access_token`, blocking."""

    get_access_token_claims = blocking(machine.get_access_token_claims)
    """`LogtoMachineClient.get_access_token_claims`, blocking."""

    get_organization_token = blocking(machine.get_organization_token)
    """`LogtoMachineClient.get_organization_token`, blocking."""

    get_organization_token_claims = blocking(machine.get_organization_token_claims)
    """`LogtoMachineClient.get_organization_token_claims`, blocking."""

    exchange_token = blocking(exchange.exchange_token)
    """`LogtoMachineClient.exchange_token`, blocking."""

    def close(self) -> None:
        """Closes the connections. A client that is used again opens new ones."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, flow: Flow[T]) -> T:
        return run(flow, self._transport, self.config.timeout)


def _async_pool(verify: ssl.SSLContext | None) -> AsyncTransport:
    from ..transports.httpcore2 import AsyncPooledTransport  # an HTTP engine takes time to import

    return AsyncPooledTransport(verify=verify)


def _pool(verify: ssl.SSLContext | None) -> Transport:
    from ..transports.httpcore2 import PooledTransport  # an HTTP engine takes time to import

    return PooledTransport(verify=verify)
