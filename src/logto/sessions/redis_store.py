"""Sessions in Redis or Valkey."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeAlias, TypeVar

from redis.exceptions import NoScriptError

from ..errors import ConfigurationError
from .redis_clients import Client, Clients
from .redis_scripts import ACQUIRE, DELETE, FIND, RELEASE, SAVE, Script
from .store import SessionStore, Stored, one_colour

T = TypeVar("T")

Asking: TypeAlias = Generator[tuple[Any, ...], Any, T]
"""An operation: it yields commands for the server, and is sent their answers."""

TIMEOUT = 3.0
"""Seconds for one command: a page that needs Redis is better refused than kept waiting."""

_SLACK = 3600
"""Seconds for which an index remembers what has expired, so that a machine whose clock is fast hides nobody's session."""

_LONGEST = 2**40
"""Milliseconds, 34 years: Redis takes no end that is much later."""

_AT_ONCE = 500
"""Sessions that one script looks at: the server does nothing else meanwhile."""


class RedisStore(SessionStore):
    """Keeps sessions in Redis or Valkey.

    ```python
    store = RedisStore("redis://localhost:6379/0", key=os.environ["SESSION_KEY"])
    ```

    Every change is one script, so it happens as a whole or not at all. All keys begin with the prefix, and end by
    themselves. Without `maxmemory-policy noeviction` a server that is full forgets sessions, and their users are signed out.

    Args:
        clients: A URL (`redis://`, `rediss://` with TLS, `unix://`), with which the store keeps clients of its own, blocking
            and, for each event loop, awaiting. Or a client of redis-py, single or cluster, or one blocking and one of
            asyncio: the latter serves the event loop that it belongs to, and the time-outs of a blocking one are its own.
        key: As `SessionStore`.
        prefix: What the keys begin with. A cluster needs a part in braces: it keeps all sessions on one shard.
        timeout: Seconds for a command, for a connection, and for a free place among `connections`.
        connections: The most connections that a URL's clients open, in each process, and in each event loop.
        clock: Seconds since the epoch; expiry is counted from it, whatever the server's clock says.

    Raises:
        ConfigurationError: The URL cannot be used, or the clients do not fit; the message quotes neither.
    """

    def __init__(
        self,
        *clients: Client,
        key: str | bytes | Sequence[str | bytes] | None = None,
        prefix: str = "{logto}:",
        timeout: float = TIMEOUT,
        connections: int = 50,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(key=key)
        self._clients = Clients(clients, timeout, connections)
        if self._clients.is_cluster and not _names_a_slot(prefix):
            raise ConfigurationError(
                "The prefix of a RedisStore on a cluster has no part in braces.",
                hint='Scripts reach only what is on one shard. Use prefix="{logto}:", or another in that form.',
                code="configuration.redis",
            )
        self._prefix = prefix
        self._now = clock

    def __repr__(self) -> str:
        return f"RedisStore(prefix={self._prefix!r})"

    def close(self) -> None:
        """Closes the blocking connections that the store made; a later call opens new ones."""
        self._clients.close()

    async def aclose(self) -> None:
        """Closes the connections that the store made in the running event loop, which does so itself when it ends."""
        await self._clients.aclose()

    def load(self, key: str) -> Stored | None:
        """What is kept under a key, or None if there is nothing alive."""
        return self._carry(self._load(key))

    def save(self, key: str, stored: Stored) -> bool:
        """Keeps a value, if it replaces the version before it."""
        return self._carry(self._save(key, stored))

    def delete(self, key: str) -> None:
        """Forgets what is kept under a key."""
        self._carry(self._delete(key))

    def find(self, index: str) -> Sequence[str]:
        """The keys of the living sessions with an index."""
        return self._carry(self._find(index))

    def acquire(self, key: str, owner: str, lease: float) -> bool:
        """Makes somebody the owner of a key, if it has none; the lease ends by the server's clock."""
        return self._carry(self._acquire(key, owner, lease))

    def release(self, key: str, owner: str) -> None:
        """Ends an ownership, if it is still that owner's."""
        self._carry(self._release(key, owner))

    async def aload(self, key: str) -> Stored | None:
        """As `load`."""
        return await self._acarry(self._load(key))

    async def asave(self, key: str, stored: Stored) -> bool:
        """As `save`."""
        return await self._acarry(self._save(key, stored))

    async def adelete(self, key: str) -> None:
        """As `delete`."""
        await self._acarry(self._delete(key))

    async def afind(self, index: str) -> Sequence[str]:
        """As `find`."""
        return await self._acarry(self._find(index))

    async def aacquire(self, key: str, owner: str, lease: float) -> bool:
        """As `acquire`."""
        return await self._acarry(self._acquire(key, owner, lease))

    async def arelease(self, key: str, owner: str) -> None:
        """As `release`."""
        await self._acarry(self._release(key, owner))

    def _carry(self, operation: Asking[T]) -> T:
        if not self._clients.has("blocking"):
            raise one_colour(self, "blocking")
        answer: Any = None
        refused: NoScriptError | None = None
        while True:
            try:
                command = operation.send(answer) if refused is None else operation.throw(refused)
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                answer, refused = self._clients.send(command), None
            except NoScriptError as error:
                refused = error

    async def _acarry(self, operation: Asking[T]) -> T:
        if not self._clients.has("awaiting"):
            raise one_colour(self, "awaiting")
        answer: Any = None
        refused: NoScriptError | None = None
        while True:
            try:
                command = operation.send(answer) if refused is None else operation.throw(refused)
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                answer, refused = await self._clients.asend(command), None
            except NoScriptError as error:
                refused = error

    def _load(self, key: str) -> Asking[Stored | None]:
        version, expires, indexes, value = yield (
            *("HMGET", self._session(key)),
            *("version", "expires", "indexes", "value"),
        )
        if version is None or float(expires) <= self._now():
            return None
        return Stored(value, int(version), float(expires), tuple(indexes.decode().split("\n")) if indexes else ())

    def _save(self, key: str, stored: Stored) -> Asking[bool]:
        now = self._now()
        # Relative, so that the server's clock does not matter.
        lives = min(max(1, math.ceil((stored.expires_at - now) * 1000)), _LONGEST)
        names = (self._session(key), *(self._index(index) for index in stored.indexes))
        times = (repr(now), repr(stored.expires_at), lives, lives + _SLACK * 1000, repr(now - _SLACK))
        # The value comes last: what Redis quotes of a command that it refuses is its beginning.
        kept = yield from _run(
            SAVE, names, stored.version, secrets.token_bytes(12), *times, key, "\n".join(stored.indexes), stored.value
        )
        return bool(kept)

    def _delete(self, key: str) -> Asking[None]:
        indexes: bytes | None = yield ("HGET", self._session(key), "indexes")
        names = indexes.decode().split("\n") if indexes else ()
        yield from _run(DELETE, (self._session(key), *(self._index(name) for name in names)), key)

    def _find(self, index: str) -> Asking[Sequence[str]]:
        now = self._now()
        members: list[bytes] = yield ("ZRANGEBYSCORE", self._index(index), f"({now!r}", "+inf")
        living: list[str] = []
        for start in range(0, len(members), _AT_ONCE):
            keys = [member.decode() for member in members[start : start + _AT_ONCE]]
            names = (self._index(index), *(self._session(key) for key in keys))
            found: list[bytes] = yield from _run(FIND, names, index, repr(now), *keys)
            living.extend(member.decode() for member in found)
        return living

    def _acquire(self, key: str, owner: str, lease: float) -> Asking[bool]:
        return bool((yield from _run(ACQUIRE, (self._lease(key),), owner, max(1, math.ceil(lease * 1000)))))

    def _release(self, key: str, owner: str) -> Asking[None]:
        yield from _run(RELEASE, (self._lease(key),), owner)

    def _session(self, key: str) -> str:
        return f"{self._prefix}session:{key}"

    def _index(self, index: str) -> str:
        return f"{self._prefix}index:{index}"

    def _lease(self, key: str) -> str:
        return f"{self._prefix}lease:{key}"


def _run(script: Script, keys: Sequence[str], *arguments: str | bytes | int) -> Asking[Any]:
    try:
        return (yield ("EVALSHA", script.sha, len(keys), *keys, *arguments))
    except NoScriptError:  # the server was started anew, or told to forget its scripts: EVAL lets it learn this one
        return (yield ("EVAL", script.text, len(keys), *keys, *arguments))


def _names_a_slot(prefix: str) -> bool:
    _, _, rest = prefix.partition("{")
    tag, closed, _ = rest.partition("}")
    return bool(tag and closed)
