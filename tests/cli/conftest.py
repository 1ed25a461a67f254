"""A person at a command line: a folder for their settings, a Logto, and commands to type."""

import time

import keyring
import pytest
from click.testing import CliRunner
from keyring.backends import null

from logto import LogtoSyncClient, LogtoSyncDevice
from logto.cli.group import logto
from logto.cli.profile import Profile
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.server.devices import Person


@pytest.fixture(scope="session")
def command_line_server():
    """A local Logto with the sample data."""
    with LocalLogto() as local:
        yield LogtoServer(local)


class CommandLine:
    """Commands, typed one after the other; the settings are in a folder of this test's own."""

    def __init__(self, server, folder):
        self.server = server
        self.folder = folder
        self.app_id = server.local.seeded["deviceAppId"]

    def type(self, *words):
        """The result of a command."""
        return CliRunner().invoke(logto, [str(word) for word in words])

    def let_in(self, user_code, decision="allow"):
        """Somebody types the code in a browser."""
        with Person(self.server) as person:
            person.answer(user_code, decision)

    def signed_in(self, **settings):
        """Signs alice in as `logto login` does, without its waiting."""
        profile = Profile(self.server.endpoint, self.app_id, **settings)
        client = LogtoSyncClient(profile.config, profile.storage, clock=lambda: time.time() + 6)
        with client:
            code = LogtoSyncDevice(client).begin()
            self.let_in(code.user_code)
            LogtoSyncDevice(client).poll(code)
        profile.save()
        return profile

    def files(self):
        """What is in the folder, by name."""
        return {path.name: path for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture
def command_line(command_line_server, tmp_path, monkeypatch):
    """A command line where nobody is signed in, and no keyring is there."""
    folder = tmp_path / "config"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    monkeypatch.delenv("LOGTO_ENDPOINT", raising=False)
    monkeypatch.delenv("LOGTO_APP_ID", raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(null.Keyring())
    yield CommandLine(command_line_server, folder)
    keyring.set_keyring(before)
