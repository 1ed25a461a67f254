"""The guide's storage: four strings, kept wherever the application keeps its sessions."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from typing import Literal, TypeAlias

PersistKey: TypeAlias = Literal["idToken", "accessTokenMap", "refreshToken", "signInSession"]
"""The names under which a session's parts are stored."""


class Storage(ABC):
    """One browser's session, as four strings: implement it over whatever your framework calls a session.

    The client calls it while it handles a request, and expects the session of *that* request's browser:
    a module-level client serves every user only if `get` looks at the current request each time.
    """

    @abstractmethod
    def get(self, key: PersistKey) -> str | None:
        """The string stored under a key, or None."""

    @abstractmethod
    def set(self, key: PersistKey, value: str | None) -> None:
        """Stores a string under a key; None removes it."""

    @abstractmethod
    def delete(self, key: PersistKey) -> None:
        """Removes a key; no error if it is not there."""


class LockingStorage(Storage):
    """A storage that several processes share, one of which refreshes at a time."""

    @abstractmethod
    def acquire(self, lease: float) -> bool:
        """Takes the lock if nobody else has it; True also if we have it already.

        Args:
            lease: Seconds after which others may take it, where it does not come back by itself when its holder dies.
        """

    @abstractmethod
    def release(self) -> None:
        """Gives the lock back."""


class MemoryStorage(Storage):
    """Keeps one session in this process: for programs with one user, and for tests."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def get(self, key: PersistKey) -> str | None:
        """The string stored under a key, or None."""
        return self._values.get(key)

    def set(self, key: PersistKey, value: str | None) -> None:
        """Stores a string under a key; None removes it."""
        if value is None:
            self.delete(key)
        else:
            self._values[key] = value

    def delete(self, key: PersistKey) -> None:
        """Removes a key; no error if it is not there."""
        self._values.pop(key, None)

    def __repr__(self) -> str:
        return f"MemoryStorage({', '.join(sorted(self._values))})"


def storage_of_last_resort() -> MemoryStorage:
    """The storage of a client that was given none: one of its own, and a warning that it holds one user only."""
    warnings.warn(
        "This LogtoClient keeps its session in memory: all visitors of the process would share one user. "
        "Pass storage=… as the guide shows; for a program with one user, pass storage=MemoryStorage().",
        stacklevel=4,
    )
    return MemoryStorage()
