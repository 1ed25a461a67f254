"""The parameters of one request: every name once, unless it may be repeated."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from .errors import invalid_request

MAX_PARAMETERS = 100
REPEATABLE = ("resource",)


class Params:
    """Names and their values, as they came in a query, a form or a JSON object."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        self._values = {name: list(found) for name, found in values.items()}

    @classmethod
    def parse(cls, encoded: str) -> "Params":
        """Read `application/x-www-form-urlencoded` text.

        Raises: OidcError (invalid_request) for anything malformed.
        """
        try:
            pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=MAX_PARAMETERS, errors="strict")
        except ValueError as error:
            raise invalid_request("the parameters could not be read") from error
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(value)
        return cls._checked(values)

    @classmethod
    def from_json(cls, data: Any) -> "Params":
        """Read a JSON object of texts, as the token endpoint accepts it (LOGTO.md 3.2)."""
        if not isinstance(data, dict) or len(data) > MAX_PARAMETERS:
            raise invalid_request("the body must be an object of texts")
        values = {name: value if isinstance(value, list) else [value] for name, value in data.items()}
        if not all(isinstance(item, str) for found in values.values() for item in found):
            raise invalid_request("the body must be an object of texts")
        return cls._checked(values)

    @classmethod
    def _checked(cls, values: dict[str, list[str]]) -> "Params":
        for text in (*values, *(value for found in values.values() for value in found)):
            # NUL and lone surrogates can be stored nowhere and compared with nothing.
            if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
                raise invalid_request("the parameters could not be read")
        return cls(values)

    def get(self, name: str) -> str | None:
        """Return the value of a parameter; an empty one counts as absent (RFC 6749 3.1)."""
        found = self._values.get(name)
        return (found[0] or None) if found else None

    def all(self, name: str) -> list[str]:
        """Return every value of a parameter that may be repeated."""
        return [value for value in self._values.get(name, []) if value]

    def refuse_duplicates(self) -> None:
        """Refuse a parameter that is there twice (RFC 6749 3.1).

        Raises: OidcError (invalid_request).
        """
        for name, found in self._values.items():
            if len(found) > 1 and name not in REPEATABLE:
                shown = name if name.isascii() and name.isprintable() and len(name) <= 64 else "a"
                raise invalid_request(f"'{shown}' parameter must not be provided twice")

    def as_dict(self) -> dict[str, list[str]]:
        """Return names and values, to be stored."""
        return self._values
