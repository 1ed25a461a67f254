"""Verifying the access token that an API is called with."""

from __future__ import annotations

from collections.abc import Collection

from ..errors import ExpiredTokenError
from ..models.claims import AccessTokenClaims
from ..protocol.access_token import check_use, verify_access_token
from ..protocol.http import Flow
from ..protocol.introspection import is_opaque
from ..protocol.keys import KeySet
from ..protocol.token_requirement import TokenRequirement, another_client
from . import provider
from .introspection import introspected
from .verifier_context import VerifierContext


def recall_access_token(
    context: VerifierContext, token: str, required: TokenRequirement, organization_id: str | None = None
) -> AccessTokenClaims | None:
    """The claims of a token that was verified before, with everything checked again but the signature.

    Args:
        context: Whose memory.
        token: As received.
        required: What the request needs.
        organization_id: The organization that the request names.

    Returns:
        None where nobody remembers, or it is time to look after the keys: that takes a conversation.
    """
    keys = context.provider.keys.fresh(context.now())
    if keys is None:
        return None
    claims = _remembered(context, keys, token)
    if claims is not None:
        _check_requirement(context, claims, required, organization_id)
    return claims


def verify_access_token_of_request(
    context: VerifierContext, token: str, required: TokenRequirement, organization_id: str | None = None
) -> Flow[AccessTokenClaims]:
    """The claims of a token that is good for a request.

    Args:
        context: Whose keys.
        token: As received.
        required: What the request needs.
        organization_id: The organization that the request names.

    Raises:
        InvalidTokenError: It is malformed, forged, no access token, or not for us.
        ExpiredTokenError: Its times do not fit our clock.
        InsufficientScopeError: It does not allow the request.
        TransportError: The keys, or the server that must be asked about it, cannot be reached.
        UnexpectedResponseError: The server made no sense.
    """
    if is_opaque(token):
        claims = yield from introspected(context, token)
    else:
        claims = yield from _verified(context, token)
    _check_requirement(context, claims, required, organization_id)
    return claims


def _verified(context: VerifierContext, token: str) -> Flow[AccessTokenClaims]:
    keys = yield from provider.key_set(context)
    remembered = _remembered(context, keys, token)
    if remembered is not None:
        return remembered
    config = context.config

    def verify(keys: KeySet, algorithms: Collection[str]) -> AccessTokenClaims:
        verified = verify_access_token(
            token,
            keys,
            issuer=config.issuer,
            audiences=config.audiences,
            organizations=config.organizations,
            now=context.now(),
            clock_tolerance=config.clock_tolerance,
            algorithms=algorithms,
        )
        context.verified.put(keys, token, verified.claims)
        return verified.claims

    return (yield from provider.verified(context, verify))


def _remembered(context: VerifierContext, keys: KeySet, token: str) -> AccessTokenClaims | None:
    claims = context.verified.get(keys, token)
    if claims is None:
        return None
    config = context.config
    try:
        check_use(
            vars(claims),
            issuer=config.issuer,
            ours=config.audiences,
            organizations=config.organizations,
            now=context.now(),
            clock_tolerance=config.clock_tolerance,
        )
    except ExpiredTokenError:
        context.verified.forget(token)
        raise
    return claims


def _check_requirement(
    context: VerifierContext, claims: AccessTokenClaims, required: TokenRequirement, organization_id: str | None
) -> None:
    allowed = context.config.client_ids
    if allowed and claims.client_id not in allowed:
        raise another_client(allowed, claims.client_id)
    required.check(claims, roles_claim=context.config.roles_claim, organization_id=organization_id)
