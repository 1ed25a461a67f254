"""Sign-in for Starlette applications."""

from ...models.user import LogtoUser as LogtoUser
from .api import LogtoApi as LogtoApi
from .backend import LogtoBackend as LogtoBackend
from .bearer import BearerBackend as BearerBackend
from .bearer import LogtoApiMiddleware as LogtoApiMiddleware
from .guards import login_required as login_required
from .guards import requires as requires
from .logto import Logto as Logto
from .middleware import LogtoMiddleware as LogtoMiddleware
from .settings import LogtoSettings as LogtoSettings
from .webhooks import webhook_route as webhook_route

__all__ = [
    "BearerBackend",
    "Logto",
    "LogtoApi",
    "LogtoApiMiddleware",
    "LogtoBackend",
    "LogtoMiddleware",
    "LogtoSettings",
    "LogtoUser",
    "login_required",
    "requires",
    "webhook_route",
]
