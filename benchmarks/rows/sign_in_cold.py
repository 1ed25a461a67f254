"""The first sign-ins of an application that has just started: one, and twenty at once."""

from ..figure import OURS, PUBLISHED, Figure
from ..local_logto import Provider
from ..settings import SOURCE, Settings
from ..side import Side

CROWD = 20


def measure(settings: Settings) -> list[Figure]:
    """Requests and connections, counted by the server."""
    with (
        Provider(settings) as provider,
        Side(settings.ours, "guide", path=SOURCE) as ours,
        Side(settings.published, "guide") as published,
    ):
        sides = {OURS: ours, PUBLISHED: published}
        one = {name: _sign_in(provider, side, ["one"]) for name, side in sides.items()}
        crowd = [f"visitor {number}" for number in range(settings.times(CROWD))]
        beginning = {name: _begin(provider, side, crowd) for name, side in sides.items()}
        finishing = {name: _finish(provider, side, crowd) for name, side in sides.items()}
    many = f"{len(crowd)} at once"
    return [
        _count("sign-in, cold: requests", one, ("discovery", "jwks", "token"), 3),
        _count("sign-in, cold: connections", one, ("connections",), 1),
        _count(f"sign-in, cold, {many}: discoveries", beginning, ("discovery",), 1),
        _count(f"callback, cold, {many}: discoveries", finishing, ("discovery",), 1),
        _count(f"callback, cold, {many}: key sets", finishing, ("jwks",), 1),
    ]


def _sign_in(provider: Provider, side: Side, names: list[str]) -> dict[str, int]:
    """A whole sign-in by a client that knows nothing yet."""
    side("configure", config=provider.config())
    provider.reset()
    came = provider.visit(side("sign_in", names=names))
    _succeed(side, came)
    return provider.counts()


def _begin(provider: Provider, side: Side, names: list[str]) -> dict[str, int]:
    """Many visitors of the sign-in route, before anyone else came."""
    side("configure", config=provider.config())
    provider.reset()
    side("sign_in", names=names)
    return provider.counts()


def _finish(provider: Provider, side: Side, names: list[str]) -> dict[str, int]:
    """Many callbacks to an application that was restarted after the sign-ins had begun."""
    came = provider.visit(side("sign_in", names=names))
    side("configure", config=provider.config())
    provider.reset()
    _succeed(side, came)
    return provider.counts()


def _succeed(side: Side, urls: dict[str, str]) -> None:
    failed = side("callback", urls=urls)["failed"]
    if failed:
        raise RuntimeError(f"{failed} of {len(urls)} sign-ins failed")


def _count(what: str, counts: dict[str, dict[str, int]], names: tuple[str, ...], goal: int) -> Figure:
    values = {contender: float(sum(seen[name] for name in names)) for contender, seen in counts.items()}
    return Figure(what, "a count", values, goal)
