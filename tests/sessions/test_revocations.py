"""The list of what was revoked."""

import pytest

from logto.errors import StorageError
from logto.sessions import MemoryStore, Stored
from logto.sessions.revocations import is_revoked, revoke
from tests.flows.dialogue import Clock
from tests.rejections.mint import NOW
from tests.sessions.visits import carried

DAY = 24 * 3600


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(clock):
    return MemoryStore(clock=clock)


def revoked(store, *names, began_at):
    return carried(is_revoked(store, names, began_at))


@pytest.mark.parametrize(
    ("began_at", "expected"), [(NOW - 1, True), (NOW, True), (NOW + 0.001, False), (NOW + 1, False)]
)
def test_what_began_until_then_is_revoked(store, began_at, expected):
    """Sessions that began before, or at, the moment are revoked; one that begins a millisecond later lives."""
    carried(revoke(store, ["alice"], float(NOW), DAY))

    assert revoked(store, "alice", began_at=began_at) is expected


def test_one_of_the_names_is_enough_and_others_are_not_concerned(store):
    """A session is revoked by any of its names, and by no other."""
    carried(revoke(store, ["alice", "sid-1"], float(NOW), DAY))

    assert revoked(store, "serial", "sid-1", began_at=NOW)
    assert not revoked(store, "serial", "alic", "Alice", began_at=NOW)


def test_a_name_is_kept_as_its_hash_only(store):
    """Neither a serial nor an index stands in the store's keys."""
    keys = []
    carried(revoke(store, ["alice"], float(NOW), DAY), lambda call: keys.append(call.arguments[0]))

    assert {len(key) for key in keys} == {64}
    assert not any("alice" in key for key in keys)


def test_revoking_again_moves_the_moment_on(store):
    """The second revocation ends what began between the two."""
    carried(revoke(store, ["alice"], float(NOW), DAY))
    carried(revoke(store, ["alice"], NOW + 50.0, DAY))

    assert revoked(store, "alice", began_at=NOW + 10)


def test_a_clock_that_goes_back_brings_nothing_back(store):
    """What was revoked by a clock that was ahead stays revoked when the corrected clock revokes again."""
    carried(revoke(store, ["alice"], NOW + 50.0, DAY))
    carried(revoke(store, ["alice"], float(NOW), DAY))

    assert revoked(store, "alice", began_at=NOW + 10)


def test_it_is_forgotten_once_no_such_session_can_live(store, clock):
    """The list does not grow for ever: an entry goes after the longest life of a session."""
    carried(revoke(store, ["alice"], clock(), DAY))
    clock.now += DAY - 1
    assert revoked(store, "alice", began_at=NOW)
    clock.now += 2
    assert not revoked(store, "alice", began_at=NOW)


def test_two_who_revoke_at_once_both_succeed(store):
    """Somebody else's revocation between the look and the save is taken into account."""
    rivals = [NOW + 1.0, NOW - 1.0]

    def rival(call):
        if call.method == "save" and rivals:
            carried(revoke(store, ["alice"], rivals.pop(), DAY))

    carried(revoke(store, ["alice"], float(NOW), DAY), rival)

    assert revoked(store, "alice", began_at=NOW + 1)


@pytest.mark.parametrize("value", [b"", b"soon", b"nan", b"\xff"])
def test_a_value_of_somebody_else_is_an_error_not_a_pardon(store, value):
    """What cannot be read is a StorageError both on reading and on revoking: nobody passes, and nothing foreign is raised."""
    keys = []
    carried(is_revoked(store, ["alice"], NOW), lambda call: keys.append(call.arguments[0]))
    store.save(keys[0], Stored(value, 1, NOW + DAY))

    for flow in (is_revoked(store, ["alice"], NOW), revoke(store, ["alice"], float(NOW), DAY)):
        with pytest.raises(StorageError):
            carried(flow)


def test_a_store_where_nothing_can_be_saved_is_an_error():
    """A revocation that was not kept is never reported as done."""

    class Full(MemoryStore):
        def save(self, key, stored):
            return False

    with pytest.raises(StorageError) as caught:
        carried(revoke(Full(), ["alice"], float(NOW), DAY))

    assert caught.value.code == "storage.contended"
