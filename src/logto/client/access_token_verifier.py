"""`AccessTokenVerifier` and `AccessTokenSyncVerifier`: what an API verifies its access tokens with."""

from __future__ import annotations

import copy
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Self, TypeVar

from ..flows.access_token import judge_access_token, verify_access_token_of_request
from ..flows.provider_state import ProviderState
from ..flows.verifier_context import VerifierContext
from ..models.claims import AccessTokenClaims
from ..models.verifier_config import Introspection, VerifierConfig
from ..protocol.http import Flow
from ..protocol.token_requirement import NOTHING, TokenRequirement
from ..transports.base import AsyncTransport, Meanwhile, Transport, run, run_async
from ..transports.turns import Turns
from .introspected_tokens import IntrospectedTokens
from .verified_tokens import VerifiedTokens

T = TypeVar("T")

REMEMBERED = 4096
"""Verified tokens that are remembered, unless said otherwise."""


class LocalVerifier:
    """What both verifiers have in common.

    Args:
        config: The settings, checked.
        remember: Verified tokens that are remembered.
        clock: Seconds since the epoch.
    """

    def __init__(self, config: VerifierConfig, remember: int, clock: Callable[[], float]) -> None:
        self._context = VerifierContext(
            config=config,
            provider=ProviderState(),
            turns=Turns(),
            now=clock,
            background=Meanwhile,
            verified=VerifiedTokens(remember),
            introspected=IntrospectedTokens(),
        )

    @property
    def config(self) -> VerifierConfig:
        """The settings."""
        return self._context.config

    def joined_to(self, other: LocalVerifier) -> Self:
        """The same verifier with all that another one knows: keys, and tokens that were verified.

        Args:
            other: A verifier with the same settings, perhaps of the other colour.
        """
        joined = copy.copy(self)
        joined._context = other._context  # noqa: SLF001 - a copy, and one of us
        return joined

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.config.issuer!r}, {sorted(self.config.audiences)!r})"


class AccessTokenVerifier(LocalVerifier):
    """Verifies the access tokens that an asynchronous API is called with.

    ```python
    verifier = AccessTokenVerifier("https://tenant.logto.app", audience="https://shopping.your-app.com/api")
    claims = await verifier.verify(token, scopes=["read"])
    ```

    One object serves the whole API: make it once. Keys are fetched when they are first needed, then shared, and renewed in
    the background. Does not check whether the user still exists, or still has the scopes: a token holds until it expires.

    Args:
        endpoint: The address of Logto; a trailing slash is fine.
        audience: The API's identifier, as Logto's Console has it, or several: tokens must be for one of them, and for
            nobody else. `urn:logto:organization:<id>` is one organization's.
        organizations: Accept organization tokens, of any organization: `claims.organization_id` says which.
        issuer: The issuer identifier, where it is not `{endpoint}/oidc`; compared byte for byte.
        client_ids: The applications whose tokens count; all of the tenant's if not given.
        roles_claim: The claim that holds roles, where a JWT customizer puts them into access tokens.
        introspection: How to ask the server about opaque tokens; they are refused if not given.
        clock_tolerance: Seconds by which this machine's clock and the server's may differ.
        timeout: Seconds for a verification that must ask the server, all of its requests together.
        remember: Verified tokens that are remembered, so that their signature is verified once; 0 for none.
        transport: What carries the requests, instead of a pool of connections.
        verify: Trusted certificates, instead of the system's, for a Logto with a private certificate authority.
        clock: Seconds since the epoch; for tests.

    Raises:
        ConfigurationError: An argument is not usable.
    """

    def __init__(
        self,
        endpoint: str,
        audience: str | Iterable[str] = (),
        *,
        organizations: bool = False,
        issuer: str = "",
        client_ids: Iterable[str] | None = None,
        roles_claim: str = "roles",
        introspection: Introspection | None = None,
        clock_tolerance: float = 60.0,
        timeout: float = 8.0,
        remember: int = REMEMBERED,
        transport: AsyncTransport | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        config = VerifierConfig.of(
            endpoint,
            audience,
            organizations=organizations,
            issuer=issuer,
            client_ids=client_ids,
            roles_claim=roles_claim,
            introspection=introspection,
            clock_tolerance=clock_tolerance,
            timeout=timeout,
        )
        super().__init__(config, remember, clock)
        self._transport = transport or _async_pool(verify)

    async def verify(
        self,
        token: str,
        *,
        scopes: str | Iterable[str] | None = None,
        any_scope: str | Iterable[str] | None = None,
        roles: Iterable[str] | None = None,
        any_role: Iterable[str] | None = None,
        organization_id: str | None = None,
        client_ids: Iterable[str] | None = None,
    ) -> AccessTokenClaims:
        """What a token says, if it is good, for this API, and allows what is asked.

        Args:
            token: As the request brought it, without `Bearer`.
            scopes: All of these.
            any_scope: At least one of these.
            roles: All of these, in the claim `roles_claim`.
            any_role: At least one of these.
            organization_id: The organization that the token must be for.
            client_ids: The applications that it may have been issued to.

        Raises:
            InvalidTokenError: It is malformed, forged, no access token, or not for this API: answer 401.
            ExpiredTokenError: Its times do not fit this machine's clock: answer 401.
            InsufficientScopeError: It is good, but does not allow this: answer 403.
            TransportError: Logto cannot be reached, and no keys are known: answer 503.
            UnexpectedResponseError: Logto's answer makes no sense: answer 503.
            ConfigurationError: What is asked is malformed.
        """
        required = TokenRequirement.of(scopes, any_scope, roles, any_role, client_ids)
        return await self.verify_for(token, required, organization_id)

    async def verify_for(
        self, token: str, required: TokenRequirement = NOTHING, organization_id: str | None = None
    ) -> AccessTokenClaims:
        """`verify`, with what is asked made beforehand, once for a route.

        Args:
            token: As the request brought it.
            required: What the route asks.
            organization_id: The organization that the request names; None where it names none.
        """
        claims = judge_access_token(self._context, token, required, organization_id)
        if claims is not None:
            return claims
        return await self._run(verify_access_token_of_request(self._context, token, required, organization_id))

    async def close(self) -> None:
        """Closes the connections of the running event loop. A verifier that is used again opens new ones."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _run(self, flow: Flow[T]) -> T:
        return await run_async(flow, self._transport, self.config.timeout)


class AccessTokenSyncVerifier(LocalVerifier):
    """`AccessTokenVerifier`, blocking: no event loop, no bridge to one; for any number of threads."""

    def __init__(
        self,
        endpoint: str,
        audience: str | Iterable[str] = (),
        *,
        organizations: bool = False,
        issuer: str = "",
        client_ids: Iterable[str] | None = None,
        roles_claim: str = "roles",
        introspection: Introspection | None = None,
        clock_tolerance: float = 60.0,
        timeout: float = 8.0,
        remember: int = REMEMBERED,
        transport: Transport | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        config = VerifierConfig.of(
            endpoint,
            audience,
            organizations=organizations,
            issuer=issuer,
            client_ids=client_ids,
            roles_claim=roles_claim,
            introspection=introspection,
            clock_tolerance=clock_tolerance,
            timeout=timeout,
        )
        super().__init__(config, remember, clock)
        self._transport = transport or _pool(verify)

    def verify(
        self,
        token: str,
        *,
        scopes: str | Iterable[str] | None = None,
        any_scope: str | Iterable[str] | None = None,
        roles: Iterable[str] | None = None,
        any_role: Iterable[str] | None = None,
        organization_id: str | None = None,
        client_ids: Iterable[str] | None = None,
    ) -> AccessTokenClaims:
        """`AccessTokenVerifier.verify`, blocking."""
        required = TokenRequirement.of(scopes, any_scope, roles, any_role, client_ids)
        return self.verify_for(token, required, organization_id)

    def verify_for(
        self, token: str, required: TokenRequirement = NOTHING, organization_id: str | None = None
    ) -> AccessTokenClaims:
        """`AccessTokenVerifier.verify_for`, blocking."""
        claims = judge_access_token(self._context, token, required, organization_id)
        if claims is not None:
            return claims
        return self._run(verify_access_token_of_request(self._context, token, required, organization_id))

    def close(self) -> None:
        """Closes the connections. A verifier that is used again opens new ones."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, flow: Flow[T]) -> T:
        return run(flow, self._transport, self.config.timeout)


def _async_pool(verify: ssl.SSLContext | None) -> AsyncTransport:
    from ..transports.httpcore2 import AsyncPooledTransport  # an HTTP engine takes time to import

    return AsyncPooledTransport(verify=verify)


def _pool(verify: ssl.SSLContext | None) -> Transport:
    from ..transports.httpcore2 import PooledTransport  # an HTTP engine takes time to import

    return PooledTransport(verify=verify)
