"""What every error of the SDK is, and those that stand alone."""

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
