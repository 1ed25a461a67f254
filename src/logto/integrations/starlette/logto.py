"""`Logto` for Starlette."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from ...client.logto_client import LogtoClient
from ...client.logto_sync_client import LogtoSyncClient
from ...models.user import LogtoUser
from .application import LogtoApplication
from .visit import visit_of


class Logto(LogtoApplication):
    """Sign-in for a Starlette application.

    ```python
    logto = Logto()  # reads LOGTO_ENDPOINT, LOGTO_APP_ID, LOGTO_APP_SECRET, LOGTO_REDIRECT_URI, SECRET_KEY
    app = Starlette(
        routes=[Route("/", home), *logto.routes],
        middleware=[Middleware(LogtoMiddleware, logto=logto)],
        lifespan=logto.lifespan,
    )
    ```
    """

    def user(self, connection: HTTPConnection) -> LogtoUser:
        """Whoever is signed in, also where `request.user` is the application's own user; false if nobody is.

        Args:
            connection: The request, or the WebSocket.
        """
        return visit_of(connection, self).look()

    def client(self, connection: HTTPConnection) -> LogtoClient:
        """The client of `async` endpoints, for the user of a request.

        Args:
            connection: The request, or the WebSocket.
        """
        visit = visit_of(connection, self)
        visit.look()
        return self.pages.client(visit.session)

    def sync_client(self, connection: HTTPConnection) -> LogtoSyncClient:
        """The client of plain `def` endpoints, for the user of a request.

        Args:
            connection: The request, or the WebSocket.
        """
        visit = visit_of(connection, self)
        visit.look()
        return self.pages.sync_client(visit.session)
