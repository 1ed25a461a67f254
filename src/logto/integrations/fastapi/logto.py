"""`Logto` for FastAPI."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from fastapi import APIRouter, FastAPI
from starlette.requests import HTTPConnection

from ...client.logto_client import LogtoClient
from ...client.logto_sync_client import LogtoSyncClient
from ...models.requirement import SIGNED_IN, Requirement
from ..starlette.guards import Guard, OrganizationFrom
from ..starlette.middleware import LogtoMiddleware
from ..starlette.visit import visit_of
from .application import FastAPIApplication
from .signed_in import SignedIn


class Logto(FastAPIApplication):
    """Sign-in for a FastAPI application.

    ```python
    logto = Logto()  # reads LOGTO_ENDPOINT, LOGTO_APP_ID, LOGTO_APP_SECRET, LOGTO_REDIRECT_URI, SECRET_KEY
    app = FastAPI(lifespan=logto.lifespan)
    logto.install(app)

    @app.get("/profile")
    async def profile(user: Annotated[LogtoUser, Depends(logto.user)]): …
    ```

    Its dependencies: `user` and `optional_user`, `require(…)`, `client` and `sync_client`.
    """

    @property
    def router(self) -> APIRouter:
        """The sign-in routes, for `app.include_router`; the API's schema does not show them."""
        router = APIRouter()
        router.routes.extend(self.routes)
        return router

    def install(self, app: FastAPI) -> None:
        """Adds the middleware and the sign-in routes to an application.

        Args:
            app: The application; give it `logto.lifespan` as well.
        """
        app.add_middleware(LogtoMiddleware, logto=self)
        app.include_router(self.router)

    @cached_property  # one object, so that `dependency_overrides[logto.user]` finds it
    def user(self) -> SignedIn:
        """Dependency: the user, who must be signed in."""
        return self._dependency(SIGNED_IN, None)

    @cached_property
    def optional_user(self) -> SignedIn:
        """Dependency: whoever is signed in; a `LogtoUser` that is false where nobody is."""
        return SignedIn(self)

    def require(
        self,
        *,
        roles: str | Iterable[str] | None = None,
        any_role: str | Iterable[str] | None = None,
        organization_id: str | None = None,
        organization_roles: str | Iterable[str] | None = None,
        any_organization_role: str | Iterable[str] | None = None,
        organization_from: OrganizationFrom | None = None,
    ) -> SignedIn:
        """Dependency: the user, who must be signed in and meet what is named.

        Args:
            roles: The user has each of these roles.
            any_role: The user has at least one of these.
            organization_id: The user belongs to this organization.
            organization_roles: The user has each of these roles in the organization.
            any_organization_role: The user has at least one of these in it.
            organization_from: The name of the path parameter with the organization's id, or a function of the request.

        Raises:
            ConfigurationError: What is demanded is not usable.
        """
        requirement = Requirement.of(
            roles=roles,
            any_role=any_role,
            organization_id=organization_id,
            organization_roles=organization_roles,
            any_organization_role=any_organization_role,
        )
        return self._dependency(requirement, organization_from)

    def _dependency(self, requirement: Requirement, organization_from: OrganizationFrom | None) -> SignedIn:
        return SignedIn(self, Guard(requirement, organization_from, self))

    async def client(self, connection: HTTPConnection) -> LogtoClient:
        """Dependency: the client of `async def` path operations, for the user of a request.

        Args:
            connection: The request, or the WebSocket.
        """
        visit = visit_of(connection, self)
        visit.look()
        return self.pages.client(visit.session)

    async def sync_client(self, connection: HTTPConnection) -> LogtoSyncClient:
        """Dependency: the client of plain `def` path operations, for the user of a request.

        Args:
            connection: The request, or the WebSocket.
        """
        visit = visit_of(connection, self)
        visit.look()
        return self.pages.sync_client(visit.session)
