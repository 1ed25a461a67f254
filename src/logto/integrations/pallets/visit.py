"""One request of a browser: its session, who is signed in in it, and who that is to the application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import ForbiddenError, LogtoException
from ...models.user import NOBODY, LogtoUser
from ...sessions.record_session import RecordSession
from .extension import Installed
from .guard import Guard


class Visit:
    """One request of a browser, from when somebody first looks at who is signed in.

    It knows nothing of the request itself, which knows it: the two would keep each other alive.

    Args:
        installed: Of which application.
        session: The browser's; or why it cannot be had, which whoever looks is told.
        refusal: Why guards let nobody pass, whoever is signed in.
    """

    __slots__ = ("_loaded", "_loaded_for", "_refusal", "_session", "cookies", "installed", "seen", "signed_in")

    def __init__(
        self,
        installed: Installed[Any],
        session: RecordSession | LogtoException,
        refusal: LogtoException | None = None,
    ) -> None:
        self.installed = installed
        self._session = session
        self._refusal = refusal
        self._loaded: Any = None
        self._loaded_for: LogtoUser | None = None
        self.seen = False
        self.signed_in = False
        self.cookies: tuple[str, ...] | None = None
        """The values of `Set-Cookie`, once the session is closed."""

    @property
    def session(self) -> RecordSession:
        """The browser's session.

        Raises:
            StorageError: Its store could not be asked.
        """
        session = self._session
        if isinstance(session, LogtoException):
            raise session
        return session

    @property
    def is_open(self) -> bool:
        """Whether there is a session that must still be closed."""
        return self.cookies is None and not isinstance(self._session, LogtoException)

    @property
    def user(self) -> LogtoUser:
        """Whoever is signed in, as Logto knows them."""
        self.seen = True
        user: LogtoUser = self.installed.pages.user(self.session)
        if user.is_authenticated:
            self.signed_in = True
        return user

    def look(self) -> None:
        """Notes that the answer may depend on who is signed in, also where nobody can tell who that is."""
        self.seen = True
        if not isinstance(self._session, LogtoException):
            _ = self.user

    def current(self) -> Any:
        """Whoever is signed in, as the application knows them; `NOBODY` also where it knows them not."""
        user = self.user
        if self.installed.hooks.user_loader is None or not user:
            return user
        loaded = self._load(user)
        return NOBODY if loaded is None else loaded

    def check(self, guard: Guard, request: Any, arguments: Mapping[str, Any]) -> None:
        """Refuses a user who may not see a view; otherwise as `Guard.check`."""
        if self._refusal is not None:
            raise self._refusal
        user = self.user
        guard.check(user, request, arguments)
        if self.installed.hooks.user_loader is not None and self._load(user) is None:
            raise ForbiddenError(
                "The application does not know this user.",
                code="forbidden.user",
                hint="`user_loader` returned None for these claims.",
            )

    def keep(self, user: LogtoUser, loaded: Any) -> None:
        """Remembers for this request who a user is to the application."""
        self._loaded, self._loaded_for = loaded, user

    def _load(self, user: LogtoUser) -> Any:
        return self._loaded if self._loaded_for == user else None
