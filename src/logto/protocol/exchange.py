"""One token for another (RFC 8693), in Logto's dialect (LOGTO.md 3.10)."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import NotAMemberError, TokenRequestError, UnexpectedResponseError
from ..models.config import LogtoConfig
from ..models.metadata import OidcProviderMetadata
from ..models.token import TokenResponse
from ..models.token_type import TokenType
from .client_auth import authenticated_form
from .http import HttpRequest, HttpResponse
from .machine import details_of, target_fields, target_refusal
from .token import read_token_response

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - the grant's name

_ISSUED = frozenset({TokenType.access_token, "urn:ietf:params:oauth:token-type:jwt"})


def type_of(token: str) -> str:
    """The kind of a token by its looks: only personal access tokens have a name of their own at Logto."""
    return TokenType.personal_access_token if token.startswith("pat_") else TokenType.access_token


def exchange_request(
    subject_token: str,
    *,
    subject_token_type: str,
    actor_token: str | None,
    actor_token_type: str,
    resource: str,
    organization_id: str | None,
    scopes: Sequence[str],
    config: LogtoConfig,
    metadata: OidcProviderMetadata,
) -> HttpRequest:
    """Asks for an access token in the name of whoever a token stands for.

    Args:
        subject_token: In whose name.
        subject_token_type: Its kind.
        actor_token: Who acts in that name, or None.
        actor_token_type: Its kind.
        resource: The API resource, or "".
        organization_id: The organization, or None.
        scopes: What the new token shall allow.
        config: Who we are.
        metadata: Where to ask.
    """
    fields = {
        "grant_type": TOKEN_EXCHANGE,
        "subject_token": subject_token,
        "subject_token_type": subject_token_type,
        **target_fields(resource, organization_id, scopes),
    }
    if actor_token is not None:
        fields |= {"actor_token": actor_token, "actor_token_type": actor_token_type}
    return authenticated_form(metadata.token_endpoint, fields, config=config, metadata=metadata)


def read_exchange_response(request: HttpRequest, response: HttpResponse) -> TokenResponse:
    """The token that an exchange brings.

    RFC 8693, 2.2.1, requires `issued_token_type`, and Logto leaves it out: a missing one is accepted, another kind than
    an access token is not.

    Raises:
        TokenRequestError: The server refused.
        UnexpectedResponseError: The answer makes no sense, or brings something else.
    """
    tokens = read_token_response(request, response)
    issued = (tokens.model_extra or {}).get("issued_token_type")
    if issued is not None and (not isinstance(issued, str) or issued not in _ISSUED):
        raise UnexpectedResponseError(
            f"The answer of {request.place} brings something else than an access token.",
            url=request.place,
            status=response.status,
            code="token_response.issued_token_type",
            hint="The server, or something between it and this machine, does not keep to RFC 8693.",
        )
    return tokens


def exchange_refusal(error: TokenRequestError, *, resource: str, organization_id: str | None) -> TokenRequestError:
    """What a refused exchange means, with what to do about it."""
    match error.error:
        case "invalid_grant":
            return TokenRequestError(
                "The server does not accept the token that was to be exchanged.",
                **details_of(error),
                code="token_request.subject_refused",
                hint="An impersonation token is good once and for ten minutes, a personal access token until it is "
                "deleted or over. The kind must fit, and the user must not be suspended.",
            )
        case "access_denied" if organization_id is not None:
            return NotAMemberError(
                f"No token for organization {organization_id}: {error.error_description or 'access denied'}.",
                **details_of(error),
                hint="The user in whose name the token is does not belong to the organization.",
            )
        case _:
            return target_refusal(
                error, resource=resource, grant="be allowed to exchange tokens (and be no third-party application)"
            )
