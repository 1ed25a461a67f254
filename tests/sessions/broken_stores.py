"""Stores that break one rule each."""

import asyncio
from dataclasses import replace
from threading import Barrier, Event

from logto.sessions import MemoryStore, SessionStore, Stored
from logto.sessions.conformance import CONTENDERS

PATIENCE = 10.0


class DeletesOnlyWhatIsThere(MemoryStore):
    """Takes deleting nothing for an error."""

    def delete(self, key):
        del self._values[key]


class LosesIndexes(MemoryStore):
    """Does not say by what a session is found."""

    def load(self, key):
        stored = super().load(key)
        return stored and replace(stored, indexes=())


class TrimsValues(MemoryStore):
    """Takes bytes for text."""

    def load(self, key):
        stored = super().load(key)
        return stored and replace(stored, value=stored.value.rstrip(b"\0"))


class CutsValues(MemoryStore):
    """Keeps the beginning of a large value, as a column that is too narrow may."""

    def save(self, key, stored):
        return super().save(key, replace(stored, value=stored.value[:300_000]))


class IgnoresCase(MemoryStore):
    """Compares keys as some collations do."""

    def save(self, key, stored):
        return super().save(key.lower(), stored)

    def load(self, key):
        return super().load(key.lower())


class FindsTheDeleted(MemoryStore):
    """Leaves the index where a session was."""

    def delete(self, key):
        self._values.pop(key, None)

    def find(self, index):
        return list(self._keys.get(index, ()))


class InsertsOver(MemoryStore):
    """Replaces a session by a new one."""

    def save(self, key, stored):
        if stored.version == 1:
            self.delete(key)
        return super().save(key, stored)


class TakesAnyLaterVersion(MemoryStore):
    """Replaces whatever is older."""

    def save(self, key, stored):
        former = self.load(key)
        if former is None or former.version >= stored.version:
            return super().save(key, stored)
        return super().save(key, replace(stored, version=former.version + 1))


class Resurrects(MemoryStore):
    """Inserts what it does not find."""

    def save(self, key, stored):
        kept = super().save(key, stored)
        if not kept and stored.version > 1 and self.load(key) is None:
            self._values[key] = stored
        return kept


class NeverForgets(MemoryStore):
    """Does not look at the clock."""

    def __init__(self, clock):
        super().__init__(clock=lambda: 0.0)


class KeepsTheFirstEnd(MemoryStore):
    """Sets a session's end when it is made, and never again."""

    def save(self, key, stored):
        former = self.load(key)
        return super().save(key, replace(stored, expires_at=former.expires_at) if former else stored)


class HasOneIndex(MemoryStore):
    """Finds by the first index alone."""

    def find(self, index):
        return [key for key in super().find(index) if self._values[key].indexes[0] == index]


class AddsIndexes(MemoryStore):
    """Finds a session by what it was once."""

    def save(self, key, stored):
        former = self.load(key)
        kept = super().save(key, stored)
        for index in former.indexes if former and kept else ():
            self._keys.setdefault(index, set()).add(key)
        return kept


class LetsStrangersRelease(MemoryStore):
    """Releases for whoever asks."""

    def release(self, key, owner):
        self._owners.pop(key, None)


class RenewsNothing(MemoryStore):
    """Lets an owner ask again, and forgets it."""

    def acquire(self, key, owner, lease):
        return self._owners.get(key, ("", 0))[0] == owner or super().acquire(key, owner, lease)


class LeasesForEver(MemoryStore):
    """Waits for an owner that died."""

    def acquire(self, key, owner, lease):
        holder, _ = self._owners.get(key, (owner, 0))
        return holder == owner and super().acquire(key, owner, 10_000_000)


class ForgetsFormerOwners(MemoryStore):
    """Lets a former owner release what is another's by now."""

    def __init__(self, clock):
        super().__init__(clock=clock)
        self._once = {}

    def acquire(self, key, owner, lease):
        acquired = super().acquire(key, owner, lease)
        if acquired:
            self._once.setdefault(key, set()).add(owner)
        return acquired

    def release(self, key, owner):
        if owner in self._once.get(key, ()):
            self._owners.pop(key, None)


class ReleasesWithEachSave(MemoryStore):
    """Keeps the lease in the session's row, and writes it over."""

    def save(self, key, stored):
        self._owners.pop(key, None)
        return super().save(key, stored)


class ReadsThenSaves(SessionStore):
    """Compares a version, and sets it later."""

    def __init__(self, clock):
        super().__init__()
        self._inner = MemoryStore(clock=clock)
        self._all_have_read = Barrier(CONTENDERS)

    def load(self, key):
        return self._inner.load(key)

    def save(self, key, stored):
        former = self.load(key)
        self._all_have_read.wait(PATIENCE)
        if (former.version if former else 0) != stored.version - 1:
            return False
        self._inner.delete(key)
        self._inner.save(key, replace(stored, version=1))
        return True

    def find(self, index):
        return self._inner.find(index)


class AwaitsBetweenReadAndSave(SessionStore):
    """Lets other tasks in between comparing and setting."""

    def __init__(self, clock):
        super().__init__()
        self._inner = MemoryStore(clock=clock)

    async def aload(self, key):
        return self._inner.load(key)

    async def asave(self, key, stored):
        former = self._inner.load(key)
        await asyncio.sleep(0)
        if (former.version if former else 0) != stored.version - 1:
            return False
        self._inner.delete(key)
        return self._inner.save(key, replace(stored, version=1))


class ReadsThenAcquires(ReadsThenSaves):
    """Looks who owns a key, and takes it later."""

    def acquire(self, key, owner, lease):
        free = self._inner.acquire(key, "nobody", 0)
        self._all_have_read.wait(PATIENCE)
        if free:
            self._inner.acquire(key, owner, lease)
        return free


class SavesAfterDelete(SessionStore):
    """Writes what it compared before the session was deleted."""

    def __init__(self, clock):
        super().__init__()
        self._inner = MemoryStore(clock=clock)
        self._all_have_read = Barrier(CONTENDERS)
        self._deleted = Event()

    def load(self, key):
        return self._inner.load(key)

    def find(self, index):
        return self._inner.find(index)

    def save(self, key, stored):
        if stored.version == 1:
            return self._inner.save(key, stored)
        self._all_have_read.wait(PATIENCE)
        self._deleted.wait(PATIENCE)
        return self._inner.save(key, replace(stored, version=1))

    def delete(self, key):
        self._inner.delete(key)
        self._deleted.set()


class SharesAVariable(SessionStore):
    """Keeps the key that it works on where every request sees it."""

    def __init__(self, clock):
        super().__init__()
        self._inner = MemoryStore(clock=clock)
        self._all_are_in = Barrier(CONTENDERS)
        self._key = ""

    def load(self, key):
        return self._inner.load(key)

    def save(self, key, stored):
        self._key = key
        self._all_are_in.wait(PATIENCE)
        self._inner.save(self._key, stored)
        return True


class HasTwoMemories(MemoryStore):
    """Keeps for each colour what that colour saved."""

    def __init__(self, clock):
        super().__init__(clock=clock)
        self._other = MemoryStore(clock=clock)

    async def aload(self, key):
        return self._other.load(key)

    async def asave(self, key, stored: Stored):
        return self._other.save(key, stored)


class HasNoMethods(SessionStore):
    """Is not written yet."""

    def __init__(self, clock):
        super().__init__()


BROKEN = {
    DeletesOnlyWhatIsThere: "test_nothing_is_under_a_name_that_nobody_used",
    LosesIndexes: "test_what_is_saved_is_loaded",
    HasTwoMemories: "test_what_is_saved_is_loaded",
    HasNoMethods: "test_what_is_saved_is_loaded",
    TrimsValues: "test_values_are_any_bytes",
    CutsValues: "test_a_value_that_is_too_large_is_an_error",
    IgnoresCase: "test_names_are_compared_exactly",
    FindsTheDeleted: "test_a_deleted_session_is_gone",
    InsertsOver: "test_version_1_is_saved_only_where_nothing_is",
    TakesAnyLaterVersion: "test_a_version_replaces_only_the_one_before_it",
    Resurrects: "test_a_save_never_brings_back_a_deleted_session",
    NeverForgets: "test_an_expired_session_is_gone",
    KeepsTheFirstEnd: "test_a_session_expires_when_its_time_has_come",
    HasOneIndex: "test_sessions_are_found_by_each_of_their_indexes",
    AddsIndexes: "test_a_save_replaces_the_indexes",
    LetsStrangersRelease: "test_a_lease_has_one_owner",
    RenewsNothing: "test_an_owner_renews_its_lease",
    LeasesForEver: "test_a_lease_that_has_ended_is_taken_over",
    ForgetsFormerOwners: "test_a_lease_that_has_ended_is_taken_over",
    ReleasesWithEachSave: "test_a_lease_and_a_session_do_not_touch",
    ReadsThenSaves: "test_of_saves_at_once_one_wins",
    AwaitsBetweenReadAndSave: "test_of_saves_at_once_one_wins",
    ReadsThenAcquires: "test_of_acquires_at_once_one_wins",
    SavesAfterDelete: "test_a_delete_among_saves_wins",
    SharesAVariable: "test_sessions_used_at_once_do_not_mix",
}
"""Each with the rule by which it is found out."""
