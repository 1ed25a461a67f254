"""Acting in somebody's name: one token is exchanged for another."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ConfigurationError, TokenRequestError
from ..models.token import TokenResponse
from ..protocol.exchange import exchange_refusal, exchange_request, read_exchange_response, type_of
from ..protocol.http import Flow
from ..protocol.token import MAX_TOKEN
from . import provider
from .machine import MachineContext, checked_target


def exchange_token(
    context: MachineContext,
    subject_token: str,
    *,
    subject_token_type: str | None = None,
    actor_token: str | None = None,
    actor_token_type: str | None = None,
    resource: str = "",
    organization_id: str | None = None,
    scopes: Sequence[str] | str | None = None,
) -> Flow[TokenResponse]:
    """An access token in the name of whoever another token stands for (RFC 8693).

    Nothing of it is kept: an impersonation token is good once, and the answer belongs to one piece of work.

    Args:
        subject_token: In whose name: an impersonation token (`sub_…`), a personal access token (`pat_…`), or an access
            token of Logto's.
        subject_token_type: Its kind, a `TokenType`; told from its first letters if not given.
        actor_token: Who acts in that name: an opaque access token of the actor's, with `openid`. The new token then
            names the actor in its claim `act`.
        actor_token_type: Its kind.
        resource: The API resource's indicator; without one, and without an organization, the token is opaque.
        organization_id: The organization, or the one within which the resource is used.
        scopes: What the new token shall allow; the configuration's `scopes` if not given.

    Raises:
        ConfigurationError: An argument is not usable; nothing was sent.
        TokenRequestError: The server refused; `token_request.subject_refused` where the token is not good (any more).
        UnexpectedResponseError: The server made no sense.
        TransportError: No answer came.
    """
    _check_token(subject_token, "subject_token")
    if actor_token is not None:
        _check_token(actor_token, "actor_token")
    target = checked_target(context.client, resource, organization_id, scopes)
    found = yield from provider.metadata(context.client)
    request = exchange_request(
        subject_token,
        subject_token_type=subject_token_type or type_of(subject_token),
        actor_token=actor_token,
        actor_token_type=actor_token_type or type_of(actor_token or ""),
        resource=target.resource,
        organization_id=target.organization_id,
        scopes=target.scopes,
        config=context.client.config,
        metadata=found,
    )
    response = yield request
    try:
        return read_exchange_response(request, response)
    except TokenRequestError as error:
        raise exchange_refusal(error, resource=target.resource, organization_id=target.organization_id) from None


def _check_token(token: object, name: str) -> None:
    if not (
        isinstance(token, str)
        and 0 < len(token) <= MAX_TOKEN
        and token.isascii()
        and token.isprintable()
        and " " not in token
    ):
        raise ConfigurationError(
            f"`{name}` is no token.",
            hint="Pass it as it was given, without line breaks or the word Bearer.",
            code="configuration.token",
        )
