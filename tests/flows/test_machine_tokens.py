"""The tokens of a program: how long each is used, and how often the server is asked."""

import pytest

from logto.errors import TokenRequestError, TransportError
from logto.flows.machine_tokens import MOST, HeldToken, MachineTokens, Target

NOW = 1_000_000.0
TARGET = Target("https://api.example.com", None, ())


@pytest.mark.parametrize(
    ("lifetime", "due", "dead"),
    [(3600, 3540, 3590), (600, 540, 590), (100, 90, 100 - 10 / 6)],
)
def test_a_token_is_renewed_ahead_and_used_almost_to_its_end(lifetime, due, dead):
    """Renewed min(60 s, 10 %) before its end, handed out until a sixth of that before."""
    held = HeldToken("t", NOW, lifetime)

    assert (held.is_due(NOW + due - 0.01), held.is_due(NOW + due)) == (False, True)
    assert (held.is_live(NOW + dead - 0.01), held.is_live(NOW + dead)) == (True, False)
    assert (held.is_over(NOW + lifetime - 0.01), held.is_over(NOW + lifetime)) == (False, True)


def test_a_clock_that_was_set_back_does_not_lengthen_a_life():
    """A token from the future is not used: nobody knows how long it has lived."""
    held = HeldToken("t", NOW, 3600)

    assert held.is_live(NOW - 30)
    assert not held.is_live(NOW - 300)
    assert held.is_over(NOW - 300)


def test_pauses_grow_and_end():
    """1, 2, 4 … seconds between failures, 30 at most; a success begins anew."""
    tokens = MachineTokens()
    pauses = []
    for _ in range(7):
        tokens.failed(TARGET, TransportError("down"), NOW)
        pauses.append(tokens.failure(TARGET).pause)
    tokens.keep(TARGET, HeldToken("t", NOW, 3600))
    assert tokens.failure(TARGET) is None
    tokens.failed(TARGET, TransportError("down"), NOW)

    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert tokens.failure(TARGET).pause == 1


@pytest.mark.parametrize(("wanted", "pause"), [(7.0, 7.0), (0.0, 1.0), (None, 1.0), (86_400.0, 300.0)])
def test_the_servers_own_pause_counts(wanted, pause):
    """`Retry-After` is kept to, up to five minutes."""
    tokens = MachineTokens()
    tokens.failed(TARGET, TokenRequestError("busy", status=429, retry_after=wanted), NOW)
    failure = tokens.failure(TARGET)

    assert failure.holds(NOW + pause - 0.01)
    assert not failure.holds(NOW + pause)
    assert not failure.holds(NOW - 1)


def test_each_caller_gets_an_error_of_its_own():
    """An exception carries its traceback: nobody gets somebody else's."""
    tokens = MachineTokens()
    tokens.failed(TARGET, TransportError("down", code="transport.refused"), NOW)
    one, other = tokens.failure(TARGET).raised(), tokens.failure(TARGET).raised()

    assert one is not other
    assert one.code == other.code == "transport.refused"


def test_one_renewal_at_a_time_and_not_for_ever():
    """Who is told to renew does it; if nothing came of it, somebody else may after a while."""
    tokens = MachineTokens()

    assert [tokens.begin_renewal(TARGET, NOW + after) for after in (0, 1, 9, 10, 11)] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_what_is_refused_again_and_again_is_replaced_rarely():
    """Two replacements at once, then one each 30 seconds."""
    tokens = MachineTokens()

    assert [tokens.may_replace(TARGET, NOW + after) for after in (0, 0, 0, 30, 31)] == [True, True, False, True, False]


def test_the_memory_is_bounded():
    """The oldest make room: tokens do not pile up, and failures push no token out."""
    tokens = MachineTokens()
    first = Target("https://api.example.com/0", None, ())
    tokens.keep(first, HeldToken("t", NOW, 3600))
    for number in range(MOST + 10):
        tokens.failed(Target("", f"nobody{number}", ()), TransportError("down"), NOW)
    assert tokens.held(first) is not None
    for number in range(MOST):
        tokens.keep(Target("", f"organization{number}", ()), HeldToken("t", NOW, 3600))

    assert len(tokens) == MOST
    assert tokens.held(first) is None
    assert tokens.failure(Target("", "nobody0", ())) is None


def test_no_token_in_a_repr():
    """Neither of one token nor of all."""
    tokens = MachineTokens()
    tokens.keep(TARGET, HeldToken("s3cr3t-token", NOW, 3600))

    assert "s3cr3t" not in repr(tokens) + repr(tokens.held(TARGET))
