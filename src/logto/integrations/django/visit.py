"""`request.logto`: the browser's session at Logto during one request."""

from __future__ import annotations

from typing import Any, cast

from ...client.logto_client import LogtoClient
from ...client.logto_sync_client import LogtoSyncClient
from ...errors import ConfigurationError, LogtoException
from ...models.claims import IdTokenClaims
from ...models.user import LogtoUser
from ...sessions.record_session import RecordSession
from .site import Site


class Visit:
    """A browser's session while a request of it is handled.

    It is opened when something of it is first asked for; in asynchronous code, before the view is called.

    Args:
        request: Django's.
        site: What this process knows of Logto.
    """

    def __init__(self, request: Any, site: Site) -> None:
        self.site = site
        self.leaves = False
        """Whether the session ends with this request: the user was signed out of Django."""
        self._request = request
        self._session: RecordSession | None = None
        self._failure: LogtoException | None = None
        self._is_answered = False
        self._looked = False
        self._met_somebody = False

    @property
    def user(self) -> LogtoUser:
        """Whoever is signed in with Logto in this browser, or nobody.

        Raises:
            StorageError: The store cannot be asked.
        """
        return self.look()

    @property
    def claims(self) -> IdTokenClaims:
        """All that the ID token says of the user.

        Raises:
            NotAuthenticatedError: Nobody is signed in with Logto.
            StorageError: The store cannot be asked.
        """
        return self.user.claims

    @property
    def client(self) -> LogtoClient:
        """The client of the user, for `async` views."""
        return self.site.pages.client(self.session())

    @property
    def sync_client(self) -> LogtoSyncClient:
        """The client of the user, for plain views."""
        return self.site.sync_pages.sync_client(self.session())

    @property
    def was_looked_at(self) -> bool:
        """Whether the answer depends on who is signed in."""
        return self._looked

    @property
    def met_somebody(self) -> bool:
        """Whether it depends on somebody."""
        return self._met_somebody

    @property
    def failure(self) -> LogtoException | None:
        """Why the session could not be opened."""
        return self._failure

    def look(self) -> LogtoUser:
        """As `user`."""
        return self._seen(self.session())

    async def alook(self) -> LogtoUser:
        """As `user`."""
        return self._seen(await self.asession())

    def session(self) -> RecordSession:
        """The session itself, opened.

        Raises:
            StorageError: The store cannot be asked.
        """
        self._looked = True
        self.prepare()
        return self._opened()

    async def asession(self) -> RecordSession:
        """As `session`."""
        self._looked = True
        await self.aprepare()
        return self._opened()

    def prepare(self) -> None:
        """Opens the session; an error waits until somebody looks."""
        if self._session is None and self._failure is None:
            try:
                self._session = self.site.sync_pages.open(self._request.COOKIES, self._address())
                if self._is_answered:
                    self.close()  # what streams comes too late for cookies: nothing is refreshed that would be lost
            except LogtoException as error:
                self._failure = error

    async def aprepare(self) -> None:
        """As `prepare`."""
        if self._session is None and self._failure is None:
            try:
                self._session = await self.site.pages.open(self._request.COOKIES, self._address())
                if self._is_answered:
                    await self.aclose()
            except LogtoException as error:
                self._failure = error

    def close(self) -> tuple[str, ...]:
        """The `Set-Cookie` headers that the answer must carry."""
        self._is_answered = True
        return () if self._session is None else self.site.sync_pages.close(self._session)

    async def aclose(self) -> tuple[str, ...]:
        """As `close`."""
        self._is_answered = True
        return () if self._session is None else await self.site.pages.close(self._session)

    @property
    def is_open(self) -> bool:
        """Whether the session was opened."""
        return self._session is not None

    @property
    def brought_a_cookie(self) -> bool:
        """Whether the browser has a cookie that looks like a session of ours."""
        name = self.site.pages.cookie.name
        return any(cookie.removeprefix("__Host-").startswith(name) for cookie in self._request.COOKIES)

    def _opened(self) -> RecordSession:
        if self._failure is not None:
            raise self._failure
        return cast("RecordSession", self._session)

    def _seen(self, session: RecordSession) -> LogtoUser:
        user = self.site.pages.user(session)
        if user:
            self._met_somebody = True
            # `cache_page` around a view keeps its answer before ours says whom it is for; this is Django's own word for "no".
            self._request._cache_update_cache = False  # noqa: SLF001
        return user

    def _address(self) -> str:
        # Decides what the cookie looks like. Where the settings say it, a request with a wrong `Host` changes nothing.
        fixed = self.site.pages.settings.redirect_uri
        return fixed or f"{self._request.scheme}://{self._request.get_host()}/"


def visit_of(request: Any) -> Visit:
    """What the middleware put on a request.

    Raises:
        ConfigurationError: The middleware is not installed.
    """
    visit = getattr(request, "logto", None)
    if not isinstance(visit, Visit):
        raise ConfigurationError(
            "The request has no session of Logto.",
            hint='Add "logto.integrations.django.middleware.LogtoMiddleware" to MIDDLEWARE, after '
            "AuthenticationMiddleware. In a test with RequestFactory, set `request.logto`.",
            code="configuration.middleware",
        )
    return visit
