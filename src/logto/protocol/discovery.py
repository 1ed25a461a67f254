"""Where the provider's endpoints are (OpenID Connect Discovery 1.0, section 4)."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import ValidationError

from ..errors import UnexpectedResponseError
from ..models.metadata import OidcProviderMetadata
from .answer import json_object, refusal
from .http import HttpRequest, HttpResponse

_ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "device_authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "registration_endpoint",
)


def discovery_request(issuer: str) -> HttpRequest:
    """Asks an issuer for its metadata.

    Args:
        issuer: The configured one; a trailing slash is taken off for the address only (section 4.1).
    """
    return HttpRequest(
        "GET", f"{issuer.removesuffix('/')}/.well-known/openid-configuration", headers={"accept": "application/json"}
    )


def read_discovery(request: HttpRequest, response: HttpResponse, *, issuer: str) -> OidcProviderMetadata:
    """The metadata that an answer holds, if it may be believed.

    Args:
        request: What was asked.
        response: What came.
        issuer: The configured issuer; the metadata must name the very same, byte for byte (section 4.3).

    Raises:
        UnexpectedResponseError: It is not this issuer's metadata, or names endpoints that must not be used.
    """
    if response.status != 200:
        error = refusal(request, response)
        if isinstance(error, UnexpectedResponseError):
            raise error
        raise _refused(request, f"answered HTTP {response.status}", "response.unexpected_status")
    document = json_object(request, response)
    actual = document.get("issuer")
    if not isinstance(actual, str):
        raise _refused(request, "names no issuer", "discovery.issuer_missing")
    if actual != issuer:
        raise UnexpectedResponseError(
            f"{request.place} says that its issuer is {_shown(actual)}; expected is {issuer}.",
            url=request.place,
            status=response.status,
            code="discovery.issuer_mismatch",
            hint="If you trust that server, set `endpoint` to the address that Logto itself is configured with "
            "(its ENDPOINT), or `issuer` to exactly what it says.",
        )
    try:
        metadata = OidcProviderMetadata.model_validate(
            {name: value for name, value in document.items() if value is not None}
        )
    except ValidationError as error:
        member = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"])
        raise _refused(request, f"lacks a usable `{_shown(member)}`", "discovery.malformed") from None
    secure = urlsplit(issuer).scheme == "https"
    for name in _ENDPOINTS:
        value = getattr(metadata, name)
        if value is not None and not _is_usable(value, secure=secure):
            raise _refused(request, f"names a `{name}` that must not be used", "discovery.endpoint_unusable")
    return metadata


def _is_usable(endpoint: str, *, secure: bool) -> bool:
    """Whether a request may go there. It need not be the issuer's host: Logto's endpoints follow the Host header."""
    if (
        len(endpoint) > 2048
        or not endpoint.isascii()
        or not endpoint.isprintable()
        or set(endpoint) & set(' "<>\\^`{|}')
    ):
        return False
    try:
        parts = urlsplit(endpoint)
        schemes = ("https",) if secure else ("http", "https")
        return (
            parts.scheme in schemes
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and not parts.fragment
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


def _shown(text: str) -> str:
    return repr(text if len(text) <= 200 else f"{text[:200]}…")


def _refused(request: HttpRequest, what: str, code: str) -> UnexpectedResponseError:
    return UnexpectedResponseError(
        f"The provider's metadata at {request.place} {what}.",
        url=request.place,
        code=code,
        hint="Is `endpoint` (or `issuer`) the address of an OpenID Connect server? `endpoint` has no /oidc at its end.",
    )
