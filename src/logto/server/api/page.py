"""Lists: which part of one is asked for, and the headers that say how much there is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Row, Select

from logto.server.errors import ApiError
from logto.server.exchange import Exchange
from logto.server.store import rows

from .call import Answer, Call

DEFAULT_SIZE = 20
LARGEST = 100
_LAST_PAGE = 10**9

Shape = Callable[[Row[Any]], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """A part of a list; pages count from 1."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.size


def listed(call: Call, query: Select[Any], shape: Shape, *, optional: bool = False) -> Answer:
    """Return a page of a query's rows; with `optional` all of them unless a page is asked for."""
    page = asked(call.exchange, optional=optional)
    if page is None:
        return Answer(200, [shape(row) for row in rows.every(call.db, query)])
    total = rows.count(call.db, query)
    found = rows.part(call.db, query, page.offset, page.size)
    return Answer(200, [shape(row) for row in found], _headers(call.exchange, page, total))


def ended(was_there: bool) -> Answer:
    """Return the answer to a deletion.

    Raises: ApiError (entity.not_found).
    """
    if not was_there:
        raise ApiError("entity.not_found", 404)
    return Answer(204)


def asked(exchange: Exchange, *, optional: bool) -> Page | None:
    """Return the page that the query names.

    Raises: ApiError (guard.invalid_pagination).
    """
    number, size = exchange.query.get("page"), exchange.query.get("page_size")
    if optional and number is None and size is None:
        return None
    return Page(_number(number, 1, _LAST_PAGE), _number(size, DEFAULT_SIZE, LARGEST))


def _number(given: str | None, usual: int, highest: int) -> int:
    if given is None:
        return usual
    if not (given.isascii() and given.isdecimal() and len(given) <= 10 and 1 <= int(given) <= highest):
        raise ApiError("guard.invalid_pagination", 400)
    return int(given)


def _headers(exchange: Exchange, page: Page, total: int) -> dict[str, str]:
    last = max(1, -(-total // page.size))
    relations = {"first": 1}
    if page.number > 1:
        relations["prev"] = page.number - 1
    if page.number < last:
        relations["next"] = page.number + 1
    relations["last"] = last
    links = (f'<{_address(exchange, number)}>; rel="{name}"' for name, number in relations.items())
    return {"Total-Number": str(total), "Link": ", ".join(links)}


def _address(exchange: Exchange, number: int) -> str:
    kept = [(name, value) for name, found in exchange.query.as_dict().items() if name != "page" for value in found]
    query = urlencode([*kept, ("page", str(number))])
    return f"{exchange.base}{exchange.request.scope['raw_path'].decode('ascii')}?{query}"
