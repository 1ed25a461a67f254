"""What a person types to say who they are: a username, an email address or a phone number."""

import re

from .store.users import IDENTIFIERS

_USERNAME = re.compile(r"[A-Za-z_]\w{0,127}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\d{6,15}", re.ASCII)
_PATTERNS = {"username": _USERNAME, "email": _EMAIL, "phone": _PHONE}
_PHONE_PUNCTUATION = str.maketrans("", "", " -().")
KINDS = tuple(IDENTIFIERS)
MAXIMUM = 256


def normal(kind: str, value: str) -> str:
    """Return the form in which an identifier is stored and compared."""
    value = value.strip()
    return value.translate(_PHONE_PUNCTUATION).removeprefix("+") if kind == "phone" else value


def is_valid(kind: str, value: str) -> bool:
    """Tell whether a normal identifier may be given to a new user."""
    return len(value) <= MAXIMUM and _PATTERNS[kind].fullmatch(value) is not None


def guess(value: str, allowed: tuple[str, ...]) -> str | None:
    """Return which of the allowed kinds a text is, by its look; None if it is none of them."""
    plain = "phone" if _PHONE.fullmatch(normal("phone", value)) else "username"
    kind = "email" if "@" in value else plain
    if kind in allowed:
        return kind
    return allowed[0] if len(allowed) == 1 else None
