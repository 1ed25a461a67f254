"""JSON read without kindness: what two readers could understand differently is refused (RFC 8725, 2.6; RFC 8259, 4)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import chain
from typing import Any

MAX_DEPTH = 100
"""Arrays and objects within one another. Whatever reads the value later may recurse as deep, and must not fail."""

MAX_VALUES = 60_000
"""Values altogether: a mebibyte of more, empty arrays or single digits, would keep the event loop busy for long."""

MAX_DIGITS = 100
"""Digits of an integer: more than any honest one has, few enough for a float to hold it."""


def parse_object(text: bytes) -> dict[str, Any]:
    """The JSON object that the bytes are.

    Raises:
        ValueError: They are not one, or not one to trust: as `parse_value`.
    """
    value = parse_value(text)
    if not isinstance(value, dict):
        raise _RefusedError("is not a JSON object")
    return value


def parse_value(text: bytes) -> Any:
    """What the bytes say in JSON, be it an object, a list or a single value.

    Raises:
        ValueError: They are not JSON in UTF-8, or hold duplicate members, lone surrogates, numbers without an exact or
            finite value, or more than `MAX_DEPTH` levels. The message quotes nothing of them.
    """
    containers = text.count(b"{") + text.count(b"[")
    if containers + text.count(b",") > MAX_VALUES:
        raise _RefusedError("has too many values")
    try:
        string = text.decode()
        value = _DECODER.decode(string)
    except _RefusedError:
        raise
    except (ValueError, RecursionError):  # JSON and UTF-8 errors are ValueErrors, and carry the whole text with them
        raise ValueError("is not JSON in UTF-8") from None
    if "\\u" in string and not all(_is_text(node) for level in _levels(value) for node in level):
        raise _RefusedError("has half a surrogate pair in a string")
    # No text has more levels than opening brackets, and few have so many.
    if containers > MAX_DEPTH and sum(1 for _ in _levels(value)) > MAX_DEPTH + 1:
        raise _RefusedError("is nested too deeply")
    return value


class _RefusedError(ValueError):
    """JSON, but of a kind that is refused."""


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise _RefusedError("has a member twice")
    return value


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _RefusedError("has an integer of too many digits")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):  # such as 1e999
        raise _RefusedError("has a number without a finite value")
    return value


def _constant(name: str) -> float:
    raise _RefusedError(f"has the number {name}, which JSON does not know")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant)


def _levels(value: Any) -> Iterator[list[Any]]:
    """What stands at each level of nesting, members' names included; without recursion, whatever the depth."""
    level = [value]
    while level:
        yield level
        level = [
            inner
            for node in level
            if isinstance(node, (dict, list))
            for inner in (chain(node, node.values()) if isinstance(node, dict) else node)
        ]


def _is_text(node: object) -> bool:
    try:
        return not isinstance(node, str) or node.encode() is not None
    except UnicodeEncodeError:  # half a surrogate pair, which no UTF-8 can hold
        return False
