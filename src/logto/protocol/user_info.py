"""The user info endpoint (OpenID Connect Core 5.3)."""

from __future__ import annotations

from pydantic import ValidationError

from ..errors import ConfigurationError, InvalidTokenError, UnexpectedResponseError
from ..models.claims import UserInfoResponse
from ..models.metadata import OidcProviderMetadata
from .answer import json_object, refusal
from .http import HttpRequest, HttpResponse


def user_info_request(access_token: str, *, metadata: OidcProviderMetadata) -> HttpRequest:
    """Asks who the bearer of an access token is.

    Raises:
        ConfigurationError: The provider has no user info endpoint.
    """
    if metadata.userinfo_endpoint is None:
        raise ConfigurationError(
            "The provider has no user info endpoint.",
            hint="Use the ID token's claims instead: `getIdTokenClaims()`.",
            code="configuration.no_user_info",
        )
    return HttpRequest(
        "GET",
        metadata.userinfo_endpoint,
        headers={"authorization": f"Bearer {access_token}", "accept": "application/json"},
        confidential=(access_token,),
    )


def read_user_info(request: HttpRequest, response: HttpResponse, *, subject: str) -> UserInfoResponse:
    """The claims that an answer holds.

    Args:
        request: What was asked.
        response: What came.
        subject: The ID token's `sub`; an answer about anybody else must not be used (5.3.2).

    Raises:
        InvalidTokenError: The server does not accept the access token (any more).
        UnexpectedResponseError: The answer makes no sense, or is about another user.
    """
    if response.status == 401:
        raise InvalidTokenError(
            "The server does not accept the access token.",
            code="user_info.unauthorized",
            hint="It was revoked, or the user was suspended or deleted. The session was left as it is: "
            "send the user to sign in again.",
        )
    if response.status == 403:
        raise InvalidTokenError(
            "The access token does not allow to read the user info.",
            code="user_info.forbidden",
            hint="The sign-in must ask for the scope `openid`.",
        )
    if response.status != 200:
        raise refusal(request, response)
    body = json_object(request, response)
    actual = body.get("sub")
    if not isinstance(actual, str) or not actual:
        raise _malformed(request, "names no subject", "user_info.subject_missing")
    if actual != subject:
        raise _malformed(request, "is about another user", "user_info.subject_mismatch")
    try:
        return UserInfoResponse.model_validate(body)
    except ValidationError as error:
        member = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"][:3])
        raise _malformed(request, f"has an unusable `{member}`", "user_info.malformed") from None


def _malformed(request: HttpRequest, what: str, code: str) -> UnexpectedResponseError:
    return UnexpectedResponseError(
        f"The user info from {request.place} {what}.",
        url=request.place,
        status=200,
        code=code,
        hint="Nothing of it was used.",
    )
