"""A session in the system's keyring, with a keyring of the tests in its place."""

import sys

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from logto import ConfigurationError, KeyringStorage


class Ring(KeyringBackend):
    """A keyring that keeps what it is given for one test."""

    priority = 5

    def __init__(self):
        super().__init__()
        self.entries = {}

    def get_password(self, service, username):
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        self.entries[service, username] = password

    def delete_password(self, service, username):
        del self.entries[service, username]


@pytest.fixture
def ring():
    """The keyring of this test."""
    before = keyring.get_keyring()
    ring = Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_each_string_is_an_entry(ring, tmp_path):
    """Under the service's name, apart from other profiles; removing twice is no error."""
    storage = KeyringStorage("logto", "one", lock=tmp_path / "x" / "lock")
    other = KeyringStorage("logto", "two", lock=tmp_path / "y" / "lock")
    storage.set("idToken", "i")
    other.set("idToken", "j")
    assert ring.entries == {("logto", "one idToken"): "i", ("logto", "two idToken"): "j"}
    assert (storage.get("idToken"), storage.get("refreshToken")) == ("i", None)
    storage.set("idToken", None)
    storage.delete("idToken")

    assert ring.entries == {("logto", "two idToken"): "j"}


def test_one_process_refreshes_at_a_time(ring, tmp_path):
    """The lock is a file, because a keyring has none."""
    one, other = (KeyringStorage("logto", "one", lock=tmp_path / "logto" / "lock") for _ in range(2))

    assert (one.acquire(1), other.acquire(1)) == (True, False)
    one.release()
    assert other.acquire(1) is True


def test_a_keyring_that_keeps_no_secret_is_none(ring):
    """Neither the one that fails, nor the one that forgets."""
    assert KeyringStorage.is_available() is True
    for backend in (fail.Keyring(), null.Keyring()):
        keyring.set_keyring(backend)
        assert KeyringStorage.is_available() is False


def test_without_the_package_it_says_what_to_install(monkeypatch, tmp_path):
    """And counts as not available."""
    monkeypatch.setitem(sys.modules, "keyring", None)

    assert KeyringStorage.is_available() is False
    with pytest.raises(ConfigurationError) as caught:
        KeyringStorage("logto", "one", lock=tmp_path / "lock")
    assert caught.value.code == "configuration.keyring"
