"""JSON that cannot be changed: what several requests read must not carry from one to the next what one of them wrote."""

from __future__ import annotations

from typing import Any, NoReturn, SupportsIndex, TypeVar, cast

from pydantic import BaseModel

T = TypeVar("T")


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise TypeError("Claims are read-only, because other requests see the same ones: change a copy, such as list(…).")


class FixedList(list[Any]):
    """A list that stays as it is; a copy of it is a plain list."""

    append = extend = insert = remove = pop = clear = sort = reverse = _refuse
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse

    def __reduce_ex__(self, _protocol: SupportsIndex) -> tuple[Any, ...]:
        return list, (list(self),)


class FixedDict(dict[str, Any]):
    """A dictionary that stays as it is; a copy of it is a plain one."""

    clear = pop = popitem = setdefault = update = _refuse
    __setitem__ = __delitem__ = __ior__ = _refuse

    def __reduce_ex__(self, _protocol: SupportsIndex) -> tuple[Any, ...]:
        return dict, (dict(self),)


_PLAIN = frozenset({str, int, float, bool, type(None)})


def fixed(value: T) -> T:
    """A value that compares, prints and is written as it was, and cannot be changed.

    Args:
        value: JSON, or a model, which must be the caller's own: its members are exchanged, frozen or not.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value  # most of them
    if kind is list:
        return cast("T", FixedList(map(fixed, cast("list[Any]", value))))
    if kind is dict:
        return cast("T", FixedDict({name: fixed(member) for name, member in cast("dict[str, Any]", value).items()}))
    if issubclass(kind, BaseModel):
        # What was not set is a default, and no default can be changed.
        members = vars(value)
        for name in cast("BaseModel", value).model_fields_set:
            if name in members and members[name].__class__ not in _PLAIN:
                members[name] = fixed(members[name])
        extra = cast("BaseModel", value).__pydantic_extra__
        if extra:
            object.__setattr__(value, "__pydantic_extra__", fixed(extra))  # the model is frozen
    return value
