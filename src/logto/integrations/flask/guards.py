"""Guards of Flask's views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar, overload

from flask import current_app, request

from ..pallets.configuration import is_login_disabled
from ..pallets.guard import Guard, OrganizationFrom
from .current import visit

View = TypeVar("View", bound=Callable[..., Any])


@overload
def login_required(view: View, /) -> View: ...


@overload
def login_required(
    view: None = None,
    /,
    *,
    roles: str | Iterable[str] = (),
    any_role: str | Iterable[str] = (),
    organization_id: str | None = None,
    organization_roles: str | Iterable[str] = (),
    any_organization_role: str | Iterable[str] = (),
    organization_from: OrganizationFrom | None = None,
) -> Callable[[View], View]: ...


def login_required(view: Any = None, /, **wanted: Any) -> Any:
    """Lets a view be seen by whoever is signed in, and meets what else is asked for.

    Anybody else is sent to the sign-in and back, if a browser waits for a page, and answered 401 otherwise; 403 for somebody
    who is signed in and may not. Stands below `@app.get`, over plain views and `async def` ones.

    Args:
        view: The view, where the guard is written without arguments.
        roles: The user has each of these roles.
        any_role: The user has at least one of these.
        organization_id: The user belongs to this organization.
        organization_roles: The user has each of these roles in the organization.
        any_organization_role: The user has at least one of these in it.
        organization_from: Where the request names the organization, to which the user must belong: the view's argument, or a
            function of the request. `organization_id`, if roles in it are asked for and nothing else is said.

    Raises:
        ConfigurationError: The arguments fit nothing; where the view is defined.
    """
    guard = Guard.of(**wanted)

    def decorate(guarded: Any) -> Any:
        if iscoroutinefunction(guarded):

            @wraps(guarded)
            async def waiting(*args: Any, **kwargs: Any) -> Any:
                demand(guard, kwargs)
                return await guarded(*args, **kwargs)

            return waiting

        @wraps(guarded)
        def plain(*args: Any, **kwargs: Any) -> Any:
            demand(guard, kwargs)
            return guarded(*args, **kwargs)

        return plain

    return decorate if view is None else decorate(view)


def demand(guard: Guard, arguments: Mapping[str, Any]) -> None:
    """Refuses the current request, unless it meets what a guard asks for.

    Args:
        guard: What is asked for.
        arguments: The view's.

    Raises:
        NotAuthenticatedError: Nobody is signed in.
        ForbiddenError: The user may not.
        ConfigurationError: The claim that decides was never asked for.
    """
    if not is_login_disabled(current_app):
        visit().check(guard, request, arguments)
