"""What `import logto` costs a process, in time and memory."""

import json
import subprocess
from functools import partial

from ..figure import OURS, PUBLISHED, Figure
from ..interleave import interleaved, least
from ..settings import SOURCE, Settings
from ..side import environment

# Memory from /proc, because ru_maxrss of a child begins with its parent's.
REPORT = """
import json, os, sys, time
used = time.process_time()
with open("/proc/self/statm") as statm:
    memory = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
print(json.dumps([used, memory]))
"""
PLAIN = "import logto"
NAMES = "from logto import LogtoClient, LogtoConfig"
# Every public name, a client of each kind with its HTTP engine, and the models, which we build on first use.
EVERYTHING = """
import logto
for name in logto.__all__:
    value = getattr(logto, name)
    if hasattr(value, "model_rebuild"):
        value.model_rebuild()
config = logto.LogtoConfig(endpoint="https://logto.example.com", app_id="application", app_secret="secret")
clients = [kind(config, logto.MemoryStorage()) for kind in (logto.LogtoClient, logto.LogtoSyncClient)]
"""
MEGABYTE = 1e6


def measure(settings: Settings) -> list[Figure]:
    """Processor time and resident memory of fresh processes, without those of a bare interpreter."""
    programs = {
        "bare": (settings.ours, SOURCE, ""),
        OURS: (settings.ours, SOURCE, PLAIN),
        f"{OURS} names": (settings.ours, SOURCE, NAMES),
        f"{OURS} everything": (settings.ours, SOURCE, EVERYTHING),
        "published bare": (settings.published, "", ""),
        PUBLISHED: (settings.published, "", PLAIN),
    }
    memory: dict[str, list[float]] = {name: [] for name in programs}
    contenders = {name: partial(_started, memory[name], *program) for name, program in programs.items()}
    interleaved(contenders, 1)  # so that the compiled modules are there, and in the machine's memory
    for seen in memory.values():
        seen.clear()
    samples = interleaved(contenders, settings.rounds)
    kinds = {
        OURS: ("`import logto`", 0.35, 18),
        f"{OURS} names": ("`from logto import LogtoClient, LogtoConfig`", None, None),
        f"{OURS} everything": ("everything loaded, both clients made", 0.6, None),
    }
    figures = [
        Figure(
            what,
            "the published package's time",
            {OURS: least(samples, name, PUBLISHED, less="bare", unit_less="published bare"), PUBLISHED: 1.0},
            goal,
            chart="import",
        )
        for name, (what, goal, _) in kinds.items()
    ]
    theirs = min(memory[PUBLISHED]) - min(memory["published bare"])
    figures += [
        Figure(
            f"memory: {what}",
            "MB above a bare interpreter",
            {OURS: (min(memory[name]) - min(memory["bare"])) / MEGABYTE, PUBLISHED: theirs / MEGABYTE},
            megabytes,
        )
        for name, (what, _, megabytes) in kinds.items()
    ]
    return figures


def _started(memory: list[float], python: str, path: str, program: str) -> float:
    command = [python, "-c", program + REPORT]
    done = subprocess.run(command, env=environment(path), check=True, capture_output=True, text=True)
    used, resident = json.loads(done.stdout)
    memory.append(resident)
    return float(used)
