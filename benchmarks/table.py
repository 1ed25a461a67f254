"""The report as a table: for a terminal, and for a page."""

from collections.abc import Iterable

from .figure import PUBLISHED, Figure, is_ours, shown

HEADINGS = ("what", "1 is", "logto", "the field", "goal")


def as_text(figures: Iterable[Figure]) -> str:
    """Columns for a terminal."""
    rows = [HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def as_markdown(figures: Iterable[Figure]) -> str:
    """A table for a page."""
    rows = [HEADINGS, tuple("---" for _ in HEADINGS), *(_cells(figure) for figure in figures)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def _cells(figure: Figure) -> tuple[str, ...]:
    ours = figure.ours
    field = {name: value for name, value in figure.values.items() if not is_ours(name)}
    return (figure.what, figure.unit, _values(ours), _values(field), _goal(figure))


def _values(values: dict[str, float]) -> str:
    if set(values) == {"logto"} or set(values) == {PUBLISHED}:
        return shown(next(iter(values.values())))
    return ", ".join(f"{name.removeprefix('logto: ')} {shown(value)}" for name, value in values.items())


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"≤ {shown(figure.goal)}, {'met' if figure.met else 'MISSED'}"
