"""A session in a file of its user's: for command-line programs."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import StorageError
from .file_lock import FileLock
from .private_file import make_private_folder, read_private, write_private
from .storage import LockingStorage, PersistKey

PATIENCE = 5.0
"""Seconds to wait while another process writes."""

_LOOK = 0.01


class FileStorage(LockingStorage):
    """Keeps one session in a file that only its owner can read (mode 0600), written as a whole.

    Several processes may share it: one of them refreshes, and the others find what it got.

    Args:
        path: Where; its folder is made, for its owner only, if it is not there.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._refreshing = FileLock(self._beside("lock"))

    def get(self, key: PersistKey) -> str | None:
        """The string stored under a key, or None.

        Raises:
            StorageError: Others can read the file, or it is a symbolic link (`storage.exposed`), or it is not ours.
        """
        return _read(read_private(self._path), self._path).get(key)

    def set(self, key: PersistKey, value: str | None) -> None:
        """Stores a string under a key; None removes it."""
        with self._writing():
            content = read_private(self._path)
            try:
                values = _read(content, self._path)
            except StorageError:
                values = {}  # what cannot be read is replaced
            former = dict(values)
            if value is None:
                values.pop(key, None)
            else:
                values[key] = value
            if not values:
                self._path.unlink(missing_ok=True)
            elif values != former:
                write_private(self._path, json.dumps(values, separators=(",", ":")).encode())

    def delete(self, key: PersistKey) -> None:
        """Removes a key, and the file with the last one."""
        self.set(key, None)

    def acquire(self, lease: float) -> bool:
        """Takes the lock if no other process refreshes; the system gives it back if this one dies."""
        make_private_folder(self._path.parent)
        return self._refreshing.take()

    def release(self) -> None:
        """Lets others refresh."""
        self._refreshing.give_back()

    def __repr__(self) -> str:
        return f"FileStorage({str(self._path)!r})"

    def _beside(self, ending: str) -> Path:
        return self._path.parent / f".{self._path.name}.{ending}"

    @contextmanager
    def _writing(self) -> Iterator[None]:
        # Beside the lock of those who refresh: a sign-out need not wait for the server.
        make_private_folder(self._path.parent)
        lock = FileLock(self._beside("writing"))
        deadline = time.monotonic() + PATIENCE
        while not lock.take():
            if time.monotonic() > deadline:
                raise StorageError(
                    f"Another process has been writing to {self._path} for {PATIENCE:.0f} seconds.",
                    hint="Does one of your programs hang?",
                    code="storage.busy",
                )
            time.sleep(_LOOK)
        try:
            yield
        finally:
            lock.give_back()


def _read(content: bytes | None, path: Path) -> dict[str, str]:
    if not content:
        return {}
    try:
        values = json.loads(content)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise StorageError(
            f"The file {path} holds something else than a session.", hint="Remove it, and sign in again."
        )
    return values
