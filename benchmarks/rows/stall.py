"""How long the event loop stands still while the provider is slow to give its keys."""

from functools import partial
from statistics import median

from ..figure import OURS, PUBLISHED, Figure
from ..interleave import interleaved
from ..local_logto import Provider
from ..settings import SOURCE, Settings
from ..side import Side

ROUNDS = 5
"""Each takes as long as the provider is slow, and the machine's own pauses are in it: the median of five will do."""


def measure(settings: Settings) -> list[Figure]:
    """The longest pause of everything else in the process, as a share of the provider's delay."""
    with (
        Provider(settings) as provider,
        Side(settings.ours, "guide", path=SOURCE) as ours,
        Side(settings.published, "guide") as published,
    ):
        contenders = {
            name: partial(_stalled, provider, side, settings.slow_keys)
            for name, side in ((OURS, ours), (PUBLISHED, published))
        }
        samples = interleaved(contenders, settings.times(ROUNDS))
    shares = {name: median(seen) / settings.slow_keys for name, seen in samples.items()}
    return [Figure("event loop stands still while the keys are slow", "the provider's delay", shares, 0.015, "stall")]


def _stalled(provider: Provider, side: Side, slow_keys: float) -> float:
    provider.reset()
    side("configure", config=provider.config())  # it does not know the keys
    came = provider.visit(side("sign_in", names=["patient"]))
    provider.reset(slow_keys=slow_keys)
    return float(side("stall", urls=came))
