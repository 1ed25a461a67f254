"""Opaque access tokens: what the server says of them, asked once however many ask, and remembered for a minute."""

from __future__ import annotations

import copy

from ..errors import (
    IntrospectionUnavailableError,
    InvalidTokenError,
    TokenError,
    TransportError,
    UnexpectedResponseError,
)
from ..models.claims import AccessTokenClaims
from ..models.config import LogtoConfig
from ..protocol.claims import check_times
from ..protocol.http import Flow
from ..protocol.introspection import introspected_claims, introspection_request, read_introspection, unavailable
from . import provider
from .verifier_context import VerifierContext

GOOD_FOR = 60.0
"""Seconds for which a good token is not asked about again: by so long it may outlive its revocation."""

BAD_FOR = 10.0
"""Seconds for which a bad one is not."""


def introspected(context: VerifierContext, token: str) -> Flow[AccessTokenClaims]:
    """The claims of an opaque token, if the server says that it is good.

    Raises:
        InvalidTokenError: It is not, or not for us; `token.opaque`: opaque tokens are not accepted here.
        ExpiredTokenError: Its times do not fit our clock.
        IntrospectionUnavailableError: The server cannot be asked.
        ClientAuthenticationError: The server does not know who asks.
    """
    asking = context.config.introspector
    if asking is None:
        raise InvalidTokenError(
            "The token is opaque: it says nothing.",
            code="token.opaque",
            hint="The client must ask for a token with this API's identifier as `resource`. To accept opaque tokens, give "
            "the verifier `introspection`.",
        )
    answer = context.introspected.get(token, context.now())
    if answer is None:
        try:
            turn = yield context.turns.take(f"introspection {context.introspected.name(token)}")
        except TransportError as error:  # whoever asks now takes too long
            raise unavailable(error, error.url) from None
        try:
            answer = context.introspected.get(token, context.now())
            if answer is None:
                answer = yield from _asked(context, token, asking)
        finally:
            turn.release()
    if isinstance(answer, TokenError):
        raise copy.copy(answer)  # without a traceback, in which requests would stand
    check_times(vars(answer), now=context.now(), clock_tolerance=context.config.clock_tolerance)
    return answer


def _asked(context: VerifierContext, token: str, asking: LogtoConfig) -> Flow[AccessTokenClaims | TokenError]:
    config = context.config
    url = config.issuer
    try:
        found = yield from provider.metadata(context)
        request = introspection_request(token, config=asking, metadata=found)
        url = request.place
        response = yield request
        told = read_introspection(request, response)
    except IntrospectionUnavailableError:
        raise
    except (TransportError, UnexpectedResponseError) as error:
        raise unavailable(error, url) from None
    now = context.now()
    answer: AccessTokenClaims | TokenError
    try:
        answer = introspected_claims(
            told,
            issuer=config.issuer,
            audiences=config.audiences,
            organizations=config.organizations,
            client_ids=config.opaque_client_ids,
            now=now,
            clock_tolerance=config.clock_tolerance,
        )
    except TokenError as error:
        answer = copy.copy(error)
    lifetime = BAD_FOR if isinstance(answer, TokenError) else min(GOOD_FOR, answer.exp - now)
    context.introspected.put(token, answer, now, lifetime)
    return answer
