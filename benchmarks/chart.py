"""Bar charts as SVG, small enough to read: one group of bars for each figure, ours in colour."""

from collections.abc import Sequence
from html import escape

from .figure import Figure, is_ours, shown

WIDTH = 760
LABELS, VALUES = 190, 60
BAR, GAP, GROUP, TOP = 16, 4, 30, 56
OURS, FIELD, INK, QUIET = "#5d34f2", "#b9bfca", "#1b1b1f", "#6b7280"
FONT = "font-family='system-ui, sans-serif'"


def drawn(title: str, figures: Sequence[Figure]) -> str:
    """A chart of figures that have the same unit.

    Args:
        title: What it shows.
        figures: One group of bars each.
    """
    longest = max(value for figure in figures for value in figure.values.values())
    scale = (WIDTH - LABELS - VALUES) / longest
    unit = "counts" if figures[0].unit == "a count" else f"1 = {_plain(figures[0].unit)}"
    parts: list[str] = []
    y = TOP
    for figure in figures:
        parts.append(_text(16, y + 14, _plain(figure.what), weight="600"))
        y += GROUP - GAP
        for name, value in figure.values.items():
            parts += _bar(y, name, value, scale, figure)
            y += BAR + GAP
        y += GAP * 2
    return "\n".join(
        [
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {y + 8}' role='img' font-size='13' {FONT}>",
            f"<title>{escape(f'{title} ({unit}; shorter is better)')}</title>",
            f"<rect width='{WIDTH}' height='{y + 8}' rx='8' fill='#fff'/>",
            _text(16, 24, title, weight="700", size=16),
            _text(16, 43, f"{unit}; shorter is better", colour=QUIET),
            *parts,
            "</svg>",
            "",
        ]
    )


def _bar(y: int, name: str, value: float, scale: float, figure: Figure) -> list[str]:
    colour = OURS if is_ours(name) else FIELD
    width = max(1.0, value * scale)
    label = _text(LABELS - 8, y + 12.5, name, anchor="end", weight="600" if is_ours(name) else "400")
    bar = f"<rect x='{LABELS}' y='{y}' width='{width:.1f}' height='{BAR}' rx='2' fill='{colour}'/>"
    told = (
        f"{shown(value)} (goal ≤ {shown(figure.goal)})" if is_ours(name) and figure.goal is not None else shown(value)
    )
    inside = LABELS + width + 6 > WIDTH - VALUES
    place = (
        (LABELS + width - 6, "end", "#fff" if is_ours(name) else INK) if inside else (LABELS + width + 6, "start", INK)
    )
    return [label, bar, _text(place[0], y + 12.5, told, anchor=place[1], colour=place[2])]


def _plain(text: str) -> str:
    return text.replace("`", "")


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", weight: str = "400", size: int = 13, colour: str = INK
) -> str:
    where = f"x='{x:.1f}' y='{y:g}' text-anchor='{anchor}'"
    return f"<text {where} font-weight='{weight}' font-size='{size}' fill='{colour}'>{escape(text)}</text>"
