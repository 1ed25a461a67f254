"""The pytest plugin: fixtures that start nothing until a test asks for one.

Nothing is imported at the top but pytest itself: the plugin is loaded in every test run of whoever has logto installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..client.logto_client import LogtoClient
    from ..client.logto_sync_client import LogtoSyncClient
    from .browser import Browser
    from .server import LogtoServer

REDIRECT_URI = "http://localhost:3000/callback"


@pytest.fixture
def logto_server() -> Iterator[LogtoServer]:
    """A local Logto with the sample data, on a free port of this machine, for one test."""
    from ..server.serve import LocalLogto
    from .server import LogtoServer

    with LocalLogto() as local:
        yield LogtoServer(local)


@pytest.fixture
def logto_browser() -> Iterator[Browser]:
    """A browser without a window, and without cookies yet."""
    from .browser import Browser

    with Browser() as browser:
        yield browser


@pytest.fixture
def logto_client(logto_server: LogtoServer) -> Iterator[LogtoSyncClient]:
    """A blocking client of the sample web application, with a session in memory in which nobody is signed in."""
    from ..client.logto_sync_client import LogtoSyncClient
    from ..sessions.storage import MemoryStorage

    config = logto_server.config(scopes=_everything(), resources=logto_server.resources)
    with LogtoSyncClient(config, MemoryStorage()) as client:
        yield client


@pytest.fixture
def logto_async_client(logto_server: LogtoServer) -> LogtoClient:
    """The same, for `await`."""
    from ..client.logto_client import LogtoClient
    from ..sessions.storage import MemoryStorage

    config = logto_server.config(scopes=_everything(), resources=logto_server.resources)
    return LogtoClient(config, MemoryStorage())


@pytest.fixture
def alice(logto_server: LogtoServer, logto_client: LogtoSyncClient) -> LogtoSyncClient:
    """`logto_client`, with alice signed in."""
    callback = logto_server.sign_in(logto_client.sign_in(REDIRECT_URI), "alice")
    logto_client.handle_sign_in_callback(callback)
    return logto_client


def _everything() -> tuple[str, ...]:
    from ..models.scopes import UserInfoScope

    return (*UserInfoScope, "read", "write", "org:read", "org:write", "invite:member")
