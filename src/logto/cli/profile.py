"""Who is signed in at this computer, to which application: where the commands keep it."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from logto.client.logto_sync_client import LogtoSyncClient
from logto.errors import ConfigurationError, NotAuthenticatedError, StorageError
from logto.models.config import LogtoConfig
from logto.sessions.file_storage import FileStorage
from logto.sessions.keyring_storage import KeyringStorage
from logto.sessions.private_file import read_private, write_private
from logto.sessions.storage import Storage

SERVICE = "logto"
"""The name under which a keyring shows what is ours."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An application that somebody signed in to, and where the tokens are.

    Args:
        endpoint: The address of Logto.
        app_id: The application, one for the device flow.
        scopes: What was asked for at sign-in.
        resources: The API resources that were asked for.
        keyring: Whether the tokens are in the system's keyring, rather than in a file.
    """

    endpoint: str
    app_id: str
    scopes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    keyring: bool = False

    @property
    def config(self) -> LogtoConfig:
        """The configuration of a client."""
        return LogtoConfig(endpoint=self.endpoint, app_id=self.app_id, scopes=self.scopes, resources=self.resources)

    @property
    def storage(self) -> Storage:
        """Where the tokens are."""
        if self.keyring:
            return KeyringStorage(SERVICE, f"{self.endpoint} {self.app_id}", lock=self._folder / "keyring.lock")
        return FileStorage(self._folder / "session.json")

    @property
    def place(self) -> str:
        """Where the tokens are, in words."""
        return "the system's keyring" if self.keyring else str(self._folder / "session.json")

    @property
    def _folder(self) -> Path:
        return config_folder() / sha256(f"{self.endpoint}\n{self.app_id}".encode()).hexdigest()[:32]

    def client(self) -> LogtoSyncClient:
        """A client with the session of whoever is signed in."""
        return LogtoSyncClient(self.config, self.storage)

    def save(self) -> None:
        """Makes this the profile that commands use where none is named."""
        content = json.dumps(asdict(self), indent=2).encode()
        write_private(self._folder / "profile.json", content)
        write_private(config_folder() / "profile.json", content)

    def remove(self) -> None:
        """Forgets the profile; its tokens are the client's to remove."""
        latest = _read(config_folder() / "profile.json")
        if latest == self:
            (config_folder() / "profile.json").unlink(missing_ok=True)
        (self._folder / "profile.json").unlink(missing_ok=True)


def find_profile(endpoint: str | None, app_id: str | None) -> Profile:
    """The profile of an application, or the one signed in to last if none is named.

    Raises:
        NotAuthenticatedError: Nobody has signed in to it here.
        ConfigurationError: Only one of the two is given.
        StorageError: Others could have written what is there.
    """
    if (endpoint is None) != (app_id is None):
        raise ConfigurationError(
            "An application is named by its endpoint and its App ID.", hint="Give both, or neither."
        )
    if endpoint is None or app_id is None:
        found = _read(config_folder() / "profile.json")
    else:
        named = Profile(LogtoConfig(endpoint=endpoint, app_id=app_id).endpoint, app_id)
        found = _read(named._folder / "profile.json")  # noqa: SLF001 - one of us
    if found is None:
        to = f" to the application {app_id} at {endpoint}" if app_id else ""
        raise NotAuthenticatedError(f"Nobody is signed in here{to}.")
    return found


def config_folder() -> Path:
    """Where programs of this system keep what is the user's own."""
    named = os.environ.get("XDG_CONFIG_HOME", "")
    if named and Path(named).is_absolute():  # a relative one is to be ignored (XDG Base Directory Specification)
        return Path(named) / "logto"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "logto"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "logto"
    return Path.home() / ".config" / "logto"


def _read(path: Path) -> Profile | None:
    content = read_private(path)
    if content is None:
        return None
    try:
        told: Any = json.loads(content)
        profile = Profile(
            endpoint=str(told["endpoint"]),
            app_id=str(told["app_id"]),
            scopes=tuple(told["scopes"]),
            resources=tuple(told["resources"]),
            keyring=told["keyring"] is True,
        )
        _ = profile.config
    except (ValueError, TypeError, KeyError, ConfigurationError):
        raise StorageError(
            f"The file {path} holds something else than a profile.", hint="Remove it, and run `logto login`."
        ) from None
    return profile
