"""Taking turns, and comparing what was measured in the same moment."""

from benchmarks.interleave import interleaved, least, typical


def test_each_has_its_turn_in_every_round():
    """Every contender is measured once a round, and each round begins with another one."""
    order = []
    contenders = {name: lambda name=name: order.append(name) or float(len(order)) for name in "abc"}

    samples = interleaved(contenders, 3)

    assert order == list("abcbcacab")
    assert samples == {"a": [1, 6, 8], "b": [2, 4, 9], "c": [3, 5, 7]}


def test_the_typical_ratio_is_of_the_same_round():
    """A machine that is slow for one round, for both, changes nothing."""
    samples = {"ours": [1.0, 100.0, 1.0], "theirs": [2.0, 200.0, 2.0]}

    assert typical(samples, "ours", "theirs") == 0.5


def test_the_least_ratio_is_of_the_shortest_samples():
    """What made a sample longer does not count, and what a bare process takes is taken off."""
    samples = {"ours": [9.0, 3.0], "theirs": [5.0, 7.0], "bare": [1.0, 4.0]}

    assert least(samples, "ours", "theirs", less="bare", unit_less="bare") == 0.5
