"""The calls of a store, each as a step of a conversation."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from .store import Call, SessionStore, Stored


def load(store: SessionStore, key: str) -> Call:
    """What is kept under a key."""
    return Call(store, "load", (key,))


def value_of(store: SessionStore, key: str) -> Generator[Call, Any, bytes | None]:
    """The bytes that are kept under a key, if any."""
    loaded: Stored | None = yield load(store, key)
    return None if loaded is None else loaded.value


def save(store: SessionStore, key: str, stored: Stored) -> Call:
    """Keeps a value."""
    return Call(store, "save", (key, stored))


def delete(store: SessionStore, key: str) -> Call:
    """Forgets what is kept under a key."""
    return Call(store, "delete", (key,))


def find(store: SessionStore, index: str) -> Call:
    """The keys with an index."""
    return Call(store, "find", (index,))


def acquire(store: SessionStore, key: str, owner: str, lease: float) -> Call:
    """Makes somebody the owner of a key."""
    return Call(store, "acquire", (key, owner, lease))


def release(store: SessionStore, key: str, owner: str) -> Call:
    """Ends an ownership."""
    return Call(store, "release", (key, owner))
