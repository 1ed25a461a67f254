"""`getIdTokenClaims()`: the first time, and again in the same request."""

from functools import partial

from ..figure import OURS, PUBLISHED, Figure
from ..interleave import interleaved, ratio
from ..settings import SOURCE, Settings
from ..side import Side

CONFIG = {"endpoint": "https://logto.example.com", "appId": "application", "appSecret": "secret"}
CALLS = {"first": 300, "again": 3000, "later": 3000, "json": 1000}
# PERFORMANCE.md's 12 and 1 µs, over the 95 to 106 that the published package takes.
GOALS = {"first": 0.12, "again": 0.01, "later": None}
WHAT = {
    "first": "claims of a new ID token",
    "again": "claims again in the same request",
    "later": "claims in another request of the same user",
}


def measure(settings: Settings) -> list[Figure]:
    """Processor time of each, in units of the published package's and of `json.loads` alone."""
    with Side(settings.ours, "guide", path=SOURCE) as ours, Side(settings.published, "guide") as published:
        for side in (ours, published):
            side("configure", config=CONFIG)
            side("prepare_claims", issuer=f"{CONFIG['endpoint']}/oidc", client_id=CONFIG["appId"])
        contenders = {
            f"{name} {how}": partial(side, "claims", how=how, calls=settings.times(CALLS[how]))
            for name, side in ((OURS, ours), (PUBLISHED, published))
            for how in WHAT
        }
        contenders["json"] = partial(ours, "claims", how="json", calls=settings.times(CALLS["json"]))
        interleaved(contenders, 1)  # to warm up
        samples = interleaved(contenders, settings.rounds)
    figures = [
        Figure(
            what,
            "the published package's time",
            {OURS: ratio(samples, f"{OURS} {how}", f"{PUBLISHED} {how}"), PUBLISHED: 1.0},
            GOALS[how],
        )
        for how, what in WHAT.items()
    ]
    figures += [
        Figure(
            what,
            "`json.loads` of the payload",
            {name: ratio(samples, f"{name} {how}", "json") for name in (OURS, PUBLISHED)},
            chart="claims",
        )
        for how, what in WHAT.items()
    ]
    return figures
