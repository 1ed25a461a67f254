"""What an application's tests need: a local Logto in process, a browser without a window, and signed-in clients.

The names are imported when they are first used: pytest loads the plugin beside them in every run of every project.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .browser import Browser as Browser
    from .server import LogtoServer as LogtoServer
    from .server import SampleUser as SampleUser

_HOME_OF = {"Browser": "browser", "LogtoServer": "server", "SampleUser": "server"}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
