"""Errors of asking the server: refused, answered with nonsense, not answered."""

from __future__ import annotations

from .base import LogtoException


class TokenRequestError(LogtoException):
    """The server understood the request for a token and refused it (RFC 6749, 5.2).

    Attributes:
        error: The OAuth error code, such as `invalid_grant`.
        error_description: The server's words, bounded, with whatever we sent in confidence taken out.
        status: The HTTP status.
        request_id: The server's name for the request (`logto-core-request-id`), for its logs.
        retry_after: Seconds after which the server wants to be asked again, where it said so.
    """

    default_code = "token_request.refused"

    def __init__(
        self,
        message: str,
        *,
        error: str = "",
        error_description: str = "",
        status: int = 0,
        request_id: str | None = None,
        retry_after: float | None = None,
        hint: str = "",
        code: str = "",
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.error = error
        self.error_description = error_description
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after


class ClientAuthenticationError(TokenRequestError):
    """The server does not know this application, or its secret is wrong."""

    default_code = "token_request.invalid_client"


class ResourceNotGrantedError(TokenRequestError):
    """The API resource is unknown, or was not asked for when the user signed in."""

    default_code = "token_request.invalid_target"


class NotAMemberError(TokenRequestError):
    """The user does not belong to the organization, or the organization does not exist."""

    default_code = "organization.not_a_member"


class MfaRequiredError(TokenRequestError):
    """The organization wants a second factor, which the user has not set up."""

    default_code = "organization.mfa_required"


class MissingScopeError(TokenRequestError):
    """A scope that this token needs was not asked for when the user signed in."""

    default_code = "token_request.insufficient_scope"


class UnexpectedResponseError(LogtoException):
    """The server answered something that the protocol does not allow.

    Attributes:
        url: Where the answer came from, without its query.
        status: The HTTP status.
        excerpt: The beginning of the answer, only where nothing confidential was sent or expected.
    """

    default_code = "response.unexpected"

    def __init__(
        self, message: str, *, url: str = "", status: int = 0, excerpt: str = "", hint: str = "", code: str = ""
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.url = url
        self.status = status
        self.excerpt = excerpt


class TransportError(LogtoException):
    """No answer came: refused, reset, timed out, or not to be trusted (TLS).

    Attributes:
        url: Where the request went, without its query.
    """

    default_code = "transport.failed"

    def __init__(self, message: str, *, url: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(message, hint=hint, code=code)
        self.url = url


class IntrospectionUnavailableError(TransportError):
    """The server could not be asked about an opaque token, which is therefore neither good nor bad: answer 503.

    Attributes:
        retry_after: Seconds after which it is worth another try.
    """

    default_code = "introspection.unavailable"

    def __init__(
        self, message: str, *, url: str = "", retry_after: float | None = None, hint: str = "", code: str = ""
    ) -> None:
        super().__init__(message, url=url, hint=hint, code=code)
        self.retry_after = retry_after
