"""Fifty tasks that need a new access token of one session at the same moment."""

from ..figure import OURS, PUBLISHED, Figure
from ..local_logto import Provider
from ..settings import SOURCE, Settings
from ..side import Side

TASKS = 50


def measure(settings: Settings) -> list[Figure]:
    """Token requests, failures, and sessions that did not survive; also where a spent refresh token is refused."""
    tasks = settings.times(TASKS)
    with (
        Provider(settings) as provider,
        Side(settings.ours, "guide", path=SOURCE) as ours,
        Side(settings.published, "guide") as published,
    ):
        sides = {OURS: ours, PUBLISHED: published}
        kept = {name: _asked(provider, side, tasks, strict=False) for name, side in sides.items()}
        strict = {name: _asked(provider, side, tasks, strict=True) for name, side in sides.items()}
    usual, rotated = f"{tasks} at once", f"{tasks} at once, strict rotation"
    return [
        _figure(f"{usual}: token requests", kept, "requests", 1, "refresh"),
        _figure(f"{usual}: failures", kept, "failed", 0, "refresh"),
        _figure(f"{rotated}: token requests", strict, "requests", 1, "refresh"),
        _figure(f"{rotated}: failures", strict, "failed", 0, "refresh"),
        _figure(f"{rotated}: sessions lost", strict, "lost", 0, None),
    ]


def _asked(provider: Provider, side: Side, tasks: int, *, strict: bool) -> dict[str, int]:
    provider.reset()
    side("configure", config=provider.config())
    if side("callback", urls=provider.visit(side("sign_in", names=["busy"])))["failed"]:
        raise RuntimeError("the sign-in failed")
    side("expire", name="busy")
    provider.reset(strict=strict)
    answered = side("access_tokens", name="busy", count=tasks)
    requests = provider.counts()["token"]
    # Another resource's token cannot come from a cache: this is what the user's next click would ask.
    alive = side("access_tokens", name="busy", count=1, resource=provider.resources[0])
    return {"requests": requests, "failed": answered["failed"], "lost": alive["failed"]}


def _figure(what: str, counts: dict[str, dict[str, int]], which: str, goal: int, chart: str | None) -> Figure:
    return Figure(what, "a count", {name: float(seen[which]) for name, seen in counts.items()}, goal, chart)
