"""A call of Logto's own APIs as a row of a table, and the list that such a call may bring; each in both colours."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from copy import copy
from functools import wraps
from inspect import Signature, signature
from typing import Any, Generic, ParamSpec, Protocol, Self, TypeVar, overload

from ..flows.api import ApiContext, Cursor, fetch_page, perform
from ..models.api import Page
from ..protocol.api_call import Call, ListCall
from ..protocol.api_page import LARGEST
from ..protocol.http import Flow

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C")

_CALL = re.compile(r"(?:List)?Call\[(.*)\]")


class Awaiting:
    """The colour of clients whose operations are awaited."""


class Blocking:
    """The colour of clients whose operations block."""


class Carrier(Protocol):
    """Who carries conversations, in one of the colours."""

    def operation(self, call: Callable[P, Call[T]]) -> Callable[P, Any]:
        """The call as a function of this colour."""
        ...

    def listing(self, call: ListCall[T]) -> Any:
        """The list in this colour."""
        ...


class Group(Generic[C]):
    """The calls about one noun, in one of the colours: a table of them."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._carrier!r})"


class _Row:
    """A row of a table, under the name that it has there."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self.__doc__ = call.__doc__
        self._place = self._name = call.__name__
        self._signature: Signature | None = None

    def __set_name__(self, kind: type, name: str) -> None:
        self._place, self._name = f"{kind.__name__}.{name}", name

    def _shown(self, function: Any) -> Any:
        """The function as help() and tracebacks shall show it: by its row's name, and with what the caller gets."""
        if self._signature is None:
            found = signature(function)
            brings = _CALL.sub(r"\1", str(found.return_annotation))
            self._signature = found.replace(return_annotation=brings)
        function.__signature__ = self._signature
        function.__name__, function.__qualname__ = self._name, self._place
        return function


class Operation(_Row, Generic[P, T]):
    """A row: one call, with one signature and one description in both colours."""

    def __init__(self, call: Callable[P, Call[T]]) -> None:
        super().__init__(call)
        self.call = call

    @overload
    def __get__(self, group: None, kind: type) -> Self: ...
    @overload
    def __get__(self, group: Group[Awaiting], kind: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    @overload
    def __get__(self, group: Group[Blocking], kind: type) -> Callable[P, T]: ...
    def __get__(self, group: Group[Any] | None, kind: type) -> Any:
        if group is None:
            return self
        return self._shown(group._carrier.operation(self.call))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - a row of its table


class Listed(_Row, Generic[P, T]):
    """A row: one list, with one signature and one description in both colours."""

    def __init__(self, call: Callable[P, ListCall[T]]) -> None:
        super().__init__(call)
        self.call = call

    @overload
    def __get__(self, group: None, kind: type) -> Self: ...
    @overload
    def __get__(self, group: Group[Awaiting], kind: type) -> Callable[P, AsyncListing[T]]: ...
    @overload
    def __get__(self, group: Group[Blocking], kind: type) -> Callable[P, Listing[T]]: ...
    def __get__(self, group: Group[Any] | None, kind: type) -> Any:
        if group is None:
            return self
        carrier, call = group._carrier, self.call  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - a row of its table

        @wraps(call)
        def listing(*args: P.args, **kwargs: P.kwargs) -> Any:
            return carrier.listing(call(*args, **kwargs))

        return self._shown(listing)


class AsyncListing(Generic[T]):
    """A list at the server, fetched page by page as it is iterated over, and not before.

    Each page is an operation of its own, with the time of one. Pages are counted, not held: of a list that changes
    meanwhile, an item can be missed. To delete what is listed, fetch `all()` first.
    """

    def __init__(
        self, run: Callable[[Flow[Any]], Coroutine[Any, Any, Any]], context: ApiContext, call: ListCall[T]
    ) -> None:
        self._run = run
        self._context = context
        self._call = call
        self._size = LARGEST

    def in_pages_of(self, size: int) -> Self:
        """The same list, fetched in smaller pages: where a hundred users with much custom data are too large an answer.

        Args:
            size: How many items to ask for at once, at most 100.
        """
        other = copy(self)
        other._size = size  # noqa: SLF001 - a copy of ourselves
        return other

    async def __aiter__(self) -> AsyncIterator[T]:
        cursor = Cursor(self._call, self._size)
        while (items := await self._run(cursor.turn(self._context))) is not None:
            for item in items:
                yield item

    async def all(self) -> list[T]:
        """All of it, in memory."""
        return [item async for item in self]

    async def first(self) -> T | None:
        """The first item; None if there is none."""
        page = await self.page(1, size=1)
        return page.items[0] if page.items else None

    async def page(self, number: int = 1, *, size: int = 20) -> Page[T]:
        """One page, with the number of items on all of them.

        Args:
            number: Which one, from 1.
            size: How many items a page has, at most 100.
        """
        page: Page[T] = await self._run(fetch_page(self._context, self._call, number, size))
        return page

    def __repr__(self) -> str:
        return f"AsyncListing({self._call.path!r})"


class Listing(Generic[T]):
    """The same as `AsyncListing`, blocking."""

    def __init__(self, run: Callable[[Flow[Any]], Any], context: ApiContext, call: ListCall[T]) -> None:
        self._run = run
        self._context = context
        self._call = call
        self._size = LARGEST

    def in_pages_of(self, size: int) -> Self:
        """The same list, fetched in smaller pages.

        Args:
            size: How many items to ask for at once, at most 100.
        """
        other = copy(self)
        other._size = size  # noqa: SLF001 - a copy of ourselves
        return other

    def __iter__(self) -> Iterator[T]:
        cursor = Cursor(self._call, self._size)
        while (items := self._run(cursor.turn(self._context))) is not None:
            yield from items

    def all(self) -> list[T]:
        """All of it, in memory."""
        return list(self)

    def first(self) -> T | None:
        """The first item; None if there is none."""
        page = self.page(1, size=1)
        return page.items[0] if page.items else None

    def page(self, number: int = 1, *, size: int = 20) -> Page[T]:
        """One page, with the number of items on all of them.

        Args:
            number: Which one, from 1.
            size: How many items a page has, at most 100.
        """
        page: Page[T] = self._run(fetch_page(self._context, self._call, number, size))
        return page

    def __repr__(self) -> str:
        return f"Listing({self._call.path!r})"


class AsyncCarrier:
    """Carries calls awaiting.

    Args:
        run: Carries a conversation to its end.
        context: What the calls may touch.
        name: Whose calls they are.
    """

    def __init__(self, run: Callable[[Flow[Any]], Coroutine[Any, Any, Any]], context: ApiContext, name: str) -> None:
        self._run = run
        self._context = context
        self._name = name

    def operation(self, call: Callable[P, Call[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        """The call as an `async` function."""

        @wraps(call)
        async def operation(*args: P.args, **kwargs: P.kwargs) -> T:
            result: T = await self._run(perform(self._context, call(*args, **kwargs)))
            return result

        return operation

    def listing(self, call: ListCall[T]) -> AsyncListing[T]:
        """The list, for `async for`."""
        return AsyncListing(self._run, self._context, call)

    def __repr__(self) -> str:
        return self._name


class SyncCarrier:
    """Carries calls blocking; otherwise as `AsyncCarrier`."""

    def __init__(self, run: Callable[[Flow[Any]], Any], context: ApiContext, name: str) -> None:
        self._run = run
        self._context = context
        self._name = name

    def operation(self, call: Callable[P, Call[T]]) -> Callable[P, T]:
        """The call as a plain function."""

        @wraps(call)
        def operation(*args: P.args, **kwargs: P.kwargs) -> T:
            result: T = self._run(perform(self._context, call(*args, **kwargs)))
            return result

        return operation

    def listing(self, call: ListCall[T]) -> Listing[T]:
        """The list, for `for`."""
        return Listing(self._run, self._context, call)

    def __repr__(self) -> str:
        return self._name
