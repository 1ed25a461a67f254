"""What a member of a seed file or fault file may be, and how a wrong one is named."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

Check = Callable[[Any], bool]
Fields = Mapping[str, tuple[Check, Any]]


class SeedError(Exception):
    """A seed file or fault file that cannot be used; the text is one line that names the place in it."""


def is_text(value: Any) -> bool:
    """Tell whether it is printable text of a sane length."""
    return isinstance(value, str) and 0 < len(value) <= 4096 and value.isprintable()


def is_flag(value: Any) -> bool:
    """Tell whether it is true or false."""
    return isinstance(value, bool)


def is_seconds(value: Any) -> bool:
    """Tell whether it is a lifetime: JWTs count in whole seconds, so one is the least."""
    return is_number(value) and 1 <= value < 10**10


def is_days(value: Any) -> bool:
    """Tell whether it is a number of days, or a part of one."""
    return is_number(value) and 0 < value < 10**5


def is_window(value: Any) -> bool:
    """Tell whether it is a number of seconds that may be none."""
    return is_number(value) and 0 <= value < 10**10


def is_number(value: Any) -> bool:
    """Tell whether it is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_web_url(value: Any) -> bool:
    """Tell whether it is an absolute http(s) URL without credentials and fragment."""
    try:
        parts = urlsplit(value) if is_text(value) else None
        return parts is not None and _is_plain_web(parts)
    except ValueError:
        return False


def _is_plain_web(parts: SplitResult) -> bool:
    _ = parts.port  # reading it is what finds a malformed one
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and not parts.fragment


def is_count(value: Any) -> bool:
    """Tell whether it is a whole number above zero."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def is_status(value: Any) -> bool:
    """Tell whether it is the status of an HTTP answer."""
    return is_count(value) and 200 <= value <= 599


def is_list(value: Any) -> bool:
    """Tell whether it is a list."""
    return isinstance(value, list)


def is_object(value: Any) -> bool:
    """Tell whether it is an object with text for names."""
    return isinstance(value, dict) and all(isinstance(name, str) for name in value)


def is_texts(value: Any) -> bool:
    """Tell whether it is a list of texts."""
    return isinstance(value, list) and all(is_text(item) for item in value)


def is_texts_by_name(value: Any) -> bool:
    """Tell whether it is an object of lists of texts."""
    return is_object(value) and all(is_texts(item) for item in value.values())


def is_headers(value: Any) -> bool:
    """Tell whether it is an object of texts."""
    return is_object(value) and all(is_text(item) for item in value.values())


def is_application_type(value: Any) -> bool:
    """Tell whether it is a type of application."""
    return value in ("Traditional", "SPA", "Native", "MachineToMachine")


def is_role_type(value: Any) -> bool:
    """Tell whether it is a type of role."""
    return value in ("User", "MachineToMachine")


def is_scopes(value: Any) -> bool:
    """Tell whether it is a list of scopes, each a name or an object with one."""
    named = [item.get("name") if isinstance(item, dict) else item for item in value] if isinstance(value, list) else []
    return isinstance(value, list) and all(is_text(name) and " " not in str(name) for name in named)


_EXPECTED: dict[Check, str] = {
    is_text: "text",
    is_flag: "true or false",
    is_seconds: "a number of seconds, at least 1,",
    is_days: "a number of days",
    is_window: "a number of seconds",
    is_number: "a number",
    is_count: "a whole number above zero",
    is_status: "an HTTP status from 200 to 599",
    is_list: "a list",
    is_headers: "an object with texts",
    is_web_url: "an absolute http(s) URL without credentials and #",
    is_object: "an object",
    is_texts: "a list of texts",
    is_texts_by_name: "an object with lists of texts",
    is_application_type: "Traditional, SPA, Native or MachineToMachine",
    is_role_type: "User or MachineToMachine",
    is_scopes: "a list of scope names without spaces",
}


def member(path: str, members: Mapping[str, Any], name: str, accepts: Check, default: Any) -> Any:
    """Return a member that passes its check, or its default; `...` for a default means that it must be there.

    Raises: SeedError.
    """
    value = members.get(name)
    if value is None:
        if default is ...:
            raise SeedError(f"{path}.{name}: is missing")
        return default
    if not accepts(value):
        raise SeedError(f"{path}.{name}: {_EXPECTED[accepts]} is expected, not {name_of(value)}")
    return value


def an_object(path: str, value: Any) -> dict[str, Any]:
    """Return a copy of an object.

    Raises: SeedError.
    """
    if not is_object(value):
        raise SeedError(f"{path}: an object is expected, not {name_of(value)}")
    return dict(value)


def only_known(prefix: str, members: Mapping[str, Any], names: Iterable[str]) -> None:
    """Refuse a member that means nothing.

    Raises: SeedError.
    """
    for name in members:
        if name not in names:
            raise SeedError(f"{prefix}{name}: is not known here; known are {', '.join(names)}")


def name_of(value: Any) -> str:
    """Return what a wrong value is called in a message, which does not repeat it: it may be a secret."""
    if value is None or value == "":
        return "nothing"
    kinds = {bool: "true or false", str: "this text", int: "a number", float: "a number", list: "a list"}
    return kinds.get(type(value), "an object" if isinstance(value, dict) else "this value")
