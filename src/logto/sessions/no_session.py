"""What a client works on while no request's session is open."""

from __future__ import annotations

from typing import NoReturn

from ..errors import StorageError
from .storage import PersistKey, Storage


class NoSession(Storage):
    """Nothing, and an explanation: for a client whose sessions live in a store."""

    def get(self, key: PersistKey) -> str | None:
        """Refuses."""
        _refuse()

    def set(self, key: PersistKey, value: str | None) -> None:
        """Refuses."""
        _refuse()

    def delete(self, key: PersistKey) -> None:
        """Refuses."""
        _refuse()


def _refuse() -> NoReturn:
    raise StorageError(
        "No request's session is open.",
        hint="Open it first: `client.with_session(sessions.open(request.cookies, url))`.",
        code="storage.no_session",
    )
