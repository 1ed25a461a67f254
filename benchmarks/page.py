"""What docs/performance.md shows: the table between two marks, and the charts beside it."""

from collections.abc import Sequence
from pathlib import Path

from . import chart, table
from .figure import Figure

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
TITLES = {
    "import": "Import: processor time",
    "claims": "getIdTokenClaims(): processor time",
    "callback": "Sign-in callback of a warm client",
    "stall": "Event loop stands still while the key endpoint is slow",
    "refresh": "Tasks that need a new token of one session at once",
    "verification": "Verification of an unseen token: processor time",
}
"""The charts, by the name that their figures have."""


def write(page: Path, charts: Path, figures: Sequence[Figure]) -> None:
    """Put the figures into the page, and draw their charts.

    Args:
        page: Has the two marks; what is between them is replaced.
        charts: The folder of the drawings.
        figures: All of them: a run of some rows is not written.
    """
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{table.as_markdown(figures)}\n\n{END}{after}", encoding="utf-8")
    charts.mkdir(exist_ok=True)
    for name, title in TITLES.items():
        shown = [figure for figure in figures if figure.chart == name]
        (charts / f"{name}.svg").write_text(chart.drawn(title, shown), encoding="utf-8")
