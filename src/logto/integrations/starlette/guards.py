"""`requires` and `login_required`: who may call an endpoint."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, overload

from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.requests import HTTPConnection, Request
from starlette.websockets import WebSocket

from ...errors import ConfigurationError
from ...models.requirement import Requirement, by_keyword
from ...models.user import LogtoUser
from .site import Site
from .visit import visit_of

F = TypeVar("F", bound=Callable[..., Any])

OrganizationFrom = str | Callable[[Any], str | None]
"""The name of a path parameter, or a function of the request."""


class Guard:
    """A requirement, and where requests say which organization they are about.

    Args:
        requirement: What is demanded.
        organization_from: Where the organization's id is: the name of a path parameter, or a function of the request.
        application: Whose user is meant, where there are several; the innermost middleware's if not given.
    """

    def __init__(
        self,
        requirement: Requirement,
        organization_from: OrganizationFrom | None = None,
        application: Site | None = None,
    ) -> None:
        self.requirement = requirement
        self._organization_from = organization_from
        self._application = application

    def check(self, connection: HTTPConnection) -> LogtoUser:
        """Refuses whoever may not; returns the user.

        Raises:
            NotAuthenticatedError: Nobody is signed in.
            ForbiddenError: The user may not.
        """
        source = self._organization_from
        organization_id = None if source is None else organization_in(connection, source)
        return visit_of(connection, self._application).check(self.requirement, organization_id)


def organization_in(connection: HTTPConnection, source: OrganizationFrom) -> str:
    """The organization that a request names; empty, which nobody belongs to, where it names none.

    Args:
        connection: The request, or the WebSocket.
        source: The name of a path parameter, or a function of the request.
    """
    found = connection.path_params.get(source) if isinstance(source, str) else source(connection)
    return str(found or "")


@overload
def login_required(endpoint: F, /) -> F: ...
@overload
def login_required(
    *,
    roles: str | Iterable[str] | None = ...,
    any_role: str | Iterable[str] | None = ...,
    organization_id: str | None = ...,
    organization_roles: str | Iterable[str] | None = ...,
    any_organization_role: str | Iterable[str] | None = ...,
    organization_from: OrganizationFrom | None = ...,
) -> Callable[[F], F]: ...
def login_required(
    endpoint: Any = None, /, *, organization_from: OrganizationFrom | None = None, **demanded: Any
) -> Any:
    """Decorator: lets only those in who are signed in, and who meet what else is named.

    For functions and methods of a request or a WebSocket, plain or `async`, and for classes of endpoints.

    ```python
    @login_required
    async def page(request): …

    @login_required(organization_from="organization_id", organization_roles="admin")
    class Settings(HTTPEndpoint): …
    ```

    Args:
        endpoint: What is guarded.
        organization_from: The name of the path parameter with the organization's id, or a function of the request.
        demanded: As `Requirement.of`: `roles`, `any_role`, `organization_id`, `organization_roles`,
            `any_organization_role`.

    Raises:
        ConfigurationError: What is demanded is not usable.
    """
    if endpoint is not None and not callable(endpoint):
        raise by_keyword(endpoint)
    guard = Guard(Requirement.of(**demanded), organization_from)
    return functools.partial(_guarded, guard) if endpoint is None else _guarded(guard, endpoint)


requires = login_required
"""`login_required`, by the name of Starlette's own decorator."""


def _guarded(guard: Guard, endpoint: Any) -> Any:
    if inspect.isclass(endpoint):
        return _guarded_class(guard, endpoint)
    if inspect.iscoroutinefunction(endpoint):

        @functools.wraps(endpoint)
        async def guarded_async(*args: Any, **kwargs: Any) -> Any:
            guard.check(connection_in(args, kwargs))
            return await endpoint(*args, **kwargs)

        return guarded_async

    @functools.wraps(endpoint)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        guard.check(connection_in(args, kwargs))
        return endpoint(*args, **kwargs)

    return guarded


def _guarded_class(guard: Guard, endpoint: type[Any]) -> type[Any]:
    if not issubclass(endpoint, HTTPEndpoint | WebSocketEndpoint):
        raise ConfigurationError(
            f"{endpoint.__name__} is no HTTPEndpoint and no WebSocketEndpoint.", code="configuration.guarded_endpoint"
        )
    kind = Request if issubclass(endpoint, HTTPEndpoint) else WebSocket

    async def dispatch(self: Any) -> None:
        guard.check(kind(self.scope, self.receive, self.send))
        await endpoint.dispatch(self)

    members = {"dispatch": dispatch, "__doc__": endpoint.__doc__, "__module__": endpoint.__module__}
    return type(endpoint.__name__, (endpoint,), members)


def connection_in(args: tuple[Any, ...], kwargs: dict[str, Any]) -> HTTPConnection:
    """The request, or the WebSocket, among an endpoint's arguments.

    Raises:
        ConfigurationError: It is not there.
    """
    for value in (*args, *kwargs.values()):
        if isinstance(value, HTTPConnection):
            return value
    raise ConfigurationError(
        "A guarded endpoint must take the request, or the WebSocket.",
        hint="Add the parameter `request: Request`. In FastAPI, guard with a dependency.",
        code="configuration.guarded_endpoint",
    )
