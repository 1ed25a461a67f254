"""The dependency on somebody who is signed in, as OpenAPI knows it."""

# No `from __future__ import annotations`: FastAPI reads those of `__call__` as they are.

from fastapi.openapi.models import APIKey
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from ...models.user import LogtoUser
from ..starlette.guards import Guard
from ..starlette.visit import visit_of
from .application import FastAPIApplication


class SignedIn(SecurityBase):
    """Gives a path operation its user, and refuses whoever may not call it.

    Args:
        logto: Whose user is meant.
        guard: What is demanded; nothing if not given, and then the user may be nobody.
    """

    def __init__(self, logto: FastAPIApplication, guard: Guard | None = None) -> None:
        self._logto = logto
        self._guard = guard
        pages = logto.pages
        cookie = pages.cookie.at(pages.settings.redirect_uri or "https://localhost/").name
        way = f"{pages.settings.url_prefix}{pages.settings.sign_in_path}"
        hint = f"Sign in at {way}: the browser then sends the cookie."
        self.model = APIKey.model_validate({"in": "cookie", "name": cookie, "description": hint})
        self.scheme_name = "LogtoSession"

    async def __call__(self, connection: HTTPConnection) -> LogtoUser:
        """The user of a request or a WebSocket.

        Raises:
            NotAuthenticatedError: Nobody is signed in: a browser is sent to do so, a program gets 401.
            ForbiddenError: The user may not: 403.
        """
        if self._guard is None:
            return visit_of(connection, self._logto).look()
        return self._guard.check(connection)
