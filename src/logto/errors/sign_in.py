"""Errors of signing in, and of nobody being signed in."""

from __future__ import annotations

from .base import LogtoException


class NotAuthenticatedError(LogtoException):
    """Nobody is signed in in this session."""

    default_code = "not_authenticated"


class SessionEndedError(NotAuthenticatedError):
    """The server refused the refresh token: the session is over and has been cleared."""

    default_code = "session.ended"


class NoRefreshTokenError(NotAuthenticatedError):
    """The user is signed in, but there is no refresh token to get the wanted access token with."""

    default_code = "refresh_token.missing"


class SignInError(LogtoException):
    """A sign-in did not succeed."""

    default_code = "sign_in"


class SignInSessionNotFoundError(SignInError):
    """This browser's session holds no sign-in that the callback could belong to."""

    default_code = "sign_in_session.not_found"


class SignInSessionInvalidError(SignInError):
    """The callback does not fit the sign-in that this browser began.

    Attributes:
        expected: What the sign-in had fixed, where it is safe to show.
        actual: What the callback brought, where it is safe to show.
    """

    default_code = "sign_in_session.invalid"

    def __init__(
        self, message: str, *, hint: str = "", code: str = "", expected: str | None = None, actual: str | None = None
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.expected = expected
        self.actual = actual


class AuthorizationDeniedError(SignInError):
    """The server, or the user, said no: the browser came back with an OAuth error (RFC 6749, 4.1.2.1).

    Attributes:
        error: The OAuth error code, such as `access_denied` or `login_required`.
        error_description: The server's words, bounded and printable; never to be shown as HTML.
    """

    default_code = "authorization.denied"

    def __init__(self, message: str, *, error: str, error_description: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.error = error
        self.error_description = error_description
