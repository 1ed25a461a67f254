"""A session in the keyring of the user's system: for command-line programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..errors import ConfigurationError
from .file_lock import FileLock
from .private_file import make_private_folder
from .storage import LockingStorage, PersistKey


class KeyringStorage(LockingStorage):
    """Keeps one session in the keyring of the system: Keychain, Credential Locker, Secret Service.

    Several processes may share it: one of them refreshes, and the others find what it got. Windows keeps values of up to
    2,560 bytes only: take `FileStorage` there if your tokens are longer.

    Args:
        service: Under which name the system shows it.
        profile: Which of the service's sessions it is.
        lock: A file that processes lock while they refresh; its folder is made if it is not there.

    Raises:
        ConfigurationError: The package `keyring` is not installed.
    """

    def __init__(self, service: str, profile: str, *, lock: str | os.PathLike[str]) -> None:
        self._keyring = _keyring()
        self._service = service
        self._profile = profile
        self._lock_file = Path(lock)
        self._refreshing = FileLock(self._lock_file)

    @staticmethod
    def is_available() -> bool:
        """Whether there is a keyring that keeps secrets: neither none, nor one that writes them into a plain file."""
        try:
            backend = _keyring().get_keyring()
        except ConfigurationError:
            return False
        return bool(backend.priority >= 1)

    def get(self, key: PersistKey) -> str | None:
        """The string stored under a key, or None."""
        value: str | None = self._keyring.get_password(self._service, self._name(key))
        return value

    def set(self, key: PersistKey, value: str | None) -> None:
        """Stores a string under a key; None removes it."""
        if value is None:
            self.delete(key)
        else:
            self._keyring.set_password(self._service, self._name(key), value)

    def delete(self, key: PersistKey) -> None:
        """Removes a key; no error if it is not there."""
        if self.get(key) is not None:
            self._keyring.delete_password(self._service, self._name(key))

    def acquire(self, lease: float) -> bool:
        """Takes the lock if no other process refreshes; the system gives it back if this one dies."""
        make_private_folder(self._lock_file.parent)
        return self._refreshing.take()

    def release(self) -> None:
        """Lets others refresh."""
        self._refreshing.give_back()

    def __repr__(self) -> str:
        return f"KeyringStorage({self._service!r}, {self._profile!r})"

    def _name(self, key: PersistKey) -> str:
        return f"{self._profile} {key}"


def _keyring() -> Any:
    try:
        import keyring  # an extra, which takes time to import
    except ModuleNotFoundError:
        raise ConfigurationError(
            "The system's keyring is reached through a package that is not installed.",
            hint='Install it: pip install "logto[cli]".',
            code="configuration.keyring",
        ) from None
    return keyring
