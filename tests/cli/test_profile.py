"""Where the commands keep what they know."""

from pathlib import Path

import pytest

from logto.cli.profile import Profile, config_folder, find_profile
from logto.errors import NotAuthenticatedError, StorageError
from logto.sessions.private_file import write_private


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of the user's settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "logto"


def test_the_last_one_saved_is_found_without_a_name(folder):
    """The others by theirs."""
    first = Profile("http://localhost:3001", "one", ("read",), ("https://api.example.com",), keyring=False)
    second = Profile("http://localhost:3001", "two")
    first.save()
    second.save()

    assert find_profile(None, None) == second
    assert find_profile("http://localhost:3001/", "one") == first
    assert first.place != second.place


def test_a_profile_that_was_removed_is_not_found(folder):
    """Neither by its name nor without one."""
    profile = Profile("http://localhost:3001", "one")
    profile.save()
    profile.remove()
    profile.remove()

    for name in ((None, None), (profile.endpoint, profile.app_id)):
        with pytest.raises(NotAuthenticatedError):
            find_profile(*name)


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b"{}", b'{"endpoint": "nonsense", "app_id": "x", "scopes": [], "resources": [], "keyring": false}'],
)
def test_something_else_in_the_file_is_told(folder, content):
    """It is not taken for a profile."""
    write_private(folder / "profile.json", content)
    with pytest.raises(StorageError):
        find_profile(None, None)


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"XDG_CONFIG_HOME": "/x"}, "/x/logto"),
        ("linux", {"XDG_CONFIG_HOME": "relative"}, "/home/a/.config/logto"),
        ("linux", {}, "/home/a/.config/logto"),
        ("darwin", {}, "/home/a/Library/Application Support/logto"),
        ("win32", {"APPDATA": "/roaming"}, "/roaming/logto"),
        ("win32", {}, "/home/a/AppData/Roaming/logto"),
    ],
)
def test_each_system_has_its_place(monkeypatch, platform, environment, expected):
    """XDG's where it is set, else the system's own."""
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "/home/a", **environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)

    assert config_folder() == Path(expected)
