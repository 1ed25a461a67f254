"""Errors of Logto's own APIs: the Management API and the Account API."""

from __future__ import annotations

from typing import Any

from .base import LogtoException


class LogtoApiError(LogtoException):
    """Logto's Management or Account API refused a call.

    `code` is one of ours, and says of which kind the refusal is; Logto's own, which says why, is `logto_code`.

    Attributes:
        status: The HTTP status.
        logto_code: Logto's own code, such as `user.username_already_in_use`; empty where it gave none.
        data: What Logto adds to it, with whatever we sent in confidence taken out; None for nothing.
        request_id: The server's name for the request (`logto-core-request-id`), for its logs.
        retry_after: Seconds after which the server wants to be asked again, where it said so.
    """

    default_code = "api.refused"

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        logto_code: str = "",
        data: Any = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        hint: str = "",
        code: str = "",
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.status = status
        self.logto_code = logto_code
        self.data = data
        self.request_id = request_id
        self.retry_after = retry_after


class LogtoApiUnauthorizedError(LogtoApiError):
    """The API does not accept the access token, or the proof of who the user is (401)."""

    default_code = "api.unauthorized"


class LogtoApiForbiddenError(LogtoApiError):
    """The access token is good, but does not allow this: a role or a scope is missing (403)."""

    default_code = "api.forbidden"


class LogtoApiNotFoundError(LogtoApiError):
    """There is no such user, role, organization … (404)."""

    default_code = "api.not_found"


class LogtoApiInputError(LogtoApiError):
    """What was sent is malformed, incomplete or too large (400, 413); `data` may say where."""

    default_code = "api.invalid_input"


class LogtoApiConflictError(LogtoApiError):
    """What was asked contradicts what is there, or a rule: a name is taken, a password is too weak (409, 422)."""

    default_code = "api.conflict"


class LogtoApiRateLimitedError(LogtoApiError):
    """Too many calls, and more time is wanted than the operation has (429)."""

    default_code = "api.rate_limited"
