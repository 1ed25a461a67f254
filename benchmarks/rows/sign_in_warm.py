"""The sign-in callback of a client that has signed others in before."""

from collections.abc import Callable
from contextlib import ExitStack

from ..figure import OURS, PUBLISHED, Figure
from ..interleave import Samples, interleaved, typical
from ..local_logto import Provider
from ..settings import SOURCE, Settings
from ..side import Side

BLOCKING = f"{OURS} (LogtoSyncClient)"
BARE, BARE_BLOCKING = "bare", "bare, blocking"
LEAST = {OURS: BARE, PUBLISHED: BARE, BLOCKING: BARE_BLOCKING}
ROUNDS = 5
"""Rounds are short here, and a server's time is in them: so many times the usual."""


def measure(settings: Settings) -> list[Figure]:
    """Time over the least possible, requests, and connections that were made for it."""
    programs = {
        OURS: (settings.ours, "guide", SOURCE),
        PUBLISHED: (settings.published, "guide", ""),
        BLOCKING: (settings.ours, "guide", SOURCE),
        BARE: (settings.ours, "bare", ""),
        BARE_BLOCKING: (settings.ours, "bare", ""),
    }
    processor: Samples = {name: [] for name in programs}
    with ExitStack() as stack:
        provider = stack.enter_context(Provider(settings))
        sides = {
            name: stack.enter_context(Side(python, program, path=path))
            for name, (python, program, path) in programs.items()
        }
        for name, side in sides.items():
            side("configure", config=provider.config(), blocking=name in {BLOCKING, BARE_BLOCKING})
        contenders = {name: _one(provider, side, processor[name]) for name, side in sides.items()}
        interleaved(contenders, min(3, settings.rounds))  # to warm up
        for seen in processor.values():
            seen.clear()
        clock = interleaved(contenders, settings.times(settings.rounds * ROUNDS))
        counts = {name: _counted(provider, sides[name]) for name in LEAST}
    return [
        _over_least("sign-in callback, warm", clock, 1.2, "callback"),
        _over_least("sign-in callback, warm: processor time", processor, None, "callback"),
        _count("sign-in callback, warm: requests", counts, ("discovery", "jwks", "token"), 1),
        _count("sign-in callback, warm: new connections", counts, ("new",), 0),
    ]


def _one(provider: Provider, side: Side, processor: list[float]) -> Callable[[], float]:
    def one() -> float:
        came = provider.visit(side("sign_in", names=["warm"]))
        taken = side("callback", urls=came)
        if taken["failed"]:
            raise RuntimeError("a sign-in failed")
        processor.append(taken["processor"])
        return float(taken["clock"])

    return one


def _counted(provider: Provider, side: Side) -> dict[str, int]:
    """What one more callback asks for, right after another."""
    side("callback", urls=provider.visit(side("sign_in", names=["before"])))
    provider.reset()
    side("callback", urls=provider.visit(side("sign_in", names=["counted"])))
    return provider.counts()


def _over_least(what: str, samples: Samples, goal: float | None, chart: str) -> Figure:
    values = {name: typical(samples, name, least) for name, least in LEAST.items()}
    return Figure(what, "one token request, one signature", values, goal, chart)


def _count(what: str, counts: dict[str, dict[str, int]], names: tuple[str, ...], goal: int) -> Figure:
    values = {contender: float(sum(seen[name] for name in names)) for contender, seen in counts.items()}
    return Figure(what, "a count", values, goal)
