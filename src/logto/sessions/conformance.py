"""What every session store must do, as tests that any store can run: ours, and yours.

```python
import pytest
from logto.sessions.conformance import MovableClock, StoreConformance


class TestMyStore(StoreConformance):
    clock = MovableClock()  # only where the store takes a clock

    @pytest.fixture
    def store(self):
        return MyStore(clock=self.clock)
```

pytest runs each rule as a test of its own; each is tried with the blocking methods, the awaiting ones, and both in turn, as
far as the store has them. Every name that a rule uses is new, so a database that is not empty does no harm.
"""

from __future__ import annotations

import asyncio
import functools
import secrets
import time
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from .calls import acquire, delete, find, load, release, save, value_of
from .colours import Rule, carry
from .store import MAX_VALUE, Call, SessionStore, Stored

CONTENDERS = 12
"""How many ask at once where a rule says that one of them wins."""

TEXTS = (
    *(
        "a",
        "A",
        "0",
        "-1",
        "None",
        "%",
        "_",
        "*",
        "?",
        "[a-z]",
        "{a}",
        "a}",
        "{",
        "\\",
        '"',
        "'",
        "`",
        "$1",
        ":",
        "|",
        ",",
    ),
    *("..", "/etc/passwd", "../../a", "a b", "trailing ", "'; DROP TABLE sessions; --", "é", "e\u0301", "日本語", "🔑"),
    "x" * 112,
)
"""Keys, indexes and owners that a store might take for something else, or for one another."""


class MovableClock:
    """A clock for a store under test: it stands at the time when it was made, until it is moved."""

    def __init__(self) -> None:
        self._now = time.time()

    def __call__(self) -> float:
        """Seconds since the epoch."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Moves on."""
        self._now += seconds


def _rule(
    body: Callable[[StoreConformance, SessionStore], Rule],
) -> Callable[[StoreConformance, SessionStore], None]:
    @functools.wraps(body)
    def test(self: StoreConformance, store: SessionStore) -> None:
        carry(lambda: body(self, store), store, self.run)

    return test


class StoreConformance:
    """The rules. Derive a class of your own, whose name begins with `Test`, and give it a fixture `store`.

    Attributes:
        clock: The clock that the store was given, if it takes one. Without it, what ends with time is tried with real time:
            as little as possible of it, and no more precisely than that it ends.
        patience: Seconds within which a store must have noticed that something ended.
    """

    clock: ClassVar[MovableClock | None] = None
    patience: ClassVar[float] = 5.0

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Runs a coroutine: a new event loop for each rule. Override it where a store belongs to a loop of yours."""
        return asyncio.run(coroutine)

    @_rule
    def test_nothing_is_under_a_name_that_nobody_used(self, store: SessionStore) -> Rule:
        """A key that was never saved loads as nothing, and deleting or releasing it is no error."""
        _expect((yield load(store, _name())) is None, "an unknown key loads as None")
        _expect(list((yield find(store, _name()))) == [], "an unknown index finds nothing")
        yield delete(store, _name())
        yield release(store, _name(), _name())

    @_rule
    def test_what_is_saved_is_loaded(self, store: SessionStore) -> Rule:
        """A session is loaded as it was saved: value, version, end to the second, and indexes."""
        key, saved = _name(), self._stored(b"value", indexes=(_name(), _name()))
        _expect((yield save(store, key, saved)) is True, "save() of a new session returns True")
        loaded: Stored | None = yield load(store, key)
        if loaded is None:
            raise AssertionError("what is saved is loaded")
        _expect(loaded.value == saved.value, "the value is the one that was saved")
        _expect(type(loaded.value) is bytes, "the value is bytes")
        _expect(loaded.version == 1, "the version is the one that was saved")
        _expect(abs(loaded.expires_at - saved.expires_at) <= 1, "expires_at is the one that was saved")
        _expect(sorted(loaded.indexes) == sorted(saved.indexes), "the indexes are those that were saved")

    @_rule
    def test_values_are_any_bytes(self, store: SessionStore) -> Rule:
        """A value is any bytes, from none to 200 kB, and comes back as it was."""
        key, every = _name(), bytes(range(256))
        values = [b"", b"\0", every, every[::-1] + b"\r\n\0", secrets.token_bytes(20_000), secrets.token_bytes(200_000)]
        for version, value in enumerate(values, 1):
            _expect((yield save(store, key, self._stored(value, version))) is True, f"{len(value)} bytes are saved")
            _expect((yield from value_of(store, key)) == value, f"{len(value)} bytes come back as they were")
        yield delete(store, key)

    @_rule
    def test_a_value_that_is_too_large_is_an_error(self, store: SessionStore) -> Rule:
        """The largest value is kept whole, or refused by an error that leaves the former one: never cut."""
        key, large = _name(), secrets.token_bytes(MAX_VALUE)
        yield save(store, key, self._stored(b"former"))
        try:
            kept = yield save(store, key, self._stored(large, 2))
        except Exception:  # noqa: BLE001 - whichever the store's backend raises
            kept = False
        _expect((yield from value_of(store, key)) == (large if kept else b"former"), "a large value is never cut")
        yield delete(store, key)

    @_rule
    def test_names_are_compared_exactly(self, store: SessionStore) -> Rule:
        """Keys, indexes and owners of any characters are kept apart, and do nothing but name."""
        run = _name()[:16]
        for text in TEXTS:
            saved = self._stored(text.encode(), indexes=(run + text,))
            _expect((yield save(store, run + text, saved)) is True, f"a key with {text!r} is new")
            _expect((yield acquire(store, run + text, run + text, 60)) is True, f"a lease with {text!r} is free")
        for text in TEXTS:
            _expect((yield from value_of(store, run + text)) == text.encode(), f"a key with {text!r} is no other")
            _expect(list((yield find(store, run + text))) == [run + text], f"an index with {text!r} is no other")
            _expect((yield acquire(store, run + text, run, 60)) is False, f"a lease with {text!r} has an owner")
        for text in TEXTS:
            yield release(store, run + text, run + text)
            yield delete(store, run + text)

    @_rule
    def test_a_deleted_session_is_gone(self, store: SessionStore) -> Rule:
        """Delete removes a session of any version from everywhere, alone, and a new one may take its place."""
        key, other, index = _name(), _name(), _name()
        yield save(store, other, self._stored(b"other", indexes=(index,)))
        for version in range(1, 4):
            yield save(store, key, self._stored(version=version, indexes=(index,)))
        yield delete(store, key)
        yield delete(store, key)
        _expect((yield load(store, key)) is None, "a deleted session loads as None")
        _expect(list((yield find(store, index))) == [other], "a deleted session is not found, others are")
        _expect((yield save(store, key, self._stored(b"new"))) is True, "a new session may follow a deleted one")
        _expect((yield from value_of(store, key)) == b"new", "a new session may follow a deleted one")
        _expect((yield from value_of(store, other)) == b"other", "other sessions are left alone")

    @_rule
    def test_version_1_is_saved_only_where_nothing_is(self, store: SessionStore) -> Rule:
        """A session that is there is not replaced by a new one."""
        key = _name()
        yield save(store, key, self._stored(b"first"))
        _expect((yield save(store, key, self._stored(b"second"))) is False, "version 1 never replaces")
        _expect((yield from value_of(store, key)) == b"first", "version 1 never replaces")

    @_rule
    def test_a_version_replaces_only_the_one_before_it(self, store: SessionStore) -> Rule:
        """A save with another version than the next returns False and changes nothing, its indexes included."""
        key, index, lost = _name(), _name(), _name()
        _expect(
            (yield save(store, key, self._stored(b"2", 2))) is False, "version 2 replaces nothing that is not there"
        )
        _expect((yield load(store, key)) is None, "version 2 replaces nothing that is not there")
        for version in (1, 2, 3):
            saved = self._stored(str(version).encode(), version, indexes=(index,))
            _expect((yield save(store, key, saved)) is True, f"version {version} replaces the one before it")
        for version in (1, 2, 3, 5):
            saved = self._stored(b"lost", version, indexes=(lost,))
            _expect((yield save(store, key, saved)) is False, f"version {version} does not replace version 3")
        loaded = yield load(store, key)
        _expect(loaded is not None and (loaded.value, loaded.version) == (b"3", 3), "a refused save changes nothing")
        _expect(list((yield find(store, index))) == [key], "a refused save leaves the indexes")
        _expect(list((yield find(store, lost))) == [], "a refused save adds no index")

    @_rule
    def test_a_save_never_brings_back_a_deleted_session(self, store: SessionStore) -> Rule:
        """A save that began before the session was deleted is refused, and leaves nothing behind."""
        key, index = _name(), _name()
        yield save(store, key, self._stored(indexes=(index,)))
        yield delete(store, key)
        _expect((yield save(store, key, self._stored(version=2, indexes=(index,)))) is False, "a late save is refused")
        _expect((yield load(store, key)) is None, "a late save brings nothing back")
        _expect(list((yield find(store, index))) == [], "a late save brings nothing back")

    @_rule
    def test_an_expired_session_is_gone(self, store: SessionStore) -> Rule:
        """A session whose end has come is neither loaded nor found nor replaced, and a new one may take its place."""
        key, index = _name(), _name()
        yield save(store, key, self._stored(indexes=(index,)))
        yield save(store, key, self._stored(version=2, lives=-1, indexes=(index,)))
        _expect((yield load(store, key)) is None, "an expired session loads as None")
        _expect(list((yield find(store, index))) == [], "an expired session is not found")
        _expect((yield save(store, key, self._stored(version=3))) is False, "an expired session is not replaced")
        _expect((yield save(store, key, self._stored(b"new"))) is True, "a new session may follow an expired one")
        _expect((yield from value_of(store, key)) == b"new", "a new session may follow an expired one")

    @_rule
    def test_a_session_expires_when_its_time_has_come(self, store: SessionStore) -> Rule:
        """A session lives until its end and no longer, and each save sets the end anew."""
        key, index = _name(), _name()
        yield save(store, key, self._stored(lives=60, indexes=(index,)))
        self._pass(59)
        _expect((yield load(store, key)) is not None, "a session lives until its end")
        _expect((yield save(store, key, self._stored(version=2, lives=60, indexes=(index,)))) is True, "… and is saved")
        self._pass(59)
        _expect((yield load(store, key)) is not None, "a save sets the end anew")
        _expect(list((yield find(store, index))) == [key], "a session is found until its end")
        yield save(store, key, self._stored(version=3, lives=0.05, indexes=(index,)))
        self._pass(0.05)
        yield from self._until(load(store, key), None, "a session ends")
        _expect(list((yield find(store, index))) == [], "a session that has ended is not found")

    @_rule
    def test_sessions_are_found_by_each_of_their_indexes(self, store: SessionStore) -> Rule:
        """Find names every living session with an index, once, and no other."""
        keys, user, sids = [_name() for _ in range(30)], _name(), [_name() for _ in range(30)]
        for key, sid in zip(keys, sids, strict=True):
            yield save(store, key, self._stored(indexes=(user, sid)))
        yield save(store, _name(), self._stored())
        _expect(sorted((yield find(store, user))) == sorted(keys), "every session with an index is found, once")
        _expect(list((yield find(store, sids[7]))) == [keys[7]], "a session is found by its second index")
        for key in keys[5:]:
            yield delete(store, key)
        _expect(sorted((yield find(store, user))) == sorted(keys[:5]), "what is deleted is not found, the rest is")

    @_rule
    def test_a_save_replaces_the_indexes(self, store: SessionStore) -> Rule:
        """After a save a session is found by its new indexes, and no longer by the former ones."""
        key, former, kept, new = (_name() for _ in range(4))
        yield save(store, key, self._stored(indexes=(former, kept)))
        yield save(store, key, self._stored(version=2, indexes=(kept, new)))
        _expect(list((yield find(store, former))) == [], "a former index finds nothing")
        _expect(list((yield find(store, kept))) == [key], "an index that stayed finds the session")
        _expect(list((yield find(store, new))) == [key], "a new index finds the session")
        yield save(store, key, self._stored(version=3))
        _expect(list((yield find(store, kept))) == [], "a session may lose all its indexes")

    @_rule
    def test_a_lease_has_one_owner(self, store: SessionStore) -> Rule:
        """A key with an owner is refused to strangers, whose release does nothing; other keys are free."""
        key, owner, stranger = _name(), _name(), _name()
        _expect((yield acquire(store, key, owner, 60)) is True, "a free key can be acquired")
        _expect((yield acquire(store, key, stranger, 60)) is False, "an acquired key is refused to strangers")
        yield release(store, key, stranger)
        _expect((yield acquire(store, key, stranger, 60)) is False, "a stranger's release does nothing")
        _expect((yield acquire(store, _name(), stranger, 60)) is True, "other keys are free")
        yield release(store, key, owner)
        _expect((yield acquire(store, key, stranger, 60)) is True, "a released key can be acquired")
        _expect((yield acquire(store, key, owner, 60)) is False, "… by one")

    @_rule
    def test_an_owner_renews_its_lease(self, store: SessionStore) -> Rule:
        """An owner that asks again owns the key for the new lease."""
        key, owner, stranger = _name(), _name(), _name()
        yield acquire(store, key, owner, 60)
        self._pass(59)
        _expect((yield acquire(store, key, owner, 60)) is True, "an owner may ask again")
        self._pass(59)
        _expect((yield acquire(store, key, stranger, 60)) is False, "a renewed lease lasts")

    @_rule
    def test_a_lease_that_has_ended_is_taken_over(self, store: SessionStore) -> Rule:
        """When a lease is over another may own the key, and the former owner has no more to say."""
        key, owner, heir = _name(), _name(), _name()
        yield acquire(store, key, owner, 0.05)
        self._pass(0.05)
        yield from self._until(acquire(store, key, heir, 60), True, "a lease ends")
        _expect((yield acquire(store, key, owner, 60)) is False, "a former owner is a stranger")
        yield release(store, key, owner)
        _expect((yield acquire(store, key, owner, 60)) is False, "a former owner releases nothing")

    @_rule
    def test_a_lease_and_a_session_do_not_touch(self, store: SessionStore) -> Rule:
        """A lease keeps nobody from a session, and is neither seen in it nor ended by a save."""
        key, owner, stranger = _name(), _name(), _name()
        yield acquire(store, key, owner, 60)
        _expect((yield load(store, key)) is None, "a lease is no session")
        _expect((yield save(store, key, self._stored(b"1"))) is True, "a lease keeps nobody from saving")
        _expect((yield save(store, key, self._stored(b"2", 2))) is True, "a lease keeps nobody from saving")
        _expect((yield acquire(store, key, stranger, 60)) is False, "a save ends no lease")
        yield release(store, key, owner)
        _expect((yield from value_of(store, key)) == b"2", "a release leaves the session")
        yield delete(store, key)

    @_rule
    def test_of_saves_at_once_one_wins(self, store: SessionStore) -> Rule:
        """Of many that save the same version at once, the first one included, one is told True, and its value is kept."""
        key, index = _name(), _name()
        for version in (1, 2, 3):
            values = [f"{version}:{n}".encode() for n in range(CONTENDERS)]
            answers = yield tuple(save(store, key, self._stored(v, version, indexes=(index,))) for v in values)
            _expect(sorted(answers) == [False] * (CONTENDERS - 1) + [True], "exactly one of many saves wins")
            _expect((yield from value_of(store, key)) == values[answers.index(True)], "the winner's value is kept")
            _expect(list((yield find(store, index))) == [key], "the winner's index is kept")

    @_rule
    def test_of_acquires_at_once_one_wins(self, store: SessionStore) -> Rule:
        """Of many that acquire the same key at once, one is told True, and it is the owner."""
        for _ in range(3):
            key, owners = _name(), [_name() for _ in range(CONTENDERS)]
            answers = yield tuple(acquire(store, key, owner, 60) for owner in owners)
            _expect(sorted(answers) == [False] * (CONTENDERS - 1) + [True], "exactly one of many acquires wins")
            _expect((yield acquire(store, key, owners[answers.index(True)], 60)) is True, "the winner is the owner")

    @_rule
    def test_a_delete_among_saves_wins(self, store: SessionStore) -> Rule:
        """A session that is deleted while others save it is gone, whoever was first."""
        key, index = _name(), _name()
        yield save(store, key, self._stored(indexes=(index,)))
        saves = [save(store, key, self._stored(version=2, indexes=(index,))) for _ in range(CONTENDERS)]
        yield (*saves[::2], delete(store, key), *saves[1::2])
        _expect((yield load(store, key)) is None, "a deleted session stays deleted")
        _expect(list((yield find(store, index))) == [], "a deleted session stays deleted")

    @_rule
    def test_sessions_used_at_once_do_not_mix(self, store: SessionStore) -> Rule:
        """Many that save and load sessions of their own at once each see their own."""
        keys = [_name() for _ in range(CONTENDERS)]
        for version in (1, 2):
            saves = tuple(save(store, key, self._stored(f"{key}{version}".encode(), version)) for key in keys)
            _expect((yield saves) == [True] * CONTENDERS, "saves of different sessions do not race")
            loaded = yield tuple(load(store, key) for key in keys)
            _expect([s and s.value for s in loaded] == [f"{key}{version}".encode() for key in keys], "each has its own")

    def _stored(
        self, value: bytes = b"value", version: int = 1, *, lives: float = 3600, indexes: tuple[str, ...] = ()
    ) -> Stored:
        now = time.time() if self.clock is None else self.clock()
        return Stored(value, version, now + lives, indexes)

    def _pass(self, seconds: float) -> None:
        if self.clock is not None:
            self.clock.advance(seconds)

    def _until(self, call: Call, wanted: Any, what: str) -> Rule:
        deadline = time.monotonic() + self.patience
        while (yield call) != wanted:
            _expect(time.monotonic() < deadline, what)


def _name() -> str:
    return secrets.token_hex(32)


def _expect(holds: bool, what: str) -> None:
    # Not `assert`, which `python -O` takes away.
    if not holds:
        raise AssertionError(what)
