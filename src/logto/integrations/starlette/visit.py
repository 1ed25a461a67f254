"""One request: the browser's session, and whoever is signed in in it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from starlette.authentication import AuthCredentials
from starlette.requests import HTTPConnection
from starlette.types import Scope

from ...errors import ConfigurationError, ForbiddenError, LogtoException
from ...flows.pages import base_url, check_same_origin
from ...models.pages import PageRequest
from ...models.requirement import Requirement
from ...models.user import NOBODY, LogtoUser
from ...sessions.record_session import RecordSession
from .hooks import call
from .incoming import Incoming
from .site import Site

logger = logging.getLogger("logto")

KEY = "logto"
"""Where in an ASGI scope the visit is."""


@dataclass(slots=True, eq=False)
class Visit:
    """What the middleware knows of a request, for as long as it lasts.

    Args:
        application: Whose users are meant.
        incoming: The request, as it came in.
        opened: The browser's session; or why it cannot be had, which whoever looks is told: other pages need no store.
        outer: Of another application's middleware around this one.
        is_foreign: Whether it is a WebSocket that another site's page opened.
    """

    application: Site
    incoming: Incoming
    opened: RecordSession | LogtoException = field(repr=False)
    outer: Visit | None = field(default=None, repr=False)
    is_foreign: bool = False
    user: LogtoUser = field(default=NOBODY, init=False)
    own_user: Any = field(default=None, init=False, repr=False)
    is_admitted: bool = field(default=True, init=False)
    was_looked_at: bool = field(default=False, init=False)
    refusal: LogtoException | None = field(default=None, init=False, repr=False)

    @property
    def request(self) -> PageRequest:
        """The request, as the conversations want it."""
        return self.incoming.page_request

    @property
    def session(self) -> RecordSession:
        """The browser's session.

        Raises:
            StorageError: Its store could not be asked.
        """
        if isinstance(self.opened, LogtoException):
            raise self.opened
        return self.opened

    async def admit(self) -> None:
        """Sees who is signed in, and who that is to the application."""
        user = self.application.pages.user(self.session)
        self.user, self.own_user, self.is_admitted = user, None, True
        load = self.application.hooks.user_loader
        if user and load is not None:
            self.own_user = await call(load, user.claims)
            self.is_admitted = self.own_user is not None
            self.user = user if self.is_admitted else NOBODY

    def look(self) -> LogtoUser:
        """Whoever is signed in, for a page that depends on it.

        Raises:
            StorageError: The store could not be asked.
        """
        self.was_looked_at = True
        if isinstance(self.opened, LogtoException):
            raise self.opened
        return self.user

    def check(self, requirement: Requirement, organization_id: str | None = None) -> LogtoUser:
        """Refuses whoever may not.

        Raises:
            NotAuthenticatedError: Nobody is signed in.
            ForbiddenError: The user may not, or is nobody to this application, or another site's page asks.
            ConfigurationError: The claim that decides was never asked for.
        """
        user = self.look()
        try:
            if self.is_foreign:
                raise ForbiddenError("Another site's page opened the WebSocket.", code="forbidden.cross_site")
            if not self.is_admitted:
                raise ForbiddenError("The user is signed in, but unknown to this application.", code="forbidden.user")
            requirement.check(user, organization_id)
        except LogtoException as error:
            self.refusal = error  # of several middlewares, it is this one's to answer
            raise
        return user


class VisitorCredentials(AuthCredentials):
    """What Starlette's own `requires` reads: `authenticated`, `role:…`, `organization:…`, `organization:…:<role>`.

    Args:
        visit: The request; asked when somebody reads the scopes.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def __getattr__(self, name: str) -> list[str]:
        if name != "scopes":
            raise AttributeError(name)
        self.scopes = _scopes(self._visit.look())
        return self.scopes


class Visitor(LogtoUser):
    """The user of a request, which notes that the page depends on it.

    Args:
        visit: The request; asked when somebody reads anything.
    """

    __slots__ = ("_visit",)

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def __getattr__(self, name: str) -> Any:
        if name != "_claims":
            raise AttributeError(name)
        user = self._visit.look()
        self._claims = user.claims if user else None
        return self._claims


def _scopes(user: LogtoUser) -> list[str]:
    if not user:
        return []
    organizations = [
        scope
        for organization in sorted(user.organizations)
        for scope in (
            f"organization:{organization}",
            *(f"organization:{organization}:{role}" for role in sorted(user.organization_roles(organization))),
        )
    ]
    return ["authenticated", *(f"role:{role}" for role in sorted(user.roles)), *organizations]


async def open_visit(application: Site, scope: Scope, incoming: Incoming) -> Visit:
    """Begins a visit, and puts it, the user and the credentials into the request's scope."""
    pages = application.pages
    is_foreign = incoming.is_websocket and _is_foreign(application, incoming.page_request)
    cookies = {} if is_foreign else incoming.cookies
    # Where the settings say how browsers reach the application, the request's own address changes nothing.
    opened: RecordSession | LogtoException
    try:
        opened = await pages.open(cookies, pages.settings.redirect_uri or incoming.page_request.url)
    except LogtoException as error:
        opened = error
    visit = _begin(scope, application, incoming, opened, is_foreign=is_foreign)
    if isinstance(opened, LogtoException):
        return visit
    if application.hooks.user_loader is None:
        visit.user = pages.user(opened)
        return visit
    await visit.admit()
    if visit.own_user is not None:
        visit.was_looked_at = True  # nobody can tell whether the page reads the application's own object
        scope["user"] = visit.own_user
    return visit


def open_nobodys_visit(application: Site, scope: Scope, incoming: Incoming) -> None:
    """Lets the page for a missing file ask who is signed in: nobody, since no session is opened for files."""
    pages = application.pages
    address = pages.settings.redirect_uri or incoming.page_request.url
    _begin(scope, application, incoming, pages.sync_sessions.open({}, address))


def _begin(
    scope: Scope,
    application: Site,
    incoming: Incoming,
    opened: RecordSession | LogtoException,
    *,
    is_foreign: bool = False,
) -> Visit:
    visit = Visit(application, incoming, opened, scope.get(KEY), is_foreign)
    scope[KEY] = visit
    scope["user"], scope["auth"] = Visitor(visit), VisitorCredentials(visit)
    return visit


def _is_foreign(application: Site, request: PageRequest) -> bool:
    """Whether a page of another site opened a WebSocket: browsers send cookies along, and ask nobody (RFC 6455, 10.2)."""
    try:
        check_same_origin(request, base_url(application.pages.settings, request))
    except (ForbiddenError, ConfigurationError) as error:
        logger.warning("a WebSocket's origin is not this application: its cookies are not read: %s", error.code)
        return True
    return False


def visit_of(connection: HTTPConnection, application: Site | None = None) -> Visit:
    """The visit that a request is.

    Args:
        connection: A request or a WebSocket.
        application: Whose middleware is meant; the innermost if not given.

    Raises:
        ConfigurationError: The request did not come through the middleware.
    """
    visit: Visit | None = connection.scope.get(KEY)
    while visit is not None and application is not None and visit.application is not application:
        visit = visit.outer
    if visit is None:
        raise ConfigurationError(
            "The request did not come through LogtoMiddleware.",
            hint="Add Middleware(LogtoMiddleware, logto=logto) to the application's middleware; in FastAPI, "
            "logto.install(app) does so.",
            code="configuration.middleware",
        )
    return visit
