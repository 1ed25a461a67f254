"""What the things that Logto's own APIs tell of have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

T = TypeVar("T")


class NotGiven(Enum):
    """That an argument was not given, where None would mean: take the value away."""

    NOT_GIVEN = "not given"

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven.NOT_GIVEN
"""The default of an argument that changes nothing unless it is given."""

Moment: TypeAlias = datetime | int
"""A `datetime` that knows its time zone, or milliseconds since 1970."""


class Told(BaseModel):
    """Members in Python's spelling; those that have no field here are kept, in Logto's."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="allow", frozen=True, defer_build=True
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        # Only what is known to be no secret: nobody knows what a member is that we do not.
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if field.repr and value is not None:
                yield name, value


class Page(Generic[T]):
    """One page of a list.

    Attributes:
        items: What is on it.
        total: How many there are on all pages; None where the server does not say.
        number: Which one it is; pages count from 1.
        size: How many items a full one has.
    """

    __slots__ = ("items", "number", "size", "total")

    def __init__(self, items: list[T], *, total: int | None, number: int, size: int) -> None:
        self.items = items
        self.total = total
        self.number = number
        self.size = size

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"Page(number={self.number}, size={self.size}, total={self.total}, items={self.items!r})"


LATEST = 253_402_300_799_999
"""The last millisecond of the year 9999, the last that a `datetime` can be."""


def moment(milliseconds: int | None) -> datetime | None:
    """A time as Logto's APIs write it, as a `datetime` in UTC; None for none, or for one that no `datetime` can be."""
    if milliseconds is None or not 0 <= milliseconds <= LATEST:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
