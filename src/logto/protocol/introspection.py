"""Asking the server about an opaque token (RFC 7662)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..errors import (
    ClientAuthenticationError,
    ConfigurationError,
    IntrospectionUnavailableError,
    InvalidTokenError,
    LogtoException,
    TokenRequestError,
)
from ..models.claims import AccessTokenClaims
from ..models.config import LogtoConfig
from ..models.metadata import OidcProviderMetadata
from .access_token import access_token_claims, check_audience
from .answer import json_object, refusal, retry_after
from .claims import check_issuer, check_times, invalid
from .client_auth import authenticated_form
from .http import HttpRequest, HttpResponse

MAX_OPAQUE = 4096
"""Characters of an opaque token."""

RETRY_AFTER = 5.0
"""Seconds after which to ask again a server that did not say when."""

_TOKEN_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")


def is_opaque(token: object) -> bool:
    """Whether only the server can read a token: Logto's opaque ones have no dot, and JWTs have two."""
    return isinstance(token, str) and "." not in token


def introspection_request(token: str, *, config: LogtoConfig, metadata: OidcProviderMetadata) -> HttpRequest:
    """Asks whether an opaque access token is good, and what it says.

    Args:
        token: As received.
        config: Who asks.
        metadata: Where to ask.

    Raises:
        InvalidTokenError: It has characters that no token has (RFC 6750, 2.1), or too many: nobody is asked.
        ConfigurationError: The provider cannot be asked.
    """
    if not token or len(token) > MAX_OPAQUE or not _TOKEN_CHARACTERS.issuperset(token):
        raise InvalidTokenError("The token is neither a JWT nor an opaque token.", code="token.malformed")
    if metadata.introspection_endpoint is None:
        raise ConfigurationError(
            "The provider introspects no tokens.",
            hint="Leave `introspection` out, and let clients ask for tokens for this API's identifier.",
            code="configuration.no_introspection",
        )
    fields = {"token": token, "token_type_hint": "access_token"}
    return authenticated_form(metadata.introspection_endpoint, fields, config=config, metadata=metadata)


def read_introspection(request: HttpRequest, response: HttpResponse) -> Mapping[str, Any]:
    """What the server says of a token.

    Raises:
        ClientAuthenticationError: The server does not know who asks.
        IntrospectionUnavailableError: It did not answer the question.
        UnexpectedResponseError: It made no sense.
    """
    if response.status == 200:
        return json_object(request, response)
    error = refusal(request, response)
    if isinstance(error, TokenRequestError) and error.error == "unsupported_token_type":
        return {"active": False}
    if isinstance(error, ClientAuthenticationError):
        raise error
    raise unavailable(error, request.place, retry_after(response.headers))


def introspected_claims(
    told: Mapping[str, Any],
    *,
    issuer: str,
    audiences: Collection[str],
    organizations: bool,
    client_ids: Collection[str],
    now: float,
    clock_tolerance: float,
) -> AccessTokenClaims:
    """The claims of a token that the server was asked about, if it is good, an access token, and for us.

    Logto's answer has no audience (LOGTO.md 3.9). Where there is none, the token counts if it was issued to an application
    that we named: its other applications' tokens were not made for this API.

    Args:
        told: What the server said.
        issuer: The provider's name.
        audiences: The API's own resource indicators.
        organizations: Whether a token for any organization is for us too.
        client_ids: The applications whose tokens without an audience count.
        now: The time, in seconds since 1970.
        clock_tolerance: By how many seconds the provider's clock may differ from ours.

    Raises:
        InvalidTokenError: It is not active, no access token, or not for us.
        ExpiredTokenError: Its times do not fit our clock.
    """
    if told.get("active") is not True:
        raise InvalidTokenError(
            "The server does not know the token, or does not accept it any more.",
            code="token.inactive",
            hint="It expired, was revoked, or was never an access token of this Logto: get a new one.",
        )
    kind = told.get("token_type")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        # A refresh token is active too, and has more scopes (LOGTO.md 3.9).
        raise invalid("token_type", "is not that of an access token", expected="Bearer", actual=kind)
    audience = told.get("aud") or []
    claims = {name: value for name, value in told.items() if name not in ("active", "token_type")}
    claims |= {"iss": told.get("iss", issuer), "aud": audience}
    check_issuer(claims, issuer)
    check_times(claims, now=now, clock_tolerance=clock_tolerance)
    if audience:
        check_audience(claims, audiences, organizations=organizations)
    found = access_token_claims(claims)
    if not audience and found.client_id not in client_ids:
        raise invalid(
            "client_id",
            "is not one whose opaque tokens count",
            expected=sorted(client_ids),
            actual=found.client_id,
            hint="Name the application in `Introspection(client_ids=[…])`, if its opaque tokens are meant for this API.",
        )
    return found


def unavailable(error: LogtoException, url: str, wait: float | None = None) -> IntrospectionUnavailableError:
    """What becomes of any failure to ask: the token is neither good nor bad."""
    return IntrospectionUnavailableError(
        f"{url or 'The server'} could not be asked about the token ({error.code}).",
        url=url,
        retry_after=RETRY_AFTER if wait is None else wait,
        hint="Answer 503: the token may be good. JWTs for this API's identifier need no such request.",
    )
