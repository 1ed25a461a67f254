"""What a program asks for in its own name (RFC 6749, 4.4), and what a refusal means (LOGTO.md 3.10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import ClientAuthenticationError, NotAMemberError, ResourceNotGrantedError, TokenRequestError
from ..models.config import LogtoConfig
from ..models.metadata import OidcProviderMetadata
from .client_auth import authenticated_form
from .http import HttpRequest


def machine_request(
    *,
    resource: str,
    organization_id: str | None,
    scopes: Sequence[str],
    config: LogtoConfig,
    metadata: OidcProviderMetadata,
) -> HttpRequest:
    """Asks for an access token with nothing but the application's own secret.

    Args:
        resource: The API resource, or "" for the organization itself.
        organization_id: The organization, or None.
        scopes: What the token shall allow; Logto gives none that is not asked for.
        config: Who we are.
        metadata: Where to ask.
    """
    fields = {"grant_type": "client_credentials", **target_fields(resource, organization_id, scopes)}
    return authenticated_form(metadata.token_endpoint, fields, config=config, metadata=metadata)


def target_fields(resource: str, organization_id: str | None, scopes: Sequence[str]) -> dict[str, str]:
    """The form fields that say what a token shall be for; what is not wanted has none."""
    pairs = {"resource": resource, "organization_id": organization_id, "scope": " ".join(scopes)}
    return {name: value for name, value in pairs.items() if value}


def machine_refusal(error: TokenRequestError, *, resource: str, organization_id: str | None) -> TokenRequestError:
    """What a refusal means for a program that asked in its own name, with what to do about it."""
    if isinstance(error, ClientAuthenticationError):
        error.hint = (
            "`app_id` is not known there, or `app_secret` is wrong or expired: compare both with the page of the "
            "machine-to-machine application in Logto's Console."
        )
        return error
    if error.error == "access_denied" and organization_id is not None:
        return NotAMemberError(
            f"No token for organization {organization_id}: {error.error_description or 'access denied'}.",
            **details_of(error),
            hint="Add the application to the organization in Logto's Console (Organizations, Machine-to-machine), with "
            "an organization role.",
        )
    return target_refusal(error, resource=resource, grant="be of the type machine-to-machine")


def target_refusal(error: TokenRequestError, *, resource: str, grant: str) -> TokenRequestError:
    """What is refused alike, whatever the token was asked for with.

    Args:
        error: The server's.
        resource: What the token was to be for.
        grant: What the application must be to ask in this way.
    """
    if error.error == "invalid_target":
        return ResourceNotGrantedError(
            f"No access token for {resource or 'this'}: it is unknown to Logto.",
            **details_of(error),
            hint="Give the API identifier exactly as it stands at the API resource in Logto's Console.",
        )
    # Logto says `invalid_request` where RFC 6749 has `unauthorized_client` (LOGTO.md 3.5).
    if "not allowed for this client" in error.error_description or error.error == "unsupported_grant_type":
        return TokenRequestError(
            error.message,
            **details_of(error),
            code="token_request.grant_not_allowed",
            hint=f"The application must {grant}: look at its page in Logto's Console.",
        )
    return error


def details_of(error: TokenRequestError) -> dict[str, Any]:
    """The attributes of a refusal, for one that says the same in better words."""
    return {
        "error": error.error,
        "error_description": error.error_description,
        "status": error.status,
        "request_id": error.request_id,
        "retry_after": error.retry_after,
    }
