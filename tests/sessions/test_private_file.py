"""Files for nobody else: what is refused, and that a reader never finds half of one."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from logto.errors import StorageError
from logto.sessions.private_file import MOST_BYTES, make_private_folder, read_private, write_private


@pytest.fixture
def path(tmp_path):
    """A file in a folder that is not there yet."""
    return tmp_path / "logto" / "session.json"


def mode(path):
    """Who may do what."""
    return stat.S_IMODE(path.stat().st_mode)


def refused(path):
    """The error that reading ends with."""
    with pytest.raises(StorageError) as caught:
        read_private(path)
    assert caught.value.code == "storage.exposed"
    return str(caught.value)


def test_only_the_owner_can_read_it_and_its_folder(path):
    """0600 in 0700, whatever the umask, and nothing else is left beside it."""
    before = os.umask(0)
    try:
        write_private(path, b"one")
        write_private(path, b"two")
    finally:
        os.umask(before)

    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert read_private(path) == b"two"
    assert [one.name for one in path.parent.iterdir()] == ["session.json"]


def test_what_is_not_there_is_none(path):
    """Neither file nor folder."""
    assert read_private(path) is None


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_file_that_others_can_open_is_refused(path, bits):
    """They may know what is in it."""
    write_private(path, b"secret")
    path.chmod(bits)

    assert "secret" not in refused(path)


def test_a_symbolic_link_is_refused(path, tmp_path):
    """Whoever made it may want something else to be read; writing replaces the link, not what it leads to."""
    target = tmp_path / "target"
    write_private(target, b"elsewhere")
    make_private_folder(path.parent)
    path.symlink_to(target)
    assert "symbolic link" in refused(path)
    write_private(path, b"ours")

    assert target.read_bytes() == b"elsewhere"
    assert not path.is_symlink()


def test_a_pipe_or_a_folder_is_refused(path):
    """And does not make us wait."""
    make_private_folder(path.parent)
    os.mkfifo(path, 0o600)
    assert "no plain file" in refused(path)
    path.unlink()
    path.mkdir(mode=0o700)
    assert "no plain file" in refused(path)


def test_a_huge_file_is_refused(path):
    """It is none of ours."""
    write_private(path, b"x" * (MOST_BYTES + 1))

    assert "larger" in refused(path)


@pytest.mark.parametrize("bits", [0o770, 0o707, 0o722])
def test_a_folder_that_others_can_write_into_is_refused(path, bits):
    """They could put a file of theirs in the place of ours; a sticky folder keeps them from it."""
    path.parent.mkdir()
    path.parent.chmod(bits)
    with pytest.raises(StorageError) as caught:
        write_private(path, b"secret")
    assert caught.value.code == "storage.exposed"
    path.parent.chmod(bits | stat.S_ISVTX)
    write_private(path, b"secret")

    assert read_private(path) == b"secret"


def test_a_failed_write_leaves_the_old_content(path, monkeypatch):
    """A full disk: nothing is lost, and nothing is left behind."""
    write_private(path, b"old")

    def full(_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_private(path, b"new")

    assert read_private(path) == b"old"
    assert [one.name for one in path.parent.iterdir()] == ["session.json"]


def test_readers_never_find_half_a_file(path):
    """While four threads replace it, every read is one whole content."""
    contents = {bytes([65 + number]) * 100_000 for number in range(4)}
    write_private(path, b"A" * 100_000)

    def write(content):
        for _ in range(10):
            write_private(path, content)
            assert read_private(path) in contents

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(write, contents)) == [None] * 4
