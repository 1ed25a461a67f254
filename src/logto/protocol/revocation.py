"""Revoking a token (RFC 7009)."""

from __future__ import annotations

from dataclasses import replace

from ..models.config import LogtoConfig
from ..models.metadata import OidcProviderMetadata
from .client_auth import authenticated_form
from .http import HttpRequest


def revocation_request(
    refresh_token: str, *, config: LogtoConfig, metadata: OidcProviderMetadata, timeout: float
) -> HttpRequest | None:
    """Asks the server to forget a refresh token; Logto then ends the whole grant (LOGTO.md 3.9).

    Args:
        refresh_token: The newest one.
        config: Who we are.
        metadata: Where to ask.
        timeout: Seconds to wait for the answer.

    Returns:
        None where the provider has no revocation endpoint.
    """
    if metadata.revocation_endpoint is None:
        return None
    fields = {"token": refresh_token, "token_type_hint": "refresh_token"}
    request = authenticated_form(metadata.revocation_endpoint, fields, config=config, metadata=metadata)
    return replace(request, timeout=timeout)
