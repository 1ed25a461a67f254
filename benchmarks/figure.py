"""One line of the report: a quantity, ours beside the field's, and the goal."""

from dataclasses import asdict, dataclass, field
from typing import Any

OURS = "logto"
PUBLISHED = "logto 0.2.1"


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, in one unit; less is better.

    Args:
        what: The quantity.
        unit: What a value counts, or what 1.0 is.
        values: By contender; ours under `OURS`, or under a name that begins with it.
        goal: The value that none of ours may exceed; None where PERFORMANCE names none.
        chart: The drawing in which it is a group of bars; None for none.
    """

    what: str
    unit: str
    values: dict[str, float]
    goal: float | None = None
    chart: str | None = field(default=None)

    @property
    def ours(self) -> dict[str, float]:
        """Our own values: one, or one for each way to do it."""
        return {name: value for name, value in self.values.items() if is_ours(name)}

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        return None if self.goal is None else all(value <= self.goal for value in self.ours.values())

    def as_json(self) -> dict[str, Any]:
        """What is kept in the results file."""
        return {**asdict(self), "met": self.met}


def is_ours(name: str) -> bool:
    """Whether a contender is this package."""
    return name != PUBLISHED and name.startswith(OURS)


def shown(value: float) -> str:
    """A value with as many digits as mean something here."""
    if value == int(value) and abs(value) < 10_000:
        return str(int(value))
    if abs(value) >= 100:
        return f"{value:.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"
