"""A signed-in page of each framework, in units of a bare route of the same framework."""

from ..figure import OURS, PUBLISHED, Figure
from ..interleave import least
from ..settings import SOURCE, Settings
from ..side import Side

FRAMEWORKS = ("Flask", "Quart", "Django", "Starlette", "FastAPI")
GOALS = {"store": 1.25, "cookies": 2.2}
"""PERFORMANCE names them for Flask."""
CALLS = 25
ROUNDS = 12
"""A round is short: so many times the usual."""


def measure(settings: Settings) -> list[Figure]:
    """Processor time of a request of somebody who is signed in, and was here a moment ago."""
    rounds = settings.times(settings.rounds * ROUNDS)
    with Side(settings.published, "guide_page") as published:
        guide = published("measure", rounds=rounds, calls=settings.times(CALLS))
    figures = []
    with Side(settings.server, "pages", path=SOURCE) as side:
        for framework in FRAMEWORKS:
            samples = side("measure", framework=framework, rounds=rounds, calls=settings.times(CALLS))
            for kind, goal in GOALS.items():
                (name,) = (name for name in samples if name.endswith(f"{kind})"))
                values = {OURS: least(samples, name, "bare")}
                if framework == "Flask":
                    values[PUBLISHED] = least(guide, "guide", "bare")
                what = f"signed-in page in {framework}, sessions in {'a store' if kind == 'store' else kind}"
                figures.append(Figure(what, "a bare route", values, goal if framework == "Flask" else None))
    return figures
