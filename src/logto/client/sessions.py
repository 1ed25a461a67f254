"""`LogtoSessions` and `LogtoSyncSessions`: sessions in a store, request by request."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from ..errors import ConfigurationError
from ..flows import browser_session
from ..flows.browser_session import SessionsContext
from ..protocol.http import Flow
from ..sessions.cookie_store import CookieStore
from ..sessions.settings import CookieSettings, Lifetimes
from ..sessions.store import SessionStore
from .local import LocalClient
from .logto_client import LogtoClient
from .logto_sync_client import LogtoSyncClient
from .operation import awaited, blocking

T = TypeVar("T")


class _Sessions:
    """What both colours have in common.

    Args:
        client: Whose users' sessions they are.
        store: Where they live.
        cookie: What their cookie looks like.
        lifetimes: How long they live.
        signed_out_without_store: Whether a store that cannot be asked counts as "nobody is signed in", rather than as an
            error: pages stay up, and users seem signed out for as long.

    Raises:
        ConfigurationError: The client or the store is of another kind.
    """

    _kind: ClassVar[type[LocalClient]]

    def __init__(
        self,
        client: LocalClient,
        store: SessionStore | CookieStore,
        *,
        cookie: CookieSettings | None = None,
        lifetimes: Lifetimes | None = None,
        signed_out_without_store: bool = False,
    ) -> None:
        _check_store(store)
        if not isinstance(client, self._kind):
            raise ConfigurationError(
                f"{type(self).__name__} takes a {self._kind.__name__}, not a {type(client).__name__}.",
                hint="LogtoSessions awaits, with a LogtoClient; LogtoSyncSessions blocks, with a LogtoSyncClient.",
                code="configuration.client",
            )
        self._client = client
        self._context = SessionsContext(
            client=client._context,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half
            store=store,
            cookie=cookie or CookieSettings(),
            lifetimes=lifetimes or Lifetimes(),
            signed_out_without_store=signed_out_without_store,
        )


class LogtoSessions(_Sessions):
    """Sessions of a `LogtoClient`'s users, in a store.

    ```python
    client = LogtoClient(LogtoConfig.from_env(), NoSession())
    sessions = LogtoSessions(client, RedisStore("redis://localhost", key=SESSION_KEY))

    session = await sessions.open(request.cookies, str(request.url))
    url = await client.with_session(session).sign_in("https://…/callback")
    for cookie in await sessions.close(session):
        response.headers.append("set-cookie", cookie)
    ```
    """

    _kind = LogtoClient
    _client: LogtoClient

    open = awaited(browser_session.open_session)
    """The session that a request's cookies name."""
    close = awaited(browser_session.close_session)
    """The `Set-Cookie` headers with which a request ends."""
    renew = awaited(browser_session.renew_session)
    """Gives a session a new id, after a change of what its user may do."""
    carry_over = awaited(browser_session.carry_over)
    """Moves whoever is signed in from a `Storage` of the guide into a session."""
    end_sessions = awaited(browser_session.end_sessions)
    """Ends every session of a user, or of one session at the provider."""
    handle_back_channel_logout = awaited(browser_session.handle_back_channel_logout)
    """Ends the sessions that the provider says are over."""
    list_sessions = awaited(browser_session.list_sessions)
    """The living sessions of a user."""

    async def _run(self, flow: Flow[T]) -> T:
        return await self._client._run(flow)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half


class LogtoSyncSessions(_Sessions):
    """Sessions of a `LogtoSyncClient`'s users, in a store; otherwise as `LogtoSessions`."""

    _kind = LogtoSyncClient
    _client: LogtoSyncClient

    open = blocking(browser_session.open_session)
    """`LogtoSessions.open`, blocking."""
    close = blocking(browser_session.close_session)
    """`LogtoSessions.close`, blocking."""
    renew = blocking(browser_session.renew_session)
    """`LogtoSessions.renew`, blocking."""
    carry_over = blocking(browser_session.carry_over)
    """`LogtoSessions.carry_over`, blocking."""
    end_sessions = blocking(browser_session.end_sessions)
    """`LogtoSessions.end_sessions`, blocking."""
    handle_back_channel_logout = blocking(browser_session.handle_back_channel_logout)
    """`LogtoSessions.handle_back_channel_logout`, blocking."""
    list_sessions = blocking(browser_session.list_sessions)
    """`LogtoSessions.list_sessions`, blocking."""

    def _run(self, flow: Flow[T]) -> T:
        return self._client._run(flow)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half


def _check_store(store: object) -> None:
    if not isinstance(store, SessionStore | CookieStore):
        raise ConfigurationError(
            "`store` is no store of sessions.",
            hint="Give a MemoryStore(), a CookieStore(key), or another SessionStore.",
            code="configuration.store",
        )
