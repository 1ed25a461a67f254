"""`LogtoPages` and `LogtoSyncPages`: the sign-in routes of an application, on which each framework's integration stands."""

from __future__ import annotations

import copy
import logging
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

from ..errors import LogtoException
from ..flows import pages
from ..flows.pages import PagesContext
from ..models.config import LogtoConfig
from ..models.pages import PageAnswer, PageRequest, PageSettings
from ..models.user import LogtoUser
from ..protocol.authorization import check_redirect_uri
from ..protocol.http import Flow
from ..sessions.cookie_store import CookieStore
from ..sessions.no_session import NoSession
from ..sessions.record_session import RecordSession
from ..sessions.settings import CookieSettings, Lifetimes
from ..sessions.store import SessionStore
from ..transports.base import AsyncTransport, Transport, run
from .logto_client import LogtoClient
from .logto_sync_client import LogtoSyncClient
from .operation import awaited, blocking
from .page_refusals import refusal
from .sessions import LogtoSessions, LogtoSyncSessions

logger = logging.getLogger("logto")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Clients:
    """Both colours of the same client and of the same sessions."""

    client: LogtoClient
    sync_client: LogtoSyncClient
    sessions: LogtoSessions
    sync_sessions: LogtoSyncSessions


class _Pages:
    """What both colours have in common.

    Args:
        config: Who we are, and whom we talk to.
        store: Where sessions live.
        settings: Where the routes are, and what they do.
        cookie: What the session's cookie looks like.
        lifetimes: How long sessions live.
        signed_out_without_store: Whether a store that cannot be asked counts as "nobody is signed in", rather than as an
            error.
        transport: What carries the requests of awaiting code, instead of a pool of connections.
        sync_transport: What carries those of blocking code.
        verify: Trusted certificates, instead of the system's.
        clock: Seconds since the epoch; for tests.

    Raises:
        ConfigurationError: A setting is not usable.
    """

    def __init__(
        self,
        config: LogtoConfig,
        store: SessionStore | CookieStore,
        settings: PageSettings | None = None,
        *,
        cookie: CookieSettings | None = None,
        lifetimes: Lifetimes | None = None,
        signed_out_without_store: bool = False,
        transport: AsyncTransport | None = None,
        sync_transport: Transport | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        settings = settings or PageSettings()
        if settings.redirect_uri is not None:
            check_redirect_uri(settings.redirect_uri)
        if settings.post_logout_redirect_uri is not None:
            check_redirect_uri(settings.post_logout_redirect_uri, "post_logout_redirect_uri")
        client = LogtoClient(config, NoSession(), transport=transport, verify=verify, clock=clock)
        sync_client = LogtoSyncClient(config, NoSession(), transport=sync_transport, verify=verify, clock=clock)
        # One key set, one memory of what is under way: a plain view and an async one may refresh the same session.
        sync_client = sync_client.joined_to(client)
        options: dict[str, Any] = {
            "cookie": cookie,
            "lifetimes": lifetimes,
            "signed_out_without_store": signed_out_without_store,
        }
        sessions = LogtoSessions(client, store, **options)
        self._clients = _Clients(client, sync_client, sessions, LogtoSyncSessions(sync_client, store, **options))
        self._context = PagesContext(sessions._context, settings)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half

    @property
    def config(self) -> LogtoConfig:
        """Who we are, and whom we talk to."""
        return self._clients.client.config

    @property
    def settings(self) -> PageSettings:
        """Where the routes are, and what they do."""
        return self._context.settings

    @property
    def store(self) -> SessionStore | CookieStore:
        """Where sessions live."""
        return self._context.sessions.store

    @property
    def cookie(self) -> CookieSettings:
        """What the session's cookie looks like."""
        return self._context.sessions.cookie

    @property
    def sessions(self) -> LogtoSessions:
        """Sessions for awaiting code, to list or end those of a user."""
        return self._clients.sessions

    @property
    def sync_sessions(self) -> LogtoSyncSessions:
        """Sessions for blocking code, to list or end those of a user."""
        return self._clients.sync_sessions

    def user(self, session: RecordSession) -> LogtoUser:
        """Whoever is signed in in a session; nobody, on any doubt. Asks nobody.

        Args:
            session: What `open` returned.
        """
        return self._context.user_in(session)

    def client(self, session: RecordSession) -> LogtoClient:
        """The client of awaiting code, for the user of a session.

        Args:
            session: What `open` returned.
        """
        return self._clients.client.with_session(session)

    def sync_client(self, session: RecordSession) -> LogtoSyncClient:
        """The client of blocking code, for the user of a session.

        Args:
            session: What `open` returned.
        """
        return self._clients.sync_client.with_session(session)

    def joined_to(self, other: _Pages) -> Self:
        """The same pages with all that another one's know and are about to do: keys, refreshes under way, sessions.

        Args:
            other: Made from the same settings, perhaps of the other colour.
        """
        joined = copy.copy(self)
        joined._clients, joined._context = other._clients, other._context  # noqa: SLF001 - a copy, and one of us
        return joined

    def with_settings(self, **changes: Any) -> Self:
        """The same pages with some of their settings changed, for a request that decides them, as a mount prefix does.

        Args:
            changes: Fields of `PageSettings`.

        Raises:
            ConfigurationError: A setting is not usable.
        """
        changed = copy.copy(self)
        changed._context = replace(self._context, settings=replace(self.settings, **changes))  # noqa: SLF001 - a copy of ourselves
        return changed

    def refuse(self, error: LogtoException, request: PageRequest) -> PageAnswer:
        """What a request is answered that ended in an error: a browser a page, or the way to the sign-in; a program JSON.

        Args:
            error: What was raised.
            request: Which request.
        """
        return refusal(error, request, show_hints=self.settings.show_hints)


class LogtoPages(_Pages):
    """The sign-in routes of an application, for awaiting code.

    ```python
    pages = LogtoPages(LogtoConfig.from_env(), CookieStore(SESSION_KEY), PageSettings(redirect_uri="https://…/callback"))

    session = await pages.open(request.cookies, str(request.url))
    answer = await pages.sign_in(session, PageRequest("GET", str(request.url), request.headers))
    for cookie in await pages.close(session):
        …  # a Set-Cookie header each
    ```
    """

    open = awaited(pages.open_page)
    """The session that a request's cookies name, confirmed at Logto where its ID token is over."""
    close = awaited(pages.close_page)
    """The `Set-Cookie` headers with which a request ends."""
    sign_in = awaited(pages.begin_sign_in)
    """The sign-in route."""
    callback = awaited(pages.finish_sign_in)
    """The callback route."""
    sign_out = awaited(pages.finish_sign_out)
    """The sign-out route."""
    back_channel_logout = awaited(pages.back_channel_logout)
    """The route at which Logto says that a session is over."""
    metadata = awaited(pages.metadata)
    """What Logto says of itself."""

    async def aclose(self) -> None:
        """Closes the connections of the running event loop, and those of `sync_client`."""
        await self._clients.client.close()
        self._clients.sync_client.close()

    async def _run(self, flow: Flow[T]) -> T:
        return await self._clients.client._run(flow)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half


class LogtoSyncPages(_Pages):
    """The sign-in routes of an application, for blocking code; otherwise as `LogtoPages`."""

    open = blocking(pages.open_page)
    """`LogtoPages.open`, blocking."""
    close = blocking(pages.close_page)
    """`LogtoPages.close`, blocking."""
    sign_in = blocking(pages.begin_sign_in)
    """`LogtoPages.sign_in`, blocking."""
    callback = blocking(pages.finish_sign_in)
    """`LogtoPages.callback`, blocking."""
    sign_out = blocking(pages.finish_sign_out)
    """`LogtoPages.sign_out`, blocking."""
    back_channel_logout = blocking(pages.back_channel_logout)
    """`LogtoPages.back_channel_logout`, blocking."""
    metadata = blocking(pages.metadata)
    """`LogtoPages.metadata`, blocking."""

    def _run(self, flow: Flow[T]) -> T:
        client = self._clients.sync_client
        return run(flow, client._transport, client._context.config.timeout)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half
