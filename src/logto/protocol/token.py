"""The token endpoint: what it is asked, and how its answer is read (RFC 6749, 4.1.3, 5 and 6; LOGTO.md 3.2 to 3.5)."""

from __future__ import annotations

import math
from typing import Any

from ..errors import (
    LogtoException,
    MfaRequiredError,
    MissingScopeError,
    NotAMemberError,
    ResourceNotGrantedError,
    SessionEndedError,
    TokenRequestError,
    UnexpectedResponseError,
)
from ..models.config import LogtoConfig
from ..models.metadata import OidcProviderMetadata
from ..models.token import TokenResponse
from .answer import json_object, refusal
from .authorization import CheckedCallback
from .client_auth import authenticated_form
from .http import HttpRequest, HttpResponse

MAX_TOKEN = 64 * 1024
"""Characters of the longest token that is accepted."""

LONGEST_LIFETIME = 400 * 24 * 3600
"""Seconds beyond which an access token's announced lifetime is taken for nonsense, and cut."""


def code_request(callback: CheckedCallback, *, config: LogtoConfig, metadata: OidcProviderMetadata) -> HttpRequest:
    """Exchanges a code for tokens. Only a callback that was checked can be exchanged.

    Args:
        callback: What `read_callback` returned.
        config: Who we are.
        metadata: Where to ask.
    """
    fields = {
        "grant_type": "authorization_code",
        "code": callback.code,
        "redirect_uri": callback.redirect_uri,
        "code_verifier": callback.code_verifier,
    }
    return authenticated_form(metadata.token_endpoint, fields, config=config, metadata=metadata)


def refresh_request(
    refresh_token: str,
    *,
    resource: str = "",
    organization_id: str | None = None,
    config: LogtoConfig,
    metadata: OidcProviderMetadata,
) -> HttpRequest:
    """Asks for an access token with a refresh token.

    Args:
        refresh_token: The newest one.
        resource: The API resource, or "" for none (RFC 8707).
        organization_id: The organization, or None.
        config: Who we are.
        metadata: Where to ask.
    """
    fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    if resource:
        fields["resource"] = resource
    if organization_id is not None:
        fields["organization_id"] = organization_id
    return authenticated_form(metadata.token_endpoint, fields, config=config, metadata=metadata)


def read_token_response(request: HttpRequest, response: HttpResponse) -> TokenResponse:
    """The tokens that an answer brings.

    Raises:
        TokenRequestError: The server refused.
        UnexpectedResponseError: The answer makes no sense.
    """
    if response.status != 200:
        raise refusal(request, response)
    body = json_object(request, response)
    if "error" in body and "access_token" not in body:
        raise _malformed(request, "is an error with status 200")
    if not _is_token(body.get("access_token")):
        raise _malformed(request, "has no usable `access_token`")
    # Compared without case (RFC 6749, 5.1). What we do not know how to present must not be used (7.1).
    if str(body.get("token_type", "")).lower() != "bearer":
        raise _malformed(request, "has a `token_type` other than Bearer")
    for optional in ("refresh_token", "id_token"):
        if body.get(optional) is not None and not _is_token(body[optional]):
            raise _malformed(request, f"has an unusable `{optional}`")
    if "id_token" in body and body["id_token"] is None:
        raise _malformed(request, "has an `id_token` that is null")
    scope = body.get("scope")
    if scope is not None and not isinstance(scope, str):
        raise _malformed(request, "has a `scope` that is no text")
    return TokenResponse(
        **{
            **body,
            "token_type": "Bearer",
            "expires_in": _lifetime(request, body.get("expires_in")),
        }
    )


def renewal_margin(lifetime: float) -> float:
    """Seconds before its end at which a token is renewed: short-lived ones keep most of their life."""
    return min(60.0, lifetime / 10)


def refresh_refusal(error: TokenRequestError, *, resource: str, organization_id: str | None) -> LogtoException:
    """What a refused refresh means for the application, with what to do about it (LOGTO.md 3.3 to 3.5)."""
    details: dict[str, Any] = {
        "error": error.error,
        "error_description": error.error_description,
        "status": error.status,
        "request_id": error.request_id,
        "retry_after": error.retry_after,
    }
    match error.error:
        case "invalid_grant":
            return SessionEndedError(
                "The server no longer accepts the refresh token: the session is over.",
                hint="Send the user to sign in again. The token had expired, was revoked, or was used elsewhere.",
            )
        case "invalid_target":
            return ResourceNotGrantedError(
                f"No access token for {resource or 'this resource'}: it is unknown to Logto or was not asked for.",
                **details,
                hint="Add it to `resources` in LogtoConfig exactly as its API identifier stands in Logto's Console, "
                "then sign in again: resources are granted at sign-in.",
            )
        case "access_denied" if "MFA" in error.error_description:
            return MfaRequiredError(
                f"Organization {organization_id} demands a second factor, which the user has not set up.",
                **details,
                hint="Let the user set up MFA in their account, or switch the demand off for the organization.",
            )
        case "access_denied" if organization_id is not None:
            return NotAMemberError(
                f"No token for organization {organization_id}: {error.error_description or 'access denied'}.",
                **details,
                hint="The user is not a member (any more), or there is no such organization: take the id from "
                "`organizations` of the ID token's claims.",
            )
        case "insufficient_scope":
            return MissingScopeError(
                "An organization's token needs a scope that was not asked for at sign-in.",
                **details,
                hint="Add `UserInfoScope.organizations` to `scopes` in LogtoConfig, then sign in again.",
            )
        case _:
            return error


def _is_token(value: object) -> bool:
    """Whether a value can be sent in an `Authorization` header: printable ASCII without spaces (RFC 6749, A.12)."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= MAX_TOKEN
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


def _lifetime(request: HttpRequest, value: object) -> float | None:
    if value is None:
        return None  # RFC 6749, 5.1: recommended, not required
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        value = int(value)  # some servers send it as text
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise _malformed(request, "has an `expires_in` that is no number of seconds")
    return float(min(value, LONGEST_LIFETIME))


def _malformed(request: HttpRequest, what: str) -> UnexpectedResponseError:
    return UnexpectedResponseError(
        f"The answer of {request.place} {what}.",
        url=request.place,
        status=200,
        code="token_response.malformed",
        hint="The server, or something between it and this machine, does not keep to OAuth 2.0.",
    )
