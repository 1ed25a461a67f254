"""A session in a file: kept, shared by processes, and refreshed once."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest

from logto import FileStorage, LogtoSyncClient, StorageError
from logto.protocol.http import HttpRequest
from logto.sessions.file_lock import FileLock
from logto.sessions.storage_session import StorageSession
from tests.client.either import Wire
from tests.flows.dialogue import API, REDIRECT_URI, TOKEN, config
from tests.flows.honest_provider import HonestProvider

PROCESSES = 8


@pytest.fixture
def path(tmp_path):
    return tmp_path / "logto" / "session.json"


def test_what_is_stored_is_there_for_the_next_process(path):
    """Key by key; the last one takes the file with it."""
    storage = FileStorage(path)
    storage.set("idToken", "i")
    storage.set("refreshToken", "r")
    assert (FileStorage(path).get("idToken"), FileStorage(path).get("refreshToken")) == ("i", "r")
    storage.delete("idToken")
    assert FileStorage(path).get("idToken") is None
    assert path.stat().st_mode & 0o077 == 0
    storage.set("refreshToken", None)
    storage.delete("refreshToken")

    assert not path.exists()


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"idToken": 1}', b"\xff\xfe", b"[" * 100_000, b"null"])
def test_something_else_in_the_file_is_an_error_and_replaced_by_a_sign_in(path, content):
    """It is not taken for a session; signing in anew writes over it."""
    storage = FileStorage(path)
    storage.set("idToken", "i")
    path.write_bytes(content)
    with pytest.raises(StorageError):
        storage.get("idToken")
    storage.set("idToken", "new")

    assert storage.get("idToken") == "new"


def test_a_file_that_others_can_read_is_not_used(path):
    """Neither read nor written to: its owner must know."""
    storage = FileStorage(path)
    storage.set("idToken", "s3cr3t")
    path.chmod(0o644)
    for call in (lambda: storage.get("idToken"), lambda: storage.set("idToken", "new")):
        with pytest.raises(StorageError) as caught:
            call()
        assert caught.value.code == "storage.exposed"
        assert "s3cr3t" not in str(caught.value)


def test_writers_do_not_lose_what_others_wrote(path):
    """Four objects write their own keys at the same time: all of it is there."""
    keys = ("idToken", "accessTokenMap", "refreshToken", "signInSession")

    def write(key):
        storage = FileStorage(path)
        for number in range(10):
            storage.set(key, f"{key}{number}")

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(write, keys)) == [None] * 4
    assert json.loads(path.read_bytes()) == {key: f"{key}9" for key in keys}


def test_a_writer_that_hangs_is_an_error(path, monkeypatch):
    """Not a wait without end."""
    monkeypatch.setattr("logto.sessions.file_storage.PATIENCE", 0.05)
    storage = FileStorage(path)
    storage.set("idToken", "i")
    hanging = FileLock(path.parent / f".{path.name}.writing")
    assert hanging.take()
    with pytest.raises(StorageError) as caught:
        storage.set("idToken", "j")

    assert caught.value.code == "storage.busy"


def test_one_process_refreshes_at_a_time(path):
    """The second one is told that the lock is taken, through the session too."""
    one, other = (StorageSession(FileStorage(path)) for _ in range(2))

    def result(flow):
        with pytest.raises(StopIteration) as end:
            next(flow)
        return end.value.value

    assert result(one.acquire(1)) is True
    assert result(other.acquire(1)) is False
    result(one.release())
    assert result(other.acquire(1)) is True


class OneAtATime(Wire):
    """A provider that each process reaches, and that sees one request at a time."""

    lock = Lock()

    def send(self, request: HttpRequest, timeout):
        with self.lock:
            return super().send(request, timeout)


def test_processes_refresh_once(path):
    """8 clients that share nothing but the file want a token at once: one refresh, and the session lives."""
    provider = HonestProvider()
    clients = [
        LogtoSyncClient(config(), FileStorage(path), transport=OneAtATime(provider), clock=provider.clock)
        for _ in range(PROCESSES)
    ]
    clients[0].handle_sign_in_callback(provider.authorize(clients[0].sign_in(REDIRECT_URI)))
    asked = provider.count(TOKEN)
    started = Barrier(PROCESSES)

    def ask(client):
        started.wait(10)
        return client.get_access_token(API)

    with ThreadPoolExecutor(PROCESSES) as pool:
        tokens = set(pool.map(ask, clients))

    assert len(tokens) == 1
    assert provider.count(TOKEN) == asked + 1
    provider.clock.now += 3600
    assert clients[3].get_access_token(API)


def test_no_token_in_a_repr(path):
    """Only where the file is."""
    storage = FileStorage(path)
    storage.set("idToken", "s3cr3t")

    assert repr(storage) == f"FileStorage({str(path)!r})"
