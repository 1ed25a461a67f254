"""Every exception that the SDK raises.

```
LogtoException                         .code (stable string), .hint (what to do about it)
├── ConfigurationError                 raised before any request leaves
├── StorageError                       what the session's storage holds cannot be read
├── NotAuthenticatedError              nobody is signed in
│   ├── SessionEndedError              the server refused the refresh token: the session is over
│   └── NoRefreshTokenError            signed in, but nothing to get a new token with
├── ForbiddenError                     signed in, but the page is not for this user
├── WebhookError                       a webhook is not Logto's, or not of now         .status
├── SignInError
│   ├── SignInSessionNotFoundError     this browser has no such sign-in under way
│   ├── SignInSessionInvalidError      the callback does not fit the sign-in          .expected .actual
│   └── AuthorizationDeniedError       the browser brought an error back              .error .error_description
├── TokenRequestError                  the server refused    .error .error_description .status .request_id .retry_after
│   ├── ClientAuthenticationError      … this application: its id or its secret
│   ├── ResourceNotGrantedError        … a resource that was not asked for at sign-in
│   ├── NotAMemberError                … an organization the user does not belong to
│   ├── MfaRequiredError               … until the user has set up a second factor
│   └── MissingScopeError              … for want of a scope that was not asked for at sign-in
├── UnexpectedResponseError            the server made no sense                        .url .status .excerpt
├── TransportError                     no answer at all                                .url
│   └── IntrospectionUnavailableError  … so nobody knows whether an opaque token is good    .retry_after
└── TokenError                         a token is not good    .claim .expected .actual .status_code .www_authenticate
    ├── MissingTokenError 401          the request brought none                        .scope
    ├── InvalidRequestError 400        the request brought it in a way that is not allowed
    ├── InvalidTokenError 401
    ├── ExpiredTokenError 401
    └── InsufficientScopeError 403     it is good, but not for this                    .scope
```

No message, hint or attribute holds a secret, a code, a token or a cookie's value.
"""

from __future__ import annotations

from typing import Any, ClassVar


class LogtoException(Exception):  # noqa: N818 - the name that the guide imports
    """Anything that goes wrong in the SDK.

    Args:
        message: What happened, one sentence.
        hint: What to do about it: the likely cause and the setting to change.
        code: A stable name for programs to compare; the class's own if not given.
    """

    default_code: ClassVar[str] = "logto"

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(code={self.code!r}, message={self.message!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword arguments do not survive Exception's own pickling, which process pools and test runners rely on.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[LogtoException], args: tuple[Any, ...], state: dict[str, Any]) -> LogtoException:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class ConfigurationError(LogtoException):
    """A setting or an argument is missing, unknown or malformed; no request has left."""

    default_code = "configuration"


class StorageError(LogtoException):
    """What the session's storage returned is not what the SDK put there."""

    default_code = "storage.unreadable"


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


class ForbiddenError(LogtoException):
    """The user is signed in, and may not do this; signing in again would change nothing."""

    default_code = "forbidden"


class WebhookError(LogtoException):
    """A webhook is not Logto's, or not of now.

    Attributes:
        status: What the sender is answered.
    """

    default_code = "webhook"

    def __init__(self, message: str, *, hint: str = "", code: str = "", status: int = 400) -> None:
        super().__init__(message, hint=hint, code=code)
        self.status = status


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
