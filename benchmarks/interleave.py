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


def ratio(samples: Samples, name: str, unit: str, *, less: str | None = None, unit_less: str | None = None) -> float:
    """The median, over the rounds, of one contender's sample in units of another's of the same round.

    Args:
        samples: What `interleaved` returned.
        name: Whose.
        unit: In whose units.
        less: Whose sample is taken off first: what the same process costs without it.
        unit_less: The same for the unit.
    """
    own = _without(samples, name, less)
    units = _without(samples, unit, unit_less)
    return median(mine / theirs for mine, theirs in zip(own, units, strict=True))


def _without(samples: Samples, name: str, less: str | None) -> list[float]:
    if less is None:
        return samples[name]
    # What a process costs by itself is noise here, so it is the same for every round.
    base = median(samples[less])
    return [sample - base for sample in samples[name]]
