"""`LogtoClient`: sign-in for asynchronous code, as the guide has it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import Self, TypeVar

from .. import flows
from ..models.config import LogtoConfig
from ..protocol.http import Flow
from ..sessions.storage import Storage
from ..transports.base import AsyncTransport, run_async
from . import spelling
from .local import LocalClient
from .operation import awaited

T = TypeVar("T")


class LogtoClient(LocalClient):
    """Signs users in with Logto, and gets tokens in their name.

    One object serves every user of an application: make it once, at module level. What belongs to one browser is only in
    its session, which `storage` reads and writes.

    Args:
        config: Who we are, and whom we talk to.
        storage: The current browser's session; without one, a memory of its own, and a warning.
        transport: What carries the requests, instead of a pool of connections.
        verify: Trusted certificates, instead of the system's, for a Logto with a private certificate authority.
        clock: Seconds since the epoch; for tests.

    Raises:
        ConfigurationError: An argument is not usable.
    """

    def __init__(
        self,
        config: LogtoConfig,
        storage: Storage | None = None,
        *,
        transport: AsyncTransport | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(config, storage, clock)
        self._transport = transport or _pool(verify)

    sign_in = awaited(flows.sign_in)
    """Begins a sign-in and returns the URL to send the browser to."""
    signIn = awaited(spelling.signIn)
    """Begins a sign-in and returns the URL to send the browser to."""

    handle_sign_in_callback = awaited(flows.handle_sign_in_callback)
    """Finishes a sign-in, given the whole URL that the browser came back to."""
    handleSignInCallback = awaited(spelling.handleSignInCallback)
    """Finishes a sign-in, given the whole URL that the browser came back to."""

    sign_out = awaited(flows.sign_out)
    """Clears the session, revokes the refresh token, and returns the URL to send the browser to."""
    signOut = awaited(spelling.signOut)
    """Clears the session, revokes the refresh token, and returns the URL to send the browser to."""

    get_access_token = awaited(flows.get_access_token)
    """A live access token for an API resource, perhaps within an organization, refreshed if it must be."""
    getAccessToken = awaited(spelling.getAccessToken)
    """A live access token for an API resource, perhaps within an organization, refreshed if it must be."""

    get_access_token_claims = awaited(flows.get_access_token_claims)
    """The claims of a live access token."""
    getAccessTokenClaims = awaited(spelling.getAccessTokenClaims)
    """The claims of a live access token."""

    get_organization_token = awaited(flows.get_organization_token)
    """A live access token for an organization, refreshed if it must be."""
    getOrganizationToken = awaited(spelling.getOrganizationToken)
    """A live access token for an organization, refreshed if it must be."""

    get_organization_token_claims = awaited(flows.get_organization_token_claims)
    """The claims of a live access token for an organization."""
    getOrganizationTokenClaims = awaited(spelling.getOrganizationTokenClaims)
    """The claims of a live access token for an organization."""

    fetch_user_info = fetchUserInfo = awaited(flows.fetch_user_info)
    """Asks Logto who the user is: more claims than the ID token has, and newer ones."""

    async def close(self) -> None:
        """Closes the connections of the running event loop. A client that is used again opens new ones."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _run(self, flow: Flow[T]) -> T:
        return await run_async(flow, self._transport, self.config.timeout)


def _pool(verify: ssl.SSLContext | None) -> AsyncTransport:
    from ..transports.httpcore2 import AsyncPooledTransport  # an HTTP engine takes time to import

    return AsyncPooledTransport(verify=verify)
