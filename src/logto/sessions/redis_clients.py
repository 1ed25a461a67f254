"""The clients of redis-py that a `RedisStore` speaks through: the user's, or its own for a URL."""

from __future__ import annotations

import asyncio
from typing import Any, TypeAlias

try:
    import redis
    from redis import asyncio as awaiting_redis
except ImportError as error:
    raise ImportError('RedisStore needs redis-py: pip install "logto[redis]"') from error
from redis.asyncio.retry import Retry as AwaitingRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from ..errors import ConfigurationError, StorageError
from .per_loop import PerLoop

BlockingClient: TypeAlias = "redis.Redis | redis.RedisCluster"
AwaitingClient: TypeAlias = "awaiting_redis.Redis | awaiting_redis.RedisCluster"
Client: TypeAlias = "str | BlockingClient | AwaitingClient"

_BLOCKING = (redis.Redis, redis.RedisCluster)
_AWAITING = (awaiting_redis.Redis, awaiting_redis.RedisCluster)
_CLUSTERS = (redis.RedisCluster, awaiting_redis.RedisCluster)

_HEALTH_CHECK = 30
"""Seconds without use after which a connection is tried before it is trusted: some firewalls drop idle ones silently."""


class Clients:
    """Carries commands, in the colours that there are clients for.

    Args:
        given: A URL, or one client, or one of each colour.
        timeout: Seconds for a command.
        connections: The most that a URL's client opens, in each process, and in each event loop.
    """

    def __init__(self, given: tuple[Client, ...], timeout: float, connections: int) -> None:
        self._timeout = timeout
        self._blocking: Any = None
        self._awaiting: Any = None
        self._own: tuple[Any, PerLoop[Any]] | None = None
        if len(given) == 1 and isinstance(given[0], str):
            self._own = _from_url(given[0], timeout, connections)
            self._blocking = self._own[0]
        else:
            for client in given:
                self._take(client)
        if self._own is None and self._blocking is None and self._awaiting is None:
            raise _refused("RedisStore got neither a URL nor a client.")

    @property
    def is_cluster(self) -> bool:
        """Whether the keys of one script must be in one slot."""
        return isinstance(self._blocking, _CLUSTERS) or isinstance(self._awaiting, _CLUSTERS)

    def has(self, colour: str) -> bool:
        """Whether commands can be carried in a colour."""
        return self._own is not None or (self._blocking if colour == "blocking" else self._awaiting) is not None

    def send(self, command: tuple[Any, ...]) -> Any:
        """Carries a command, keeping the thread."""
        return self._blocking.execute_command(*command)

    async def asend(self, command: tuple[Any, ...]) -> Any:
        """Carries a command, leaving the event loop to others."""
        client = self._awaiting if self._own is None else await self._own[1].get()
        try:
            async with asyncio.timeout(self._timeout):
                return await client.execute_command(*command)
        except RuntimeError as error:
            if self._own is not None:
                raise
            raise StorageError(
                "A redis.asyncio client was used in another event loop than the one that it belongs to.",
                hint="Give RedisStore a URL, and it keeps a client for each loop.",
                code="storage.event_loop",
            ) from error

    def close(self) -> None:
        """Closes the blocking connections, if they are our own."""
        if self._own is not None:
            self._own[0].connection_pool.disconnect()

    async def aclose(self) -> None:
        """Closes the running event loop's connections, if they are our own."""
        if self._own is not None:
            await self._own[1].close()

    def _take(self, client: Any) -> None:
        blocking = isinstance(client, _BLOCKING)
        if not blocking and not isinstance(client, _AWAITING):
            raise _refused(f"RedisStore cannot use a {type(client).__name__}.")
        if (self._blocking if blocking else self._awaiting) is not None:
            raise _refused("RedisStore got two clients of one colour.")
        if client.get_encoder().decode_responses:
            raise _refused("RedisStore got a client that decodes what it reads, and sessions are bytes.", _DECODES)
        if blocking:
            self._blocking = client
        else:
            self._awaiting = client


_DECODES = "Give it a client without decode_responses."


def _from_url(url: str, timeout: float, connections: int) -> tuple[Any, PerLoop[Any]]:
    settings: dict[str, Any] = {
        "max_connections": connections,
        "timeout": timeout,  # for a connection, when all are in use
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
        "health_check_interval": _HEALTH_CHECK,
        "protocol": 2,  # every server and every proxy in between speaks it, and pushes nothing
    }
    if not url.startswith("unix:"):
        settings["socket_keepalive"] = True
    lost = redis.ConnectionError  # a connection that the server closed is opened again, once; a late answer is late

    def pool() -> Any:
        retry = Retry(NoBackoff(), 1, supported_errors=(lost,))
        return redis.BlockingConnectionPool.from_url(url, retry=retry, **settings)

    def awaiting_pool() -> Any:
        retry = AwaitingRetry(NoBackoff(), 1, supported_errors=(lost,))
        return awaiting_redis.BlockingConnectionPool.from_url(url, retry=retry, **settings)

    made: Any = None
    try:
        made = pool()
        made.connection_class(**made.connection_kwargs)  # connects to nothing yet
    except Exception:  # noqa: BLE001 - of many kinds, and refused below without it: it may quote the URL's password
        made = None
    if made is None:
        raise _refused("RedisStore got a URL that redis-py cannot use.", _URL)
    if made.connection_kwargs.get("decode_responses"):
        raise _refused("RedisStore got a URL with decode_responses, and sessions are bytes.", "Take it out.")
    return redis.Redis(connection_pool=made), PerLoop(
        lambda: awaiting_redis.Redis(connection_pool=awaiting_pool()),
        lambda client: client.connection_pool.disconnect(),
    )


_URL = "It is redis://…, rediss://… (TLS) or unix://…, with special characters of the password percent-encoded."


def _refused(
    message: str, hint: str = "Give it a URL, a client of redis-py, or one blocking and one of asyncio."
) -> Exception:
    return ConfigurationError(message, hint=hint, code="configuration.redis")
