"""Files that nobody else may read: written as a whole, and refused where others could have read or replaced them."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path
from typing import NoReturn

from ..errors import StorageError

MOST_BYTES = 1 << 20
"""Bytes of the largest file that is read."""

_POSIX = os.name == "posix"
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


def read_private(path: Path) -> bytes | None:
    """What a file holds; None if it is not there.

    Raises:
        StorageError: It is a symbolic link or no plain file, belongs to somebody else, others may read it, or it is
            larger than we write.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _NO_FOLLOW | _BINARY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            _refuse(path, "is a symbolic link")
        raise
    try:
        _check(path, os.fstat(descriptor))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(MOST_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(content) > MOST_BYTES:
        _refuse(path, "is larger than anything that was written there")
    return content


def write_private(path: Path, content: bytes) -> None:
    """Replaces a file as a whole: whoever reads meanwhile, or after a crash, finds the old content or the new.

    A folder that is not there is made, for its owner only.

    Raises:
        StorageError: Others could replace what is in the folder.
    """
    make_private_folder(path.parent)
    temporary = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise


def make_private_folder(folder: Path) -> None:
    """Makes a folder, and those above it, for its owner only, unless it is there.

    Raises:
        StorageError: It is there, and others could replace what is in it.
    """
    for missing in [one for one in (*reversed(folder.parents), folder) if not one.exists()]:
        missing.mkdir(mode=0o700, exist_ok=True)
    found = folder.stat()
    # In a sticky folder, as /tmp is one, others cannot replace what is ours.
    if _POSIX and found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
        raise StorageError(
            f"Others may write into the folder {folder}.",
            hint=f"Take that away from them: chmod go-w {folder}",
            code="storage.exposed",
        )


def _check(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        _refuse(path, "is no plain file")
    if _POSIX and found.st_uid != os.geteuid():
        _refuse(path, "belongs to another user")
    if _POSIX and found.st_mode & 0o077:
        _refuse(path, "can be read by others")


def _refuse(path: Path, what: str) -> NoReturn:
    raise StorageError(
        f"The file {path} {what}, and is not used.",
        hint="Name another file; or, if it is a session's, remove it and sign in again: others may know what was in it.",
        code="storage.exposed",
    )
