"""Where one browser's session lives: stores, their settings, and the guide's `Storage`.

The names are imported when they are first used: nobody pays for a store that they do not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cookie_store import CookieStore as CookieStore
    from .memory_store import MemoryStore as MemoryStore
    from .no_session import NoSession as NoSession
    from .redis_store import RedisStore as RedisStore
    from .server_session import SessionInfo as SessionInfo
    from .settings import CookieSettings as CookieSettings
    from .settings import Lifetimes as Lifetimes
    from .sql_store import SqlStore as SqlStore
    from .storage import MemoryStorage as MemoryStorage
    from .storage import Storage as Storage
    from .store import SessionStore as SessionStore
    from .store import Stored as Stored

_HOME_OF = {
    "CookieSettings": "settings",
    "CookieStore": "cookie_store",
    "Lifetimes": "settings",
    "MemoryStorage": "storage",
    "MemoryStore": "memory_store",
    "NoSession": "no_session",
    "RedisStore": "redis_store",
    "SessionInfo": "server_session",
    "SessionStore": "store",
    "SqlStore": "sql_store",
    "Storage": "storage",
    "Stored": "store",
}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll] - the table is the list


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
