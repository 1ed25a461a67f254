"""Which of our languages a reader gets."""

from __future__ import annotations

from typing import Literal, get_args

Locale = Literal["en", "fr"]
LOCALES: tuple[Locale, ...] = get_args(Locale)
DEFAULT: Locale = "en"

_MAX_LENGTH = 1_000  # characters read of a preference; a longer tail is ignored
_MAX_RANGES = 20


def negotiate(ui_locales: str | None, accept_language: str | None) -> Locale:
    """The first language that a reader prefers and we have: `ui_locales` wins over `Accept-Language`.

    An unreadable preference is passed over; nothing that is sent here raises.
    """
    wanted = (ui_locales or "")[:_MAX_LENGTH].split()[:_MAX_RANGES]
    for language_range in [*wanted, *_by_quality(accept_language or "")]:
        found = _lookup(language_range)
        if found is not None:
            return found
    return DEFAULT


def _lookup(language_range: str) -> Locale | None:
    # RFC 4647 3.4 cuts a range from its end until a tag fits; ours are bare languages, so only the first subtag counts.
    primary = language_range.split("-", 1)[0].lower()
    return next((locale for locale in LOCALES if locale == primary), None)


def _by_quality(accept_language: str) -> list[str]:
    ranges = []
    for item in accept_language[:_MAX_LENGTH].split(",")[:_MAX_RANGES]:
        name, _, parameters = item.partition(";")
        quality = _quality(parameters)
        if quality > 0:  # RFC 9110 12.4.2: zero means "not acceptable"
            ranges.append((quality, name.strip()))
    return [name for _, name in sorted(ranges, key=lambda entry: -entry[0])]


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if name.strip().lower() == "q" and 0 <= quality <= 1 else 0.0
