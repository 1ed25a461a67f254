"""How soon local Logto answers, and what one sign-in there consists of."""

import json
import subprocess
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from statistics import median
from urllib.request import urlopen

from logto import LogtoSyncClient, MemoryStorage
from logto.server import LocalLogto
from logto.testing import Browser, LogtoServer

from ..figure import OURS, Figure
from ..interleave import Samples, interleaved, typical
from ..settings import Settings
from ..side import environment

DISCOVERY = "/oidc/.well-known/openid-configuration"
REDIRECT_URI = "http://localhost:3000/callback"
PLAIN = "python -c pass"
INDOORS = f"{OURS}: start()"
OUTDOORS = f"{OURS}: logto dev"


def measure(settings: Settings) -> list[Figure]:
    """Starts in units of a bare interpreter's and, as their goals are, in seconds; a sign-in's steps as shares of it."""
    contenders: dict[str, Callable[[], float]] = {
        PLAIN: partial(_plain, settings.server),
        OUTDOORS: partial(_process, settings.server),
        INDOORS: _in_process,
    }
    interleaved(contenders, 1)
    starts = interleaved(contenders, settings.rounds)
    return [
        Figure(
            "local Logto: start to first answer",
            "`python -c pass`",
            {name: typical(starts, name, PLAIN) for name in (OUTDOORS, INDOORS)},
        ),
        # A goal in seconds is about the program, not about what else the machine does meanwhile: the shortest.
        Figure("local Logto: `logto dev` to first answer", "a second", {OURS: min(starts[OUTDOORS])}, 0.6),
        Figure("local Logto: `LocalLogto().start()`", "a second", {OURS: min(starts[INDOORS])}, 0.05),
        *_sign_in(settings, median(starts[PLAIN])),
    ]


def _plain(python: str) -> float:
    started = time.perf_counter()
    subprocess.run([python, "-c", "pass"], env=environment(), check=True)
    return time.perf_counter() - started


def _process(python: str) -> float:
    started = time.perf_counter()
    command = [python, "-m", "logto", "dev", "--port", "0", "--json"]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        _ask(json.loads(server.stdout.readline())["endpoint"])
        taken = time.perf_counter() - started
        server.terminate()
    return taken


def _in_process() -> float:
    started = time.perf_counter()
    with LocalLogto() as server:
        taken = time.perf_counter() - started
        _ask(server.endpoint)
    return taken


def _ask(endpoint: str) -> None:
    with urlopen(endpoint + DISCOVERY, timeout=10) as answer:
        json.load(answer)


def _sign_in(settings: Settings, unit: float) -> list[Figure]:
    """Steps of a whole sign-in over HTTP, of a client, a browser and a server that have done it before."""
    samples: Samples = {}
    with LocalLogto() as local, LogtoSyncClient(LogtoServer(local).config(), MemoryStorage()) as client:
        server = LogtoServer(local)
        for turn in range(settings.times(settings.rounds) + 1):
            for name, taken in _steps(server, client).items():
                if turn:  # the first one warms up
                    samples.setdefault(name, []).append(taken)
    steps = {name: median(taken) for name, taken in samples.items()}
    whole = sum(steps.values())
    shares = {f"{OURS}: {name}": taken / whole for name, taken in steps.items()}
    return [
        Figure("local Logto: one whole sign-in", "`python -c pass`", {OURS: whole / unit}),
        Figure("local Logto: steps of a sign-in", "the whole sign-in", shares),
    ]


def _steps(server: LogtoServer, client: LogtoSyncClient) -> dict[str, float]:
    alice = server.users["alice"]
    marks = [time.perf_counter()]
    url = client.sign_in(REDIRECT_URI)
    marks.append(time.perf_counter())
    with Browser() as browser:
        marks.append(time.perf_counter())
        came = browser.sign_in(url, username=alice.username, password=alice.password)
        marks.append(time.perf_counter())
    client.handle_sign_in_callback(came)
    marks.append(time.perf_counter())
    client.fetch_user_info()
    marks.append(time.perf_counter())
    names = ("URL", "a new browser", "pages and password", "callback", "user info")
    taken = (after - before for before, after in pairwise(marks))
    return {name: seconds for name, seconds in zip(names, taken, strict=True) if name != "a new browser"}
