"""Verifying a token that nobody has seen, with every check, beside the field's libraries."""

from ..figure import OURS, Figure
from ..interleave import least
from ..settings import SOURCE, Settings
from ..side import Side

GOALS = {"ES384": 1.10, "RS256": 1.5, "ES256": 1.3, "EdDSA": 1.15}
CALLS = {"ES384": 5, "RS256": 50, "ES256": 30, "EdDSA": 30}
KINDS = {"access token": "verification", "ID token": None}
"""The kinds of token, and in which chart they are."""
UNIT = "OpenSSL's verification and the least parsing"
ROUNDS = 5
"""A round is short: so many times the usual."""


def measure(settings: Settings) -> list[Figure]:
    """Processor time, in units of OpenSSL's verification and the least parsing."""
    names = ["bare", OURS, *settings.libraries]
    figures = []
    with Side(settings.jose, "jose", path=SOURCE) as side:
        rounds = settings.times(settings.rounds * ROUNDS)
        for kind, chart in KINDS.items():
            for algorithm, goal in GOALS.items():
                calls = CALLS[algorithm]
                samples = side("measure", kind=kind, algorithm=algorithm, names=names, rounds=rounds, calls=calls)
                values = {name: least(samples, name, "bare") for name in names[1:] if name in samples}
                what = f"{kind}, {algorithm}, all checks"
                # PERFORMANCE's goals are for access tokens; an ID token's three times as many claims become a model.
                figures.append(Figure(what, UNIT, values, goal if kind == "access token" else None, chart))
    return figures
