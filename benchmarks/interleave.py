"""Taking turns: on a machine with other work, only what was measured at the same time can be compared."""

from collections.abc import Callable, Mapping
from statistics import median

Samples = dict[str, list[float]]
"""Of each contender, one number a round."""


def interleaved(contenders: Mapping[str, Callable[[], float]], rounds: int) -> Samples:
    """Let each contender have its turn in every round, beginning with another one each time.

    Args:
        contenders: By name, what returns one sample.
        rounds: How often each has its turn.
    """
    names = list(contenders)
    samples: Samples = {name: [] for name in names}
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            samples[name].append(contenders[name]())
    return samples


def typical(samples: Samples, name: str, unit: str) -> float:
    """The median, over the rounds, of one contender's sample in units of another's of the same round.

    For what waits for others: sockets, processes, a server.

    Args:
        samples: What `interleaved` returned.
        name: Whose.
        unit: In whose units.
    """
    return median(mine / theirs for mine, theirs in zip(samples[name], samples[unit], strict=True))


def least(samples: Samples, name: str, unit: str, *, less: str | None = None, unit_less: str | None = None) -> float:
    """One contender's shortest sample in units of another's shortest.

    For what only computes: whatever else the machine does can make it slower and never faster, so that the shortest of
    many short samples is the one with the least of the others' work in it.

    Args:
        samples: What `interleaved` returned.
        name: Whose.
        unit: In whose units.
        less: Whose shortest sample is taken off: what the process costs without what is measured.
        unit_less: The same for the unit.
    """
    own = min(samples[name]) - (min(samples[less]) if less else 0.0)
    return own / (min(samples[unit]) - (min(samples[unit_less]) if unit_less else 0.0))
