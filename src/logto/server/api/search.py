"""Searching a list: `search=%text%` by columns, and `q=text` for whatever contains it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, or_

from logto.server.exchange import Exchange

from .body import bad_request

Columns = Mapping[str, Column[Any]]

MODES = ("like", "exact")
JOINTS = {"or": or_, "and": and_}
LONGEST = 256


def matching(exchange: Exchange, columns: Columns) -> list[ColumnElement[bool]]:
    """Return the condition of `search`, `search.<column>`, `mode`, `joint` and `isCaseSensitive`, if there is one.

    The real server's modes with regular expressions are refused.
    Raises: ApiError (request.invalid_input).
    """
    query = exchange.query
    joint = (query.get("joint") or query.get("jointMode") or "or").lower()
    if joint not in JOINTS:
        raise bad_request("`joint` is one of: or, and")
    conditions = []
    for name, values in query.as_dict().items():
        if name != "search" and not name.startswith("search."):
            continue
        field = name.removeprefix("search").removeprefix(".")
        if field and field not in columns:
            raise bad_request(f"only these can be searched: {', '.join(columns)}")
        compared = [columns[field]] if field else list(columns.values())
        mode = _mode(exchange, field)
        conditions.append(or_(*(_compared(exchange, column, mode, values) for column in compared)))
    return [JOINTS[joint](*conditions)] if conditions else []


def containing(exchange: Exchange, *columns: Column[Any]) -> list[ColumnElement[bool]]:
    """Return the condition of `q`, if there is one."""
    text = exchange.query.get("q")
    if text is None:
        return []
    if len(text) > LONGEST:
        raise bad_request(f"`q` has at most {LONGEST} characters")
    return [or_(*(column.icontains(text, autoescape=True) for column in columns))]


def _mode(exchange: Exchange, field: str) -> str:
    mode = exchange.query.get(f"mode.{field}") if field else None
    mode = mode or exchange.query.get("mode") or "like"
    if mode not in MODES:
        raise bad_request(f"`mode` is one of: {', '.join(MODES)}")
    return mode


def _compared(exchange: Exchange, column: Column[Any], mode: str, values: list[str]) -> ColumnElement[bool]:
    if not all(0 < len(value) <= LONGEST for value in values):
        raise bad_request(f"a search has 1 to {LONGEST} characters")
    if mode == "exact":
        return column.in_(values)
    if len(values) > 1:
        raise bad_request("several values can be searched for only with mode=exact")
    sensitive = (exchange.query.get("isCaseSensitive") or "").lower() in ("true", "1", "yes")
    return column.like(values[0]) if sensitive else column.ilike(values[0])
