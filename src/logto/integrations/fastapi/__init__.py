"""Sign-in for FastAPI applications."""

from ...models.user import LogtoUser as LogtoUser
from ..starlette.middleware import LogtoMiddleware as LogtoMiddleware
from ..starlette.settings import LogtoSettings as LogtoSettings
from .logto import Logto as Logto

__all__ = ["Logto", "LogtoMiddleware", "LogtoSettings", "LogtoUser"]
