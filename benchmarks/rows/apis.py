"""An API: a token seen before, a cold herd, and a flood of unknown keys."""

from ..figure import OURS, Figure
from ..interleave import least
from ..settings import SOURCE, Settings
from ..side import Side

ROUNDS = 5
"""A round is short: so many times the usual."""
CALLS = 400
TASKS = 50
TOKENS = 1000


def measure(settings: Settings) -> list[Figure]:
    """Processor time of a token seen before, and how often the provider is asked."""
    with Side(settings.jose, "apis", path=SOURCE) as side:
        rounds = settings.times(settings.rounds * ROUNDS)
        samples = side("before", names=list(settings.libraries), rounds=rounds, calls=settings.times(CALLS))
        herds = {name: side("herd", name=name, tasks=TASKS) for name in (OURS, *settings.herds)}
        floods = {
            name: side("unknown", name=name, tokens=settings.times(TOKENS))
            for name in (OURS, *(name for name in settings.libraries if name == "PyJWT"))
        }
    contenders = [name for name in samples if name != "cold"]
    again = "access token seen before, ES384"
    return [
        Figure(again, "µs", {name: min(samples[name]) * 1e6 for name in contenders if name.startswith(OURS)}, 5),
        Figure(again, "our cold verification", {name: least(samples, name, "cold") for name in contenders}, 1 / 150),
        *(
            Figure(f"{TASKS} cold verifications at once: {what}", "a count", _counts(herds, key), 1)
            for what, key in (("discovery requests", "discovery"), ("key set requests", "jwks"))
        ),
        Figure(
            "1,000 tokens with unknown key ids in a minute: key sets fetched", "a count", _counts(floods, "fetched"), 4
        ),
        Figure("key rotated right after a fetch: tokens refused", "a count", _counts(floods, "refused"), 0),
    ]


def _counts(answers: dict[str, dict[str, int]], key: str) -> dict[str, float]:
    return {name: float(answer.get(key, 0)) for name, answer in answers.items()}
