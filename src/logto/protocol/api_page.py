"""Lists of Logto's own APIs: `page`, `page_size`, and a header that says how many items there are (LOGTO.md 5.5)."""

from __future__ import annotations

from typing import Any, TypeVar

from ..errors import ConfigurationError
from ..models.api import Page
from .api_call import Call, ListCall, items_of
from .http import HttpRequest, HttpResponse

T = TypeVar("T")

LARGEST = 100
"""The most items that a page may have."""

_MOST_DIGITS = 12


def page_call(listed: ListCall[T], number: int, size: int) -> Call[Page[T]]:
    """The call for one page of a list; of a list without pages, for all of it.

    Args:
        listed: The list.
        number: Which page, from 1.
        size: How many items on each.

    Raises:
        ConfigurationError: There is no such page.
    """
    wanted: tuple[tuple[str, object, int], ...] = (("number", number, 10**9), ("size", size, LARGEST))
    for name, value, highest in wanted:
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= highest:
            raise ConfigurationError(
                f"The {name} of a page is a whole number from 1 to {highest}.",
                hint=f"A page has at most {LARGEST} items; pages count from 1.",
                code="configuration.argument",
            )

    def read(request: HttpRequest, response: HttpResponse) -> Page[T]:
        items = items_of(request, response, listed.member, listed.item)
        total = _total(response) if listed.paged else len(items)
        return Page(items, total=total, number=number, size=size)

    query: dict[str, Any] = {**listed.query}
    if listed.paged:
        query |= {"page": number, "page_size": size}
    return Call("GET", listed.path, read, query=query, headers=listed.headers)


def _total(response: HttpResponse) -> int | None:
    value = response.headers.get("total-number", "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS else None
