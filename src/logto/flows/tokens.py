"""Access tokens: handed out while they live, refreshed once when they do not, however many ask."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..errors import (
    ConfigurationError,
    InvalidTokenError,
    LogtoException,
    MissingScopeError,
    NoRefreshTokenError,
    NotAuthenticatedError,
    SessionEndedError,
    TokenRequestError,
)
from ..models.claims import AccessTokenClaims
from ..models.scopes import ORGANIZATION_URN_PREFIX, UserInfoScope
from ..models.session import Identity, token_key
from ..protocol.access_token import read_access_token
from ..protocol.http import Flow
from ..protocol.id_token import VerifiedIdToken, verify_refreshed_id_token
from ..protocol.revocation import revocation_request
from ..protocol.token import read_token_response, refresh_refusal, refresh_request
from ..sessions.pause import Pause
from ..sessions.recent import Ended, digest
from . import provider
from .context import Context
from .token_cache import cached_token

logger = logging.getLogger("logto")

REQUEST_SHARE = 0.7
"""How much of an operation's time a refresh may take at the server."""

LEASE_SHARE = 0.8
"""How much of it a session's lock is held: longer than the request, so that nobody else refreshes meanwhile, and shorter
than others wait, so that they take over from a process that died."""

LOCK_INTERVAL = 0.02
"""Seconds between two looks at a lock that another process holds."""

REVOCATION_TIMEOUT = 2.0
"""Seconds that revoking may take: it is a courtesy, and must not hold up a sign-out."""


def get_access_token(context: Context, resource: str = "", organization_id: str | None = None) -> Flow[str]:
    """A live access token, refreshed if it must be.

    Args:
        resource: The API resource's indicator; without one, the opaque token for Logto's own endpoints.
        organization_id: The organization within which the resource is used.

    Returns:
        A JWT for a resource or an organization; an opaque token without either.

    Raises:
        NotAuthenticatedError: Nobody is signed in, or the session ended (`SessionEndedError`), or there is nothing to
            refresh with (`NoRefreshTokenError`).
        ResourceNotGrantedError: The resource is unknown, or was not asked for at sign-in.
        NotAMemberError: The user does not belong to the organization.
        MfaRequiredError: The organization demands a second factor.
        MissingScopeError: Organization tokens were not asked for at sign-in.
        TokenRequestError: The server refused for another reason.
        TransportError: No answer came; the session is kept.
    """
    _check_names(resource, organization_id)
    if resource.startswith(ORGANIZATION_URN_PREFIX) and organization_id is None:
        resource, organization_id = "", resource.removeprefix(ORGANIZATION_URN_PREFIX)
    key = token_key(resource, organization_id)
    identity = context.require(context.session.identity())
    token = identity.access_tokens.get(key)
    if token is None or not token.is_live(context.now()):
        _check_asked_for(context, organization_id)
        wanted = _Wanted(resource, organization_id, lambda newest: _has_live(context, newest, key))
        identity = yield context.to_the_end(_refreshed(context, identity, wanted))
        token = identity.access_tokens[key]
    return token.token


def renew_claims(context: Context) -> Flow[None]:
    """Refreshes a session whose ID token is over, so that its claims are new, once however many ask.

    Raises:
        NotAuthenticatedError: Nobody is signed in, or the session ended, or there is nothing to refresh with.
        LogtoException: The server did not give new tokens; the session is kept.
    """
    identity = context.require(context.session.identity())
    wanted = _Wanted("", None, lambda newest: context.now() < context.claims_of(newest.id_token).exp)
    if not wanted.is_in(identity):
        yield context.to_the_end(_refreshed(context, identity, wanted))


def get_access_token_claims(
    context: Context, resource: str = "", organization_id: str | None = None
) -> Flow[AccessTokenClaims]:
    """The claims of a live access token, which is refreshed if it must be.

    The signature is not checked: the token came from the server itself, and is for the API to verify.

    Args:
        resource: The API resource's indicator.
        organization_id: The organization within which the resource is used.

    Raises:
        ConfigurationError: The token is opaque and has no claims, as without a resource.
        LogtoException: As `get_access_token`.
    """
    token = yield from get_access_token(context, resource, organization_id)
    return read_access_token(token)


def get_organization_token(context: Context, organization_id: str) -> Flow[str]:
    """A live access token for an organization, refreshed if it must be.

    Args:
        organization_id: One of `organizations` in the ID token's claims.

    Raises:
        LogtoException: As `get_access_token`.
    """
    return (yield from get_access_token(context, "", organization_id))


def get_organization_token_claims(context: Context, organization_id: str) -> Flow[AccessTokenClaims]:
    """The claims of a live access token for an organization.

    Args:
        organization_id: One of `organizations` in the ID token's claims.

    Raises:
        LogtoException: As `get_access_token`.
    """
    return (yield from get_access_token_claims(context, "", organization_id))


def revoke(context: Context, refresh_token: str) -> Flow[None]:
    """Asks the server to forget a refresh token, as a courtesy: a failure is logged and nothing else."""
    try:
        found = yield from provider.metadata(context)
        request = revocation_request(refresh_token, config=context.config, metadata=found, timeout=REVOCATION_TIMEOUT)
        if request is not None:
            response = yield request
            if response.status != 200:
                logger.warning("a refresh token was not revoked: HTTP %s", response.status)
    except LogtoException as error:
        logger.warning("a refresh token was not revoked: %s", error.code)


def _check_names(resource: object, organization_id: object) -> None:
    # A fragment would make two tokens share a name (`token_key`), and no resource indicator has one (RFC 8707, 2).
    if not isinstance(resource, str) or "#" in resource or not resource.isprintable():
        raise ConfigurationError(
            "`resource` is no API identifier.",
            hint="Give one of `resources` in LogtoConfig, or nothing for the opaque token.",
            code="configuration.resource",
        )
    if organization_id is not None and not (
        isinstance(organization_id, str) and organization_id and organization_id.isprintable()
    ):
        raise ConfigurationError(
            "`organization_id` is no organization's id.",
            hint="Take one of `organizations` of the ID token's claims.",
            code="configuration.organization_id",
        )


def _check_asked_for(context: Context, organization_id: str | None) -> None:
    if organization_id is not None and UserInfoScope.organizations not in context.config.scopes:
        raise MissingScopeError(
            "Organization tokens were not asked for at sign-in.",
            error="insufficient_scope",
            hint="Add `UserInfoScope.organizations` to `scopes` in LogtoConfig, then sign in again.",
        )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a refresh is for: the access token to ask for, and how to tell that somebody else got enough meanwhile."""

    resource: str
    organization_id: str | None
    is_in: Callable[[Identity], bool]


def _refreshed(context: Context, identity: Identity, wanted: _Wanted) -> Flow[Identity]:
    """The identity with what is wanted, after at most one request, however many conversations ask.

    Conversations of one session take turns: each refresh may replace the refresh token that the next one must use.
    """
    while True:
        spent = _refresh_token(identity, wanted.resource, wanted.organization_id)
        turn = yield context.turns.take(f"refresh {digest(spent)}")
        try:
            identity = yield from _newest(context)
            if wanted.is_in(identity):
                return identity
            if identity.refresh_token == spent:
                refreshed = yield from _refreshed_under_lock(context, spent, wanted)
                if refreshed is not None:
                    return refreshed
                identity = context.require(context.session.identity())
        finally:
            turn.release()


def _refreshed_under_lock(context: Context, spent: str, wanted: _Wanted) -> Flow[Identity | None]:
    """What a refresh leads to, with every other process kept from doing the same.

    Returns:
        None if another process replaced the refresh token while we waited: begin again with the new one.
    """
    while not (yield from context.session.acquire(context.config.timeout * LEASE_SHARE)):
        yield Pause(LOCK_INTERVAL)
    try:
        identity = yield from _newest(context)
        if wanted.is_in(identity):
            return identity
        if identity.refresh_token != spent:
            return None
        return (yield from _refresh(context, identity, spent, wanted.resource, wanted.organization_id))
    finally:
        yield from context.session.release()


def _has_live(context: Context, identity: Identity, key: str) -> bool:
    token = identity.access_tokens.get(key)
    return token is not None and token.is_live(context.now())


def _newest(context: Context) -> Flow[Identity]:
    """Who is signed in by now, with what other requests of this session may have got meanwhile."""
    stored = context.require((yield from context.session.reload()))
    outcome = context.recent.latest(stored, context.now())
    if isinstance(outcome, Ended):
        yield from context.session.end()
        raise _ended()
    newest = outcome.with_newer_tokens_of(stored)
    if newest != stored:
        yield from context.session.save(newest)
    return newest


def _refresh(
    context: Context, identity: Identity, spent: str, resource: str, organization_id: str | None
) -> Flow[Identity]:
    found = yield from provider.metadata(context)
    request = refresh_request(
        spent, resource=resource, organization_id=organization_id, config=context.config, metadata=found
    )
    response = yield replace(request, timeout=context.config.timeout * REQUEST_SHARE)
    # The lease begins anew: the provider's keys may have to be fetched before the answer can be stored.
    yield from context.session.acquire(context.config.timeout * LEASE_SHARE)
    try:
        tokens = read_token_response(request, response)
    except TokenRequestError as error:
        meaning = refresh_refusal(error, resource=resource, organization_id=organization_id)
        if isinstance(meaning, SessionEndedError):
            context.recent.put(spent, Ended(), context.now())
            stored = yield from context.session.reload()
            if stored is not None and stored.refresh_token == spent:
                yield from context.session.end()
        raise meaning from None

    newest = identity.with_tokens(
        token_key(resource, organization_id),
        cached_token(tokens, context.now()),
        refresh_token=tokens.refresh_token,
    )
    failure: LogtoException | None = None
    if tokens.id_token is not None:
        try:
            verified = yield from _verify(context, identity, tokens.id_token, tokens.access_token)
            newest = newest.with_id_token(verified.raw)
        except LogtoException as error:
            if isinstance(error, InvalidTokenError) and error.code != "token.key_not_found":
                raise  # the answer is about somebody else, or forged: nothing of it is used
            # It could not be judged, for want of a key or of the right time. The answer's access token is not used, but
            # its refresh token is kept: the former one may be spent by now, and the session would be lost.
            failure = error
            newest = identity.with_refresh_token(tokens.refresh_token)
    yield from _commit(context, spent, newest)
    if failure is not None:
        raise failure
    return newest


def _commit(context: Context, spent: str, newest: Identity) -> Flow[None]:
    """Stores what a refresh brought, unless the session ended or became another user's meanwhile: those win."""
    stored = yield from context.session.reload()
    ended = isinstance(context.recent.get(spent, context.now()), Ended)
    if not ended and stored is not None and stored.refresh_token != spent and _same_user(context, stored, newest):
        return  # signed in again meanwhile; Logto's new tokens may hang on the same grant, which revoking would end
    if stored is None or stored.refresh_token != spent or not context.recent.put(spent, newest, context.now()):
        if stored is not None and stored.refresh_token == spent:
            yield from context.session.end()  # a copy of the session, which does not know of its end yet
        yield from revoke(context, newest.refresh_token or spent)
        raise _ended()
    try:
        yield from context.session.save(newest)
    except SessionEndedError:  # in another process, between the look and the commit
        yield from revoke(context, newest.refresh_token or spent)
        raise
    # A sign-out marks the end before it clears, so that whichever of the two comes second clears.
    if isinstance(context.recent.get(spent, context.now()), Ended):
        yield from context.session.end()
        raise _ended()


def _same_user(context: Context, one: Identity, other: Identity) -> bool:
    return context.claims_of(one.id_token).sub == context.claims_of(other.id_token).sub


def _verify(context: Context, identity: Identity, id_token: str, access_token: str) -> Flow[VerifiedIdToken]:
    former = context.claims_of(identity.id_token)
    return (
        yield from provider.verified(
            context,
            lambda keys, algorithms: verify_refreshed_id_token(
                id_token,
                keys,
                issuer=context.config.expected_issuer,
                client_id=context.config.app_id,
                now=context.now(),
                clock_tolerance=context.config.clock_tolerance,
                algorithms=algorithms,
                former=former,
                access_token=access_token,
            ),
        )
    )


def _refresh_token(identity: Identity, resource: str, organization_id: str | None) -> str:
    if identity.refresh_token is not None:
        return identity.refresh_token
    wanted = resource or (f"organization {organization_id}" if organization_id else "Logto's own endpoints")
    raise NoRefreshTokenError(
        f"There is no live access token for {wanted}, and no refresh token to get one with.",
        hint="Logto gives a refresh token only if the sign-in's `prompt` contains `consent` and `offline_access` is "
        "asked for (both are the default), or the application is set to always issue one. Sign in again.",
    )


def _ended() -> NotAuthenticatedError:
    return SessionEndedError("The session has ended meanwhile.", hint="Send the user to sign in again.")
