"""The device authorization grant (RFC 8628; LOGTO.md 3.10)."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlsplit

from ..errors import (
    AuthorizationDeniedError,
    ConfigurationError,
    LogtoException,
    SignInError,
    TokenRequestError,
    UnexpectedResponseError,
)
from ..models.config import LogtoConfig
from ..models.device import DeviceCode
from ..models.metadata import OidcProviderMetadata
from .answer import json_object, refusal
from .client_auth import authenticated_form
from .http import HttpRequest, HttpResponse
from .machine import target_refusal

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"

INTERVAL = 5.0
"""Seconds between two questions where the server names none, as Logto does (RFC 8628, 3.2)."""

SLOW_DOWN = 5.0
"""Seconds that the interval grows by when the server asks for it (RFC 8628, 3.5)."""

LONGEST_WAIT = 3600.0
"""Seconds for which a code is asked about at most, and between two questions."""

_MAX_USER_CODE = 64
_MAX_URI = 2048
_MAX_DEVICE_CODE = 4096


def device_request(*, config: LogtoConfig, metadata: OidcProviderMetadata) -> HttpRequest:
    """Asks for a code for the user to type (RFC 8628, 3.1).

    Raises:
        ConfigurationError: The server has no device flow.
    """
    if metadata.device_authorization_endpoint is None:
        raise ConfigurationError(
            "The server has no device flow.",
            hint="Sign in through a browser instead: LogtoClient.sign_in().",
            code="configuration.no_device_flow",
        )
    fields: dict[str, str | tuple[str, ...]] = {"scope": " ".join(config.requested_scopes)}
    if config.requested_resources:
        fields["resource"] = config.requested_resources
    return authenticated_form(metadata.device_authorization_endpoint, fields, config=config, metadata=metadata)


def read_device_response(request: HttpRequest, response: HttpResponse, *, issuer: str, now: float) -> DeviceCode:
    """The codes that an answer brings, fit to be shown in a terminal.

    Args:
        request: What was asked.
        response: What came.
        issuer: Ours; pages of an https issuer are https pages.
        now: Seconds since the epoch.

    Raises:
        TokenRequestError: The server refused.
        UnexpectedResponseError: The answer makes no sense.
    """
    if response.status != 200:
        error = refusal(request, response)
        if isinstance(error, TokenRequestError):
            raise target_refusal(
                error, resource="", grant="be a native one that was created for the device flow (input-limited devices)"
            )
        raise error
    body = json_object(request, response)
    secure = urlsplit(issuer).scheme == "https"
    device_code, user_code = body.get("device_code"), body.get("user_code")
    page, complete = body.get("verification_uri"), body.get("verification_uri_complete")
    if not _is_plain(device_code, _MAX_DEVICE_CODE):
        raise _malformed(request, "has no usable `device_code`")
    if not _is_plain(user_code, _MAX_USER_CODE):
        raise _malformed(request, "has no usable `user_code`")
    if not _is_page(page, secure):
        raise _malformed(request, "has no usable `verification_uri`")
    if complete is not None and not _is_page(complete, secure):
        raise _malformed(request, "has an unusable `verification_uri_complete`")
    lifetime = _seconds(request, body, "expires_in")
    interval = INTERVAL if body.get("interval") is None else max(1.0, _seconds(request, body, "interval"))
    return DeviceCode(
        user_code=str(user_code),
        verification_uri=str(page),
        verification_uri_complete=complete,
        expires_at=now + lifetime,
        interval=interval,
        ask_at=now + interval,
        device_code=str(device_code),
    )


def poll_request(code: DeviceCode, *, config: LogtoConfig, metadata: OidcProviderMetadata) -> HttpRequest:
    """Asks whether the user has signed in by now (RFC 8628, 3.4)."""
    fields = {"grant_type": DEVICE_CODE, "device_code": code.device_code}
    return authenticated_form(metadata.token_endpoint, fields, config=config, metadata=metadata)


def poll_refusal(error: TokenRequestError, code: DeviceCode, now: float) -> DeviceCode | LogtoException:
    """What an answer without tokens means (RFC 8628, 3.5): the code to ask with again, or that it is over."""
    match error.error:
        case "authorization_pending":
            return code.later(now)
        case "slow_down":
            return code.later(now, slower_by=SLOW_DOWN)
        case "access_denied":
            return AuthorizationDeniedError(
                "The user did not let this device in.",
                error=error.error,
                error_description=error.error_description,
                hint="Begin again if that was a mistake.",
            )
        case "expired_token":
            return expired()
        case "invalid_grant":
            return SignInError(
                "The server no longer accepts the device's code.",
                code="device.refused",
                hint="It was used already, had expired, or belongs to another application. Begin again.",
            )
        case _:
            return error


def expired() -> SignInError:
    """The user took too long."""
    return SignInError(
        "Nobody signed in while the code was good.",
        code="device.expired",
        hint="Begin again: there will be a new code.",
    )


def _is_plain(value: object, most: int) -> bool:
    """Whether a value is printable ASCII without spaces: a terminal obeys other characters."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= most
        and value.isascii()
        and value.isprintable()
        and not set(value) & set(' "<>\\^`{|}')
    )


def _is_page(value: object, secure: bool) -> bool:
    if not _is_plain(value, _MAX_URI):
        return False
    try:
        parts = urlsplit(str(value))
        port = parts.port
    except ValueError:
        return False
    schemes = ("https",) if secure else ("http", "https")
    return parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc and port != 0


def _seconds(request: HttpRequest, body: dict[str, Any], name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise _malformed(request, f"has no usable `{name}`")
    return float(min(value, LONGEST_WAIT))


def _malformed(request: HttpRequest, what: str) -> UnexpectedResponseError:
    return UnexpectedResponseError(
        f"The answer of {request.place} {what}.",
        url=request.place,
        status=200,
        code="device.malformed",
        hint="The server, or something between it and this machine, does not keep to RFC 8628.",
    )
