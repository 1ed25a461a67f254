"""`LogtoDevice` and `LogtoSyncDevice`: signing in on a device without a browser."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from ..errors import ConfigurationError
from ..flows import device
from ..protocol.http import Flow
from ..transports.base import run, run_async
from .local import LocalClient
from .logto_client import LogtoClient
from .logto_sync_client import LogtoSyncClient
from .operation import awaited, blocking

T = TypeVar("T")


class _Device:
    """What both colours have in common.

    Args:
        client: Whose session holds the user in the end, in a storage of one user.

    Raises:
        ConfigurationError: The client is of another kind.
    """

    _kind: ClassVar[type[LocalClient]]

    def __init__(self, client: LocalClient) -> None:
        if not isinstance(client, self._kind):
            raise ConfigurationError(
                f"{type(self).__name__} takes a {self._kind.__name__}, not a {type(client).__name__}.",
                hint="LogtoDevice awaits, with a LogtoClient; LogtoSyncDevice blocks, with a LogtoSyncClient.",
                code="configuration.client",
            )
        self._client = client
        self._context = client._context  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half


class LogtoDevice(_Device):
    """Signs a user in on a device without a browser, or at a command line: the code is typed elsewhere.

    ```python
    client = LogtoClient(LogtoConfig(endpoint=…, app_id=…), FileStorage("tokens.json"))
    device = LogtoDevice(client)
    code = await device.begin()
    print(f"Open {code.verification_uri} and type {code.user_code}")
    await device.wait(code)
    token = await client.get_access_token("https://api.example.com")
    ```
    """

    _kind = LogtoClient
    _client: LogtoClient

    begin = awaited(device.begin)
    """Asks for a code to show to the user, with the page to type it at."""
    poll = awaited(device.poll)
    """Asks once whether the user has signed in."""
    wait = awaited(device.wait)
    """Waits until the user has signed in."""

    async def _run(self, flow: Flow[T]) -> T:
        return await run_async(flow, self._client._transport, device.LONGEST)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half


class LogtoSyncDevice(_Device):
    """The same as `LogtoDevice`, blocking."""

    _kind = LogtoSyncClient
    _client: LogtoSyncClient

    begin = blocking(device.begin)
    """`LogtoDevice.begin`, blocking."""
    poll = blocking(device.poll)
    """`LogtoDevice.poll`, blocking."""
    wait = blocking(device.wait)
    """`LogtoDevice.wait`, blocking."""

    def _run(self, flow: Flow[T]) -> T:
        return run(flow, self._client._transport, device.LONGEST)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half
