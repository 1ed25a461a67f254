"""Errors of tokens that are not good, each with what an API answers to them."""

from __future__ import annotations

from typing import ClassVar

from .base import LogtoException


class TokenError(LogtoException):
    """A token is not good.

    Attributes:
        claim: The claim or header member that failed, if one did.
        expected: What it should have been, where it is safe to show.
        actual: What it was, where it is safe to show.
        scope: The scopes that the request needs, separated by spaces; empty where scopes are not what is wanting.
        status_code: What an API answers to a request that brought this token (RFC 6750, 3.1).
        www_authenticate: The `WWW-Authenticate` header of that answer.
    """

    default_code = "token.invalid"
    status_code: ClassVar[int] = 401
    oauth_error: ClassVar[str] = "invalid_token"
    oauth_description: ClassVar[str] = "The access token is not valid"

    def __init__(
        self,
        message: str,
        *,
        claim: str | None = None,
        expected: object = None,
        actual: object = None,
        scope: str = "",
        hint: str = "",
        code: str = "",
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.claim = claim
        self.expected = expected
        self.actual = actual
        self.scope = scope

    @property
    def www_authenticate(self) -> str:
        """The challenge that tells the caller of an API what was wrong, and nothing that helps to forge."""
        return self.challenge()

    def challenge(self, *, realm: str = "", resource_metadata: str = "") -> str:
        """The same, with what the API says of itself (RFC 6750, 3; RFC 9728, 5.1).

        Args:
            realm: The API's name; printable ASCII.
            resource_metadata: The URL of its metadata; printable ASCII.
        """
        members = {
            "realm": realm,
            "error": self.oauth_error,
            "error_description": self.oauth_description,
            "scope": self.scope,
            "resource_metadata": resource_metadata,
        }
        return f"Bearer {', '.join(f'{name}={_quoted(value)}' for name, value in members.items() if value)}".rstrip()


def _quoted(text: str) -> str:
    """A quoted string of a header (RFC 9110, 5.6.4)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class MissingTokenError(TokenError):
    """The request brought no access token. The challenge names no error (RFC 6750, 3.1)."""

    default_code = "token.missing"
    oauth_error = ""
    oauth_description = ""


class InvalidRequestError(TokenError):
    """The request brought its access token doubled, in the wrong place, or in a form that no token has."""

    default_code = "request.invalid"
    status_code = 400
    oauth_error = "invalid_request"
    oauth_description = "Send one access token, in the Authorization header, as Bearer"


class InvalidTokenError(TokenError):
    """A token is malformed, forged, or not meant for us."""


class ExpiredTokenError(TokenError):
    """A token was good once, or will be: its times do not fit this machine's clock."""

    default_code = "token.expired"
    oauth_description = "The access token has expired"


class InsufficientScopeError(TokenError):
    """A token is good, but does not allow this."""

    default_code = "token.insufficient_scope"
    status_code = 403
    oauth_error = "insufficient_scope"
    oauth_description = "The access token does not allow this request"
