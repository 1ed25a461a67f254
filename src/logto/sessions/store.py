"""Where sessions live between requests: what every store can do, in both colours.

A store keeps bytes under a key and knows nothing of what they mean. Three things make it more than a dictionary:

* **versions**: `save` replaces only what the caller has read, so that a lost race never brings back a session that was
  signed out, and no change of another request is lost;
* **leases**: `acquire` gives one owner at a time a session to refresh, until it is released or the lease ends, so that a
  process that dies holds nobody up for long;
* **indexes**: `find` names the sessions of a user, or of one session at the provider, so that they can be ended.

Keys, indexes and owners are text of 1 to 128 characters without control characters, compared exactly; the SDK's own are
hexadecimal digits.

To write a store of your own, derive from `SessionStore`, implement the blocking methods, the awaiting ones, or both, and let
`logto.sessions.conformance` try it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ..errors import ConfigurationError, LogtoException, StorageError
from .key_ring import KeyRing

MAX_VALUE = 1024 * 1024
"""Bytes of the largest value: far more than a session needs, and little enough that a bad row hurts nobody."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store keeps under one key.

    Args:
        value: The session's bytes, sealed where the store has a key; at most `MAX_VALUE`.
        version: 1 when it is made, one more with each save.
        expires_at: When it ends, in seconds since the epoch; a store may forget it from then on.
        indexes: By which it can be found: digests of the user, and of the session at the provider.

    Raises:
        StorageError: The value is too large, whether it is to be saved or was found in the store.
    """

    value: bytes = field(repr=False)
    version: int
    expires_at: float
    indexes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.value) > MAX_VALUE:
            raise StorageError(
                f"A session of {len(self.value)} bytes is too large to be stored.",
                hint=f"At most {MAX_VALUE} bytes are; ask for fewer claims in the ID token.",
                code="storage.too_large",
            )


class SessionStore:
    """Keeps sessions. Every method exists twice: blocking, and awaiting with an `a` before its name.

    Args:
        key: One secret or several, of at least 32 bytes each, with which the values are encrypted: the first writes, all
            read. Without one, values are kept as they are.
    """

    def __init__(self, *, key: str | bytes | Sequence[str | bytes] | None = None) -> None:
        self.keys = None if key is None else KeyRing(key)

    def load(self, key: str) -> Stored | None:
        """What is kept under a key, or None if there is nothing, or nothing alive."""
        raise one_colour(self, "blocking")

    def save(self, key: str, stored: Stored) -> bool:
        """Keeps a value, if it replaces the version before it.

        Args:
            key: Where.
            stored: What. With version 1, nothing may be there yet; with version n, exactly version n - 1.

        Returns:
            Whether it was kept.
        """
        raise one_colour(self, "blocking")

    def delete(self, key: str) -> None:
        """Forgets what is kept under a key, whatever its version."""
        raise one_colour(self, "blocking")

    def find(self, index: str) -> Sequence[str]:
        """The keys of the living sessions with an index."""
        raise one_colour(self, "blocking")

    def acquire(self, key: str, owner: str, lease: float) -> bool:
        """Makes somebody the owner of a key, if it has none.

        Args:
            key: Of a session, or any other name.
            owner: A random name of whoever asks. Its own lease is renewed.
            lease: Seconds after which it has no owner again, unless it is released before.

        Returns:
            Whether `owner` owns it now.
        """
        raise one_colour(self, "blocking")

    def release(self, key: str, owner: str) -> None:
        """Ends an ownership, if it is still that owner's."""
        raise one_colour(self, "blocking")

    async def aload(self, key: str) -> Stored | None:
        """As `load`."""
        raise one_colour(self, "awaiting")

    async def asave(self, key: str, stored: Stored) -> bool:
        """As `save`."""
        raise one_colour(self, "awaiting")

    async def adelete(self, key: str) -> None:
        """As `delete`."""
        raise one_colour(self, "awaiting")

    async def afind(self, index: str) -> Sequence[str]:
        """As `find`."""
        raise one_colour(self, "awaiting")

    async def aacquire(self, key: str, owner: str, lease: float) -> bool:
        """As `acquire`."""
        raise one_colour(self, "awaiting")

    async def arelease(self, key: str, owner: str) -> None:
        """As `release`."""
        raise one_colour(self, "awaiting")


@dataclass(slots=True)
class Call:
    """One call of a store, as a step of a conversation: `stored = yield Call(store, "load", (key,))`."""

    store: SessionStore
    method: str
    arguments: tuple[Any, ...] = ()

    def blocking(self, timeout: float) -> Any:
        """Calls the blocking method; its time-out is the backend's."""
        try:
            return getattr(self.store, self.method)(*self.arguments)
        except LogtoException:
            raise
        except Exception as error:
            raise _failed(self, error) from error

    async def awaiting(self, timeout: float) -> Any:
        """Awaits the other one."""
        try:
            return await getattr(self.store, f"a{self.method}")(*self.arguments)
        except LogtoException:
            raise
        except Exception as error:
            raise _failed(self, error) from error


def index_of_user(issuer: str, subject: str) -> str:
    """The index under which a user's sessions are found. A digest: a store that leaks names nobody."""
    return sha256(f"user\0{issuer}\0{subject}".encode()).hexdigest()


def index_of_provider_session(issuer: str, session_id: str) -> str:
    """The index under which the sessions of one session at the provider (`sid`) are found."""
    return sha256(f"sid\0{issuer}\0{session_id}".encode()).hexdigest()


def index_of_unnamed_session(issuer: str, subject: str) -> str:
    """The index of a user's sessions whose ID token names no session at the provider."""
    return sha256(f"no sid\0{issuer}\0{subject}".encode()).hexdigest()


def _failed(call: Call, error: Exception) -> StorageError:
    name = type(call.store).__name__
    return StorageError(
        f"{name} failed in {call.method}(): {type(error).__name__}.",
        hint="Is its server up, and are address and credentials right? Nothing was lost.",
        code="storage.failed",
    )


def one_colour(store: SessionStore, colour: str) -> ConfigurationError:
    """The error for a call in a colour that a store does not have."""
    return ConfigurationError(
        f"{type(store).__name__} has no {colour} methods.",
        hint="LogtoSyncClient needs the blocking methods of a store, LogtoClient the awaiting ones (`aload`, …).",
        code="configuration.store_colour",
    )
