"""`getIdTokenClaims()`: the first time, and again in the same request."""

from functools import partial

from ..figure import OURS, PUBLISHED, Figure
from ..interleave import interleaved, least
from ..settings import SOURCE, Settings
from ..side import Side

CONFIG = {"endpoint": "https://logto.example.com", "appId": "application", "appSecret": "secret"}
CALLS = {OURS: {"first": 200, "again": 2000, "later": 2000}, PUBLISHED: dict.fromkeys(("first", "again", "later"), 100)}
ROUNDS = 4
"""A round is short: so many times the usual."""
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
            f"{name} {how}": partial(side, "claims", how=how, calls=CALLS[name][how])
            for name, side in ((OURS, ours), (PUBLISHED, published))
            for how in WHAT
        }
        contenders["json"] = partial(ours, "claims", how="json", calls=500)
        interleaved(contenders, 1)  # to warm up
        samples = interleaved(contenders, settings.times(settings.rounds * ROUNDS))
    figures = [
        Figure(
            what,
            "the published package's time",
            {OURS: least(samples, f"{OURS} {how}", f"{PUBLISHED} {how}"), PUBLISHED: 1.0},
            GOALS[how],
        )
        for how, what in WHAT.items()
    ]
    figures += [
        Figure(
            what,
            "`json.loads` of the payload",
            {name: least(samples, f"{name} {how}", "json") for name in (OURS, PUBLISHED)},
            chart="claims",
        )
        for how, what in WHAT.items()
    ]
    return figures
