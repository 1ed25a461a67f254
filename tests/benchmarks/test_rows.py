"""Each row of `make bench`, once, with counts so small that its figures say nothing but that it works."""

import math
import sys
from functools import cache

import pytest

from benchmarks.figure import OURS, Figure
from benchmarks.rows import ROWS
from benchmarks.settings import Settings

# The guide's program runs under either package, so here ours plays the published one's part as well, which needs no
# other environment; of the JOSE libraries, the one that local Logto signs with is here.
TINY = Settings(
    ours=sys.executable,
    published=sys.executable,
    jose=sys.executable,
    libraries=("joserfc",),
    herds=(),
    rounds=1,
    effort=0.04,
    slow_keys=0.05,
)


@cache
def measured(name: str) -> list[Figure]:
    """A row's figures; measured once, however many tests look at them."""
    return ROWS[name](TINY)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_yields_finite_figures(name):
    """A row measures ours at least once, and each of its values is a finite number."""
    figures = measured(name)

    values = [value for figure in figures for value in figure.values.values()]
    assert all(figure.ours for figure in figures)
    assert values
    assert [value for value in values if not math.isfinite(value)] == []


def test_what_is_counted_does_not_depend_on_the_machine():
    """Concurrent tasks of one session make one token request, and a provider that forgives no reuse does not end it."""
    counted = {figure.what: figure.values[OURS] for figure in measured("refresh")}

    assert list(counted.values()) == [1, 0, 1, 0, 0]


def test_an_api_asks_its_provider_as_often_as_it_must():
    """A cold herd asks once, a flood of unknown keys a few times, and a rotated key is accepted at once."""
    counted = [figure.values[OURS] for figure in measured("apis") if figure.unit == "a count"]

    assert counted[:2] == [1, 1]
    assert 2 <= counted[2] <= 4
    assert counted[3:] == [0]


@pytest.mark.parametrize("framework", ["Flask", "Quart", "Django", "Starlette", "FastAPI"])
def test_a_page_of_each_framework_is_measured_with_either_home_of_its_sessions(framework):
    """There is a figure for sessions in a store and one for sessions in cookies; whoever is not greeted by name fails it."""
    pages = [figure for figure in measured("pages") if f"page in {framework}," in figure.what]

    assert [figure.what.rpartition(" ")[2] for figure in pages] == ["store", "cookies"]
