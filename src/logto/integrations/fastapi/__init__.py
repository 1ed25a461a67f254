"""Sign-in for FastAPI applications, and access tokens for their APIs."""

from ...models.claims import AccessTokenClaims as AccessTokenClaims
from ...models.user import LogtoUser as LogtoUser
from ..starlette.bearer import LogtoApiMiddleware as LogtoApiMiddleware
from ..starlette.middleware import LogtoMiddleware as LogtoMiddleware
from ..starlette.settings import LogtoSettings as LogtoSettings
from ..starlette.webhooks import webhook_route as webhook_route
from .api import LogtoApi as LogtoApi
from .logto import Logto as Logto

__all__ = [
    "AccessTokenClaims",
    "Logto",
    "LogtoApi",
    "LogtoApiMiddleware",
    "LogtoMiddleware",
    "LogtoSettings",
    "LogtoUser",
    "webhook_route",
]
