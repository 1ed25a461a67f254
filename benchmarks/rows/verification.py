"""Verifying an ID token that nobody has seen, with every check, beside the field's libraries."""

from ..figure import OURS, Figure
from ..interleave import ratio
from ..settings import SOURCE, Settings
from ..side import Side

GOALS = {"ES384": 1.10, "RS256": 1.5, "ES256": 1.3, "EdDSA": 1.15}
CALLS = {"ES384": 15, "RS256": 150, "ES256": 100, "EdDSA": 100}
ROUNDS = 2
"""A round is short: so many times the usual."""


def measure(settings: Settings) -> list[Figure]:
    """Processor time, in units of OpenSSL's verification and the least parsing."""
    names = ["bare", OURS, *settings.libraries]
    figures = []
    with Side(settings.jose, "jose", path=SOURCE) as side:
        for algorithm, goal in GOALS.items():
            rounds = settings.times(settings.rounds * ROUNDS)
            samples = side("measure", algorithm=algorithm, names=names, rounds=rounds, calls=CALLS[algorithm])
            values = {name: ratio(samples, name, "bare") for name in names[1:] if name in samples}
            what = f"ID token, {algorithm}, all checks"
            figures.append(Figure(what, "OpenSSL and the least parsing", values, goal, "verification"))
    return figures
