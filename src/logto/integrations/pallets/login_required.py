"""`@login_required`, for plain views and for those that await."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar, overload

from ...models.requirement import by_keyword
from .guard import Guard, OrganizationFrom

View = TypeVar("View", bound=Callable[..., Any])


class LoginRequired:
    """Lets a view be seen by whoever is signed in, and meets what else is asked for.

    Anybody else is sent to the sign-in and back, if a browser waits for a page, and answered 401 otherwise; 403 for somebody
    who is signed in and may not. Stands below `@app.get`, over plain views and `async def` ones.

    Args:
        demand: Refuses the framework's current request, unless it meets what a guard asks for; given the view's arguments.
    """

    def __init__(self, demand: Callable[[Guard, Mapping[str, Any]], None]) -> None:
        self._demand = demand

    @overload
    def __call__(self, view: View, /) -> View: ...

    @overload
    def __call__(
        self,
        view: None = None,
        /,
        *,
        roles: str | Iterable[str] | None = None,
        any_role: str | Iterable[str] | None = None,
        organization_id: str | None = None,
        organization_roles: str | Iterable[str] | None = None,
        any_organization_role: str | Iterable[str] | None = None,
        organization_from: OrganizationFrom | None = None,
    ) -> Callable[[View], View]: ...

    def __call__(self, view: Any = None, /, **wanted: Any) -> Any:
        """Guards a view: `@login_required`, or `@login_required(roles=["admin"])`.

        Args:
            view: The view, where the guard is written without arguments.
            roles: The user has each of these roles.
            any_role: The user has at least one of these.
            organization_id: The user belongs to this organization.
            organization_roles: The user has each of these roles in the organization.
            any_organization_role: The user has at least one of these in it.
            organization_from: Where the request names the organization, to which the user must belong: the view's argument,
                or a function of the request. `organization_id`, if roles in it are asked for and nothing else is said.

        Raises:
            ConfigurationError: The arguments fit nothing; where the view is defined.
        """
        if view is not None and not callable(view):
            raise by_keyword(view)
        guard = Guard.of(**wanted)
        return self._over(guard) if view is None else self._over(guard)(view)

    def _over(self, guard: Guard) -> Callable[[Any], Any]:
        demand = self._demand

        def decorate(view: Any) -> Any:
            if iscoroutinefunction(view):

                @wraps(view)
                async def waiting(*args: Any, **kwargs: Any) -> Any:
                    demand(guard, kwargs)
                    return await view(*args, **kwargs)

                return waiting

            @wraps(view)
            def plain(*args: Any, **kwargs: Any) -> Any:
                demand(guard, kwargs)
                return view(*args, **kwargs)

            return plain

        return decorate
