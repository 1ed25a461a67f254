"""Reading the JSON body of a call: known members only, each checked, nothing that could not be stored."""

import math
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from logto.server import identifiers
from logto.server.errors import ApiError
from logto.server.seed_checks import is_object, is_web_url

Check = Callable[[Any], bool]
Fields = Mapping[str, Check]

MAX_DEPTH = 32
LATEST = 253_402_300_799_000  # the end of the year 9999, in milliseconds
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def read(given: Any, fields: Fields, required: Collection[str] = ()) -> dict[str, Any]:
    """Return the members that `fields` names and the body has; others mean nothing, as on the real server.

    Raises: ApiError (guard.invalid_input) naming the first wrong place.
    """
    members = {} if given is None else given
    if not is_object(members):
        raise invalid([], "an object is expected")
    place = _unstorable(members, MAX_DEPTH)
    if place is not None:
        raise invalid(place, "this cannot be stored")
    for name in required:
        if name not in members:
            raise invalid([name], "is required")
    found = {name: members[name] for name in fields if name in members}
    for name, value in found.items():
        if not fields[name](value):
            raise invalid([name], "is not what is expected here")
    return found


def invalid(place: list[str | int], reason: str) -> ApiError:
    """Return the refusal of an input, which names the place and does not repeat the value."""
    shown = ".".join(str(step) for step in place) or "the body"
    issue = {"path": place, "message": reason}
    return ApiError("guard.invalid_input", 400, {"issues": [issue]}, f"{shown}: {reason}")


def bad_request(details: str, status: int = 400) -> ApiError:
    """Return the refusal of an input that is well-formed and yet makes no sense."""
    return ApiError("request.invalid_input", status, details=details)


def _unstorable(value: Any, depth: int) -> list[str | int] | None:
    """Return where something stands that JSON or a database has no place for."""
    if isinstance(value, str):
        return [] if not _is_clean(value) else None
    if isinstance(value, float):
        return None if math.isfinite(value) else []
    if not isinstance(value, (dict, list)):
        return None
    if depth == 0:
        return []
    for step, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(step, str) and not _is_clean(step):
            return []
        below = _unstorable(item, depth - 1)
        if below is not None:
            return [step, *below]
    return None


def _is_clean(value: str) -> bool:
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def is_flag(value: Any) -> bool:
    """Tell whether it is true or false."""
    return isinstance(value, bool)


def is_json_object(value: Any) -> bool:
    """Tell whether it is an object."""
    return isinstance(value, dict)


def text(longest: int, shortest: int = 0) -> Check:
    """Return the check for a text of so many characters."""
    return lambda value: isinstance(value, str) and shortest <= len(value) <= longest


def nullable(accepts: Check) -> Check:
    """Return the check that lets null pass as well."""
    return lambda value: value is None or accepts(value)


def clearable(accepts: Check) -> Check:
    """Return the check that lets null and the empty text pass as well: both take a value away."""
    return lambda value: value is None or value == "" or accepts(value)


def one_of(*known: str) -> Check:
    """Return the check for one of some texts."""
    return lambda value: isinstance(value, str) and value in known


def list_of(accepts: Check, *, shortest: int = 0) -> Check:
    """Return the check for a list whose items all pass."""
    return lambda value: isinstance(value, list) and len(value) >= shortest and all(accepts(item) for item in value)


def object_of(fields: Fields) -> Check:
    """Return the check for an object whose members are all known and right."""
    return lambda value: (
        isinstance(value, dict) and all(name in fields and fields[name](item) for name, item in value.items())
    )


def whole(lowest: int, highest: int) -> Check:
    """Return the check for a whole number within bounds."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def is_username(value: Any) -> bool:
    """Tell whether it may be a username."""
    return isinstance(value, str) and identifiers.is_valid("username", value)


def is_email(value: Any) -> bool:
    """Tell whether it may be an email address."""
    return isinstance(value, str) and len(value) <= 128 and _EMAIL.fullmatch(value) is not None


def is_phone(value: Any) -> bool:
    """Tell whether it may be a phone number: digits only."""
    return isinstance(value, str) and identifiers.is_valid("phone", value)


def is_link(value: Any) -> bool:
    """Tell whether it may be the address of a picture."""
    return is_web_url(value) and len(value) <= 2048


IDS = list_of(text(64, 1))
SOME_IDS = list_of(text(64, 1), shortest=1)
MOMENT = whole(0, LATEST)
