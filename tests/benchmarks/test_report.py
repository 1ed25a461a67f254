"""The report: table, page and charts."""

import pytest

from benchmarks import chart, page, table
from benchmarks.figure import OURS, PUBLISHED, Figure, shown

REACHED = Figure("import", "the published package's time", {OURS: 0.25, PUBLISHED: 1.0}, 0.35, "import")
MISSED = Figure("claims", "a count", {OURS: 2.0, f"{OURS} (LogtoSyncClient)": 1.0, PUBLISHED: 50.0}, 1)


def test_a_goal_is_met_by_all_of_ours():
    """One of our ways to do it that exceeds the goal misses it; the field's values do not matter."""
    assert REACHED.met is True
    assert MISSED.met is False
    assert Figure("size", "a count", {OURS: 2.0}).met is None


def test_the_table_shows_ours_and_the_field():
    """A row has the quantity, its unit, our value, the field's and the goal."""
    rows = table.as_markdown([REACHED, MISSED]).splitlines()

    assert rows[2] == "| import | the published package's time | 0.25 | 1 | ≤ 0.35, met |"
    assert rows[3] == "| claims | a count | logto 2, logto (LogtoSyncClient) 1 | 50 | ≤ 1, MISSED |"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (50.0, "50"), (0.0123, "0.012"), (1.005, "1.00"), (12.34, "12.3"), (3456.7, "3457")]
)
def test_values_have_the_digits_that_mean_something(value, text):
    """Counts have no decimals, ratios two or three significant digits."""
    assert shown(value) == text


def test_a_chart_draws_each_value_to_scale():
    """Each contender has a bar as long as its value, and names are escaped."""
    svg = chart.drawn("A < B", [REACHED])

    assert "A &lt; B" in svg
    assert "width='510.0'" in svg
    assert "width='127.5'" in svg
    assert "0.25 (goal ≤ 0.35)" in svg


def test_the_page_keeps_what_is_around_its_figures(tmp_path, monkeypatch):
    """Only what stands between the marks is replaced, as often as the page is written."""
    monkeypatch.setattr(page, "TITLES", {"import": "Import"})
    written = tmp_path / "performance.md"
    written.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n", encoding="utf-8")

    for _ in range(2):
        page.write(written, tmp_path / "charts", [REACHED])

    text = written.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert text.count("| import |") == 1
    assert (tmp_path / "charts" / "import.svg").read_text(encoding="utf-8").startswith("<svg")
