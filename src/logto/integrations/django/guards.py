"""Views for some: `logto_required` before a view, `LogtoRequiredMixin` in a class of views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, TypeAlias, TypeVar, overload

from asgiref.sync import iscoroutinefunction

from ...errors import ConfigurationError
from ...models.requirement import Requirement
from . import login
from .colour import Steps, awaiting, blocking, both
from .visit import visit_of

OrganizationFrom: TypeAlias = "str | Callable[[Any], str | None]"

V = TypeVar("V", bound=Callable[..., Any])

ARGUMENT = "organization_id"
"""The view's argument that names the organization, unless the guard says otherwise."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What a view demands.

    Args:
        requirement: What the user must have.
        organization_from: Where requests name the organization: the view's argument, or a function of the request; None
            where the view is about no organization, or always about the same.
    """

    requirement: Requirement
    organization_from: OrganizationFrom | None

    @classmethod
    def of(cls, *, organization_from: OrganizationFrom | None = None, **demanded: Any) -> Guard:
        """A guard, from the keywords of `logto_required`.

        Raises:
            ConfigurationError: They fit nothing.
        """
        requirement = Requirement.of(**demanded)
        if requirement.organization_id is not None and organization_from is not None:
            raise ConfigurationError(
                "A guard has both `organization_id` and `organization_from`.",
                hint="The one names an organization for good, the other where each request names its own.",
                code="configuration.requirement",
            )
        if requirement.is_about_an_organization and requirement.organization_id is None:
            organization_from = organization_from or ARGUMENT
        return cls(requirement, organization_from)

    def check(self, request: Any, arguments: Mapping[str, Any]) -> Steps[None]:
        """Refuses whoever may not see the view.

        Raises:
            NotAuthenticatedError: Nobody is signed in with Logto, or whoever is, is nobody to Django.
            ForbiddenError: The user may not.
        """
        visit = visit_of(request)
        user = yield both(visit.look, visit.alook)
        self.requirement.check(user, organization_in(self.organization_from, request, arguments))
        yield from login.require(request)


def organization_in(origin: OrganizationFrom | None, request: Any, arguments: Mapping[str, Any]) -> str | None:
    """The organization that a request names; None where it is asked for none.

    Args:
        origin: The view's argument that names it, or a function of the request.
        request: Django's.
        arguments: The view's.
    """
    if origin is None:
        return None
    named = arguments.get(origin) if isinstance(origin, str) else origin(request)
    # Where nothing names an organization, nobody is a member: an empty name is one that nobody belongs to.
    return "" if named is None else str(named)


@overload
def logto_required(view: V, /) -> V: ...
@overload
def logto_required(
    *,
    roles: str | Iterable[str] | None = ...,
    any_role: str | Iterable[str] | None = ...,
    organization_id: str | None = ...,
    organization_roles: str | Iterable[str] | None = ...,
    any_organization_role: str | Iterable[str] | None = ...,
    organization_from: OrganizationFrom | None = ...,
) -> Callable[[V], V]: ...
def logto_required(view: Any = None, /, *, organization_from: OrganizationFrom | None = None, **demanded: Any) -> Any:
    """Decorator: lets only those in who are signed in with Logto, and who meet what else is named.

    A browser is sent to the sign-in and back, or shown the application's page for 403; a program is answered 401 or 403, in
    JSON. For plain and `async` views.

    ```python
    @logto_required(organization_from="organization_id", organization_roles="admin")
    def settings(request, organization_id): …
    ```

    Args:
        view: What is guarded.
        organization_from: The view's argument with the organization's id, or a function of the request.
        demanded: As `Requirement.of`: `roles`, `any_role`, `organization_id`, `organization_roles`,
            `any_organization_role`.

    Raises:
        ConfigurationError: What is demanded is not usable.
    """
    guard = Guard.of(organization_from=organization_from, **demanded)
    return partial(_guarded, guard) if view is None else _guarded(guard, view)


def _guarded(guard: Guard, view: Any) -> Any:
    check, acheck = blocking(guard.check), awaiting(guard.check)
    if iscoroutinefunction(view):

        @wraps(view)
        async def aguarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            await acheck(request, kwargs)
            return await view(request, *args, **kwargs)

        return aguarded

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
        check(request, kwargs)
        return view(request, *args, **kwargs)

    return guarded


class LogtoRequiredMixin:
    """A class of views for those who are signed in with Logto; put it first among the bases.

    ```python
    class Orders(LogtoRequiredMixin, ListView):
        logto_required = {"any_role": ["clerk", "manager"]}
    ```

    Attributes:
        logto_required: The keywords of the decorator of that name.
    """

    logto_required: Mapping[str, Any] = {}
    _guard = Guard.of()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._guard = Guard.of(**cls.logto_required)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Calls the view's method for whoever may."""
        view: Any = super()
        if getattr(self, "view_is_async", False):
            return self._adispatch(view.dispatch, request, *args, **kwargs)
        blocking(self._guard.check)(request, kwargs)
        return view.dispatch(request, *args, **kwargs)

    async def _adispatch(self, dispatch: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        await awaiting(self._guard.check)(request, kwargs)
        return await dispatch(request, *args, **kwargs)
