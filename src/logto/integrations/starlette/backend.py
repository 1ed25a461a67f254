"""`LogtoBackend`: for applications that use Starlette's own `AuthenticationMiddleware`."""

from __future__ import annotations

from typing import Any

from starlette.authentication import AuthCredentials, AuthenticationBackend
from starlette.requests import HTTPConnection

from .site import Site
from .visit import Visitor, VisitorCredentials, visit_of


class LogtoBackend(AuthenticationBackend):
    """Tells who is signed in, as one of several ways to know a user.

    `LogtoMiddleware` stands before it: it opens the session, and lets its cookies go out.

    Args:
        logto: Whose users are meant.
    """

    def __init__(self, logto: Site) -> None:
        self._logto = logto

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, Any] | None:
        """The credentials and the user of a request, or None where nobody is signed in."""
        visit = visit_of(conn, self._logto)
        if not visit.look():
            return None
        user = Visitor(visit) if visit.own_user is None else visit.own_user
        return VisitorCredentials(visit), user
