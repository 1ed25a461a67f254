"""The published home of the storage."""

from .sessions.storage import MemoryStorage as MemoryStorage
from .sessions.storage import PersistKey as PersistKey
from .sessions.storage import Storage as Storage
