"""What the sign-in and sign-up forms show beside the view: labels, browser hints, problems and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from logto.server.pages.messages import Texts

KINDS: Final = ("username", "email", "phone")
_FIELDS: Final = ("identifier", "password")
_FIELD_OF: Final[Mapping[str, str]] = {
    "identifier_required": "identifier",
    "identifier_invalid": "identifier",
    "identifier_taken": "identifier",
    "password_required": "password",
    "password_too_short": "password",
    "device_code_required": "user_code",
    "device_code_unknown": "user_code",
}


@dataclass(frozen=True)
class Problem:
    """A message code, and the field to which it belongs ("" for the whole form)."""

    code: str
    field: str = ""


@dataclass(frozen=True)
class Mark:
    """How one field is marked: its own message code, whether it is wrong, the ids of what describes it."""

    code: str
    invalid: bool
    described_by: str


@dataclass(frozen=True)
class Control:
    """What a browser is told about the identifier field, for its keyboard and its filling in."""

    type: str
    autocomplete: str
    inputmode: str


_CONTROLS: Final[Mapping[str, Control]] = {
    "username": Control("text", "username", "text"),
    "email": Control("email", "email", "email"),
    "phone": Control("tel", "tel", "tel"),
}
_MIXED: Final = Control("text", "username", "text")


class Form:
    """One form as its template reads it."""

    def __init__(
        self, texts: Texts, identifiers: Sequence[str], identifier: str, problems: Sequence[Problem], length: int = 8
    ) -> None:
        kinds = tuple(kind for kind in KINDS if kind in identifiers) or KINDS
        listed = texts.identifiers(kinds)
        self.label = listed[0].upper() + listed[1:]
        self.control = _CONTROLS[kinds[0]] if len(kinds) == 1 else _MIXED
        self.problems = tuple(problems)
        self.values = {"what": listed, "length": length}
        # The summary takes the focus when there is one; else the first field that still waits to be filled in.
        self.focus = "" if problems else "password" if identifier else "identifier"

    def mark(self, field: str, hint: str = "") -> Mark:
        """How a field is marked; `hint` is the id of a text that always describes it."""
        return mark(self.problems, field, hint)


def mark(problems: Sequence[Problem], field: str, hint: str = "") -> Mark:
    """How a field is marked when there are these problems."""
    code = next((problem.code for problem in problems if problem.field == field), "")
    rejected = any(problem.code == "invalid_credentials" for problem in problems)
    described_by = [f"{field}-error"] if code else ["errors"] if rejected else []
    return Mark(code, bool(code) or rejected, " ".join([*described_by, hint] if hint else described_by))


def problems_of(error: str | None) -> tuple[Problem, ...]:
    """The one problem of a form, at the field that its code is about."""
    return (Problem(error, _FIELD_OF.get(error, "")),) if error else ()


def register_problems(errors: Mapping[str, str]) -> tuple[Problem, ...]:
    """The problems of a sign-up, in the order of the fields; those of no field come first."""
    problems = [Problem(code, field if field in _FIELDS else "") for field, code in errors.items()]
    return tuple(sorted(problems, key=lambda problem: ("", *_FIELDS).index(problem.field)))
