"""A protected FastAPI route, in units of the same route bare."""

from ..figure import Figure
from ..interleave import least
from ..settings import SOURCE, Settings
from ..side import Side

CALLS = 200
ROUNDS = 3


def measure(settings: Settings) -> list[Figure]:
    """Processor time of a request whose token was seen before."""
    with Side(settings.jose, "api_route", path=SOURCE) as side:
        rounds, calls = settings.times(settings.rounds * ROUNDS), settings.times(CALLS)
        samples = side("warm", names=list(settings.libraries), rounds=rounds, calls=calls)
    values = {name: least(samples, name, "bare") for name in samples if name != "bare"}
    return [Figure("protected FastAPI route, token seen before", "the bare route", values, 1.8)]
