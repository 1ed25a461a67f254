"""Sign-in for Starlette applications."""

from ...models.user import LogtoUser as LogtoUser
from .backend import LogtoBackend as LogtoBackend
from .guards import login_required as login_required
from .guards import requires as requires
from .logto import Logto as Logto
from .middleware import LogtoMiddleware as LogtoMiddleware
from .settings import LogtoSettings as LogtoSettings

__all__ = ["Logto", "LogtoBackend", "LogtoMiddleware", "LogtoSettings", "LogtoUser", "login_required", "requires"]
