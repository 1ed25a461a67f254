"""`logto token` in several processes at once."""

import subprocess
import sys
import time

import pytest

from logto import LogtoSyncClient, LogtoSyncDevice
from logto.cli.profile import Profile
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.server.devices import Person

SHOPPING = "https://shopping.your-app.com/api"
PROCESSES = 6


@pytest.fixture
def server():
    """A local Logto that ends a session whose refresh token is used twice."""
    with LocalLogto() as local:
        server = LogtoServer(local)
        server.rotate_strictly(local.seeded["deviceAppId"])
        yield server


def sign_in(server):
    """Signs alice in at the command line."""
    profile = Profile(server.endpoint, server.local.seeded["deviceAppId"], ("read",), (SHOPPING,))
    with LogtoSyncClient(profile.config, profile.storage, clock=lambda: time.time() + 6) as client:
        code = LogtoSyncDevice(client).begin()
        with Person(server) as person:
            person.answer(code.user_code)
        LogtoSyncDevice(client).poll(code)
    profile.save()


def test_processes_that_want_a_token_refresh_once(server, tmp_path, monkeypatch):
    """Six commands at once, with a refresh token that is good once: all print the same token, after one request."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    sign_in(server)
    asked = server.count("POST", "/oidc/token")
    command = [sys.executable, "-m", "logto", "token", "--resource", SHOPPING]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    printed = [process.communicate(timeout=60) for process in processes]

    assert {error for _, error in printed} == {""}
    assert len({token for token, _ in printed}) == 1
    assert server.count("POST", "/oidc/token") == asked + 1
