"""Where the provider's keys come from (OpenID Connect Core 10.1.1)."""

from __future__ import annotations

from ..errors import InvalidTokenError, UnexpectedResponseError
from ..models.metadata import OidcProviderMetadata
from .answer import refusal
from .http import HttpRequest, HttpResponse
from .keys import KeySet


def keys_request(metadata: OidcProviderMetadata) -> HttpRequest:
    """Asks for the provider's key set."""
    return HttpRequest("GET", metadata.jwks_uri, headers={"accept": "application/jwk-set+json, application/json"})


def read_keys(request: HttpRequest, response: HttpResponse) -> KeySet:
    """The keys that an answer holds. Its content type is not looked at: many servers name none, or text.

    Raises:
        UnexpectedResponseError: It is no key set.
    """
    if response.status != 200:
        error = refusal(request, response)
        if isinstance(error, UnexpectedResponseError):
            raise error
        raise _malformed(request, response)
    try:
        return KeySet.parse(response.body)
    except InvalidTokenError:
        raise _malformed(request, response) from None


def _malformed(request: HttpRequest, response: HttpResponse) -> UnexpectedResponseError:
    return UnexpectedResponseError(
        f"{request.place} did not answer with a key set (HTTP {response.status}).",
        url=request.place,
        status=response.status,
        code="jwks.malformed",
        hint="Is `endpoint` Logto's address, and does nothing in between answer in its place?",
    )
