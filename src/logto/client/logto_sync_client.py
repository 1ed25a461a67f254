"""`LogtoSyncClient`: the same as `LogtoClient`, for code that blocks."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import Self, TypeVar

from .. import flows
from ..models.config import LogtoConfig
from ..protocol.http import Flow
from ..sessions.storage import Storage
from ..transports.base import Transport, run
from . import spelling
from .local import LocalClient
from .operation import blocking

T = TypeVar("T")


class LogtoSyncClient(LocalClient):
    """Signs users in with Logto, and gets tokens in their name, blocking: no event loop, no bridge to one.

    One object serves every user and every thread of an application: make it once, at module level.

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
        transport: Transport | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(config, storage, clock)
        self._transport = transport or _pool(verify)

    sign_in = blocking(flows.sign_in)
    """`LogtoClient.sign_in`, blocking."""
    signIn = blocking(spelling.signIn)
    """`LogtoClient.signIn`, blocking."""

    handle_sign_in_callback = blocking(flows.handle_sign_in_callback)
    """`LogtoClient.handle_sign_in_callback`, blocking."""
    handleSignInCallback = blocking(spelling.handleSignInCallback)
    """`LogtoClient.handleSignInCallback`, blocking."""

    sign_out = blocking(flows.sign_out)
    """`LogtoClient.sign_out`, blocking."""
    signOut = blocking(spelling.signOut)
    """`LogtoClient.signOut`, blocking."""

    get_access_token = blocking(flows.get_access_token)
    """`LogtoClient.get_access_token`, blocking."""
    getAccessToken = blocking(spelling.getAccessToken)
    """`LogtoClient.getAccessToken`, blocking."""

    get_access_token_claims = blocking(flows.get_access_token_claims)
    """`LogtoClient.get_access_token_claims`, blocking."""
    getAccessTokenClaims = blocking(spelling.getAccessTokenClaims)
    """`LogtoClient.getAccessTokenClaims`, blocking."""

    get_organization_token = blocking(flows.get_organization_token)
    """`LogtoClient.get_organization_token`, blocking."""
    getOrganizationToken = blocking(spelling.getOrganizationToken)
    """`LogtoClient.getOrganizationToken`, blocking."""

    get_organization_token_claims = blocking(flows.get_organization_token_claims)
    """`LogtoClient.get_organization_token_claims`, blocking."""
    getOrganizationTokenClaims = blocking(spelling.getOrganizationTokenClaims)
    """`LogtoClient.getOrganizationTokenClaims`, blocking."""

    fetch_user_info = fetchUserInfo = blocking(flows.fetch_user_info)
    """`LogtoClient.fetch_user_info`, blocking."""

    def close(self) -> None:
        """Closes the connections. A client that is used again opens new ones."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, flow: Flow[T]) -> T:
        return run(flow, self._transport, self.config.timeout)


def _pool(verify: ssl.SSLContext | None) -> Transport:
    from ..transports.httpcore2 import PooledTransport  # an HTTP engine takes time to import

    return PooledTransport(verify=verify)
