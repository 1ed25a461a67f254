"""Verifying the access token that an API is called with."""

from __future__ import annotations

from collections.abc import Collection

from ..errors import ExpiredTokenError, InvalidTokenError
from ..models.claims import AccessTokenClaims
from ..protocol.access_token import check_use, verify_access_token
from ..protocol.http import Flow
from ..protocol.introspection import is_opaque
from ..protocol.keys import KeySet
from ..protocol.token_requirement import TokenRequirement, another_client
from . import provider
from .introspection import introspected
from .verifier_context import VerifierContext


def judge_access_token(
    context: VerifierContext, token: str, required: TokenRequirement, organization_id: str | None = None
) -> AccessTokenClaims | None:
    """The claims of a token that is good for a request, with the keys at hand: the usual case, and the fast one.

    Args:
        context: Whose keys.
        token: As received.
        required: What the request needs.
        organization_id: The organization that the request names.

    Returns:
        None where that takes a conversation: no keys are known yet, it is time to look after them, they do not know the
        token, or only the server does.

    Raises:
        TokenError: As `verify_access_token_of_request`.
    """
    now = context.now()
    # The conversation that looks after the keys looks after the metadata too.
    keys, found = context.provider.keys.fresh(now), context.provider.metadata.value
    if keys is None or found is None:
        return None
    try:
        claims = _judged(context, token, keys, found.id_token_signing_alg_values_supported, now)
    except InvalidTokenError as error:
        if is_opaque(token) or provider.may_be_cured(error):
            return None
        raise
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
        claims = yield from provider.verified(
            context, lambda keys, algorithms: _judged(context, token, keys, algorithms, context.now())
        )
    _check_requirement(context, claims, required, organization_id)
    return claims


def _judged(
    context: VerifierContext, token: str, keys: KeySet, algorithms: Collection[str], now: float
) -> AccessTokenClaims:
    """What a token says that is good for this API; its signature is verified once, everything else each time."""
    config, name = context.config, context.verified.name(token)
    claims = context.verified.get(keys, name) if name is not None else None
    if claims is None:
        claims = verify_access_token(
            token,
            keys,
            issuer=config.issuer,
            audiences=config.audiences,
            organizations=config.organizations,
            now=now,
            clock_tolerance=config.clock_tolerance,
            algorithms=algorithms,
        ).claims
        if name is not None:
            context.verified.put(keys, name, claims, len(token))
        return claims
    try:
        check_use(
            vars(claims),
            issuer=config.issuer,
            ours=config.audiences,
            organizations=config.organizations,
            now=now,
            clock_tolerance=config.clock_tolerance,
        )
    except ExpiredTokenError:
        if name is not None:
            context.verified.forget(name)
        raise
    return claims


def _check_requirement(
    context: VerifierContext, claims: AccessTokenClaims, required: TokenRequirement, organization_id: str | None
) -> None:
    allowed = context.config.client_ids
    if allowed and claims.client_id not in allowed:
        raise another_client(allowed, claims.client_id)
    required.check(claims, roles_claim=context.config.roles_claim, organization_id=organization_id)
