"""A session in a store: what stands there, and who can read it."""

from dataclasses import replace

import pytest

from logto.errors import StorageError
from logto.sessions import MemoryStore, Stored
from tests.flows.dialogue import API
from tests.sessions.visits import KEY, OTHER_KEY, Application, Failing, Jar, ProviderWithSid, carried, key_of

DAY = 24 * 3600


@pytest.fixture
def provider():
    return ProviderWithSid()


@pytest.fixture
def store(provider):
    return Failing(clock=provider.clock)


@pytest.fixture
def application(store, provider):
    return Application(store, provider)


def test_with_a_key_nothing_at_rest_is_readable(provider):
    """Neither the user's name nor a token stands in the store's bytes, keys or indexes."""
    application = Application(MemoryStore(key=KEY, clock=provider.clock), provider)
    jar = application.sign_in(Jar(), "alice-of-the-house")
    key = key_of(jar)

    stored = application.store.load(key)

    assert stored.value[0] == 1
    assert b"alice" not in stored.value
    assert all(len(index) == 64 and "alice" not in index for index in stored.indexes)
    assert application.user(jar) == "alice-of-the-house"


def test_a_row_that_was_moved_opens_for_nobody(provider):
    """With a key, one user's row put in another's place is no session: the row's own key is authenticated."""
    application = Application(MemoryStore(key=KEY, clock=provider.clock), provider)
    alice, bob = application.sign_in(Jar()), application.sign_in(Jar(), "bob")
    stored = application.store.load(key_of(bob))

    application.store.delete(key_of(alice))
    application.store.save(key_of(alice), replace(stored, version=1))

    assert application.user(alice) is None
    assert application.user(bob) == "bob"


def test_every_byte_of_a_row_flipped_reads_as_signed_out(provider):
    """With a key, an altered row is nobody's, and raises nothing."""
    application = Application(MemoryStore(key=KEY, clock=provider.clock), provider)
    jar = application.sign_in(Jar())
    honest = application.store.load(key_of(jar))

    for index in range(len(honest.value)):
        altered = honest.value[:index] + bytes((honest.value[index] ^ 1,)) + honest.value[index + 1 :]
        application.store.delete(key_of(jar))
        application.store.save(key_of(jar), replace(honest, value=altered, version=1))
        assert application.user(jar) is None


@pytest.mark.parametrize("value", [b"", b"\x01", b"\x02 a newer format", b"{}", b"\xff" * 99, b"\0" * 100_000])
@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
def test_a_foreign_row_reads_as_signed_out_and_is_kept(provider, value, key):
    """A row that cannot be read, as of a newer format, signs nobody in; row and cookie stay for whoever can read it."""
    application = Application(MemoryStore(key=key, clock=provider.clock), provider)
    jar = application.sign_in(Jar())
    before = dict(jar)
    application.store.delete(key_of(jar))
    application.store.save(key_of(jar), Stored(value, 1, provider.clock() + DAY))

    assert application.user(jar) is None

    assert jar == before
    assert application.store.load(key_of(jar)).value == value


def test_a_key_rotated_in_and_out(provider):
    """Under a new key the row is read and sealed again at the next use; without the old key what was not used is dead."""
    used, idle = Application(MemoryStore(key=KEY, clock=provider.clock), provider), Jar()
    jar = used.sign_in(Jar())
    used.sign_in(idle)
    rotated = MemoryStore(key=[OTHER_KEY, KEY], clock=provider.clock)
    rotated._values = used.store._values  # noqa: SLF001 - the same rows, after the application started again
    both = Application(rotated, provider)
    assert both.user(jar) == "alice"

    alone = MemoryStore(key=OTHER_KEY, clock=provider.clock)
    alone._values = rotated._values  # noqa: SLF001 - as above
    later = Application(alone, provider)

    assert later.user(jar) == "alice"
    assert later.user(idle) is None


def test_a_session_too_large_for_any_store_is_a_clear_error(application, provider):
    """An ID token beyond all measure fails the sign-in with a code, and the former session is as it was."""
    jar = application.sign_in(Jar())
    session = application.open(jar)
    huge = replace(session.identity(), refresh_token="é" * 600_000)

    with pytest.raises(StorageError) as caught:
        list(session.sign_in(huge))

    assert caught.value.code == "storage.too_large"
    assert application.user(jar) == "alice"


def test_access_tokens_go_first_where_room_is_short(application, store):
    """A session with more access tokens than a value holds is stored without them rather than refused."""
    jar = application.sign_in(Jar())
    session = application.open(jar)
    token = replace(session.identity().access_tokens[""], token="é" * 300_000)
    identity = replace(session.identity(), access_tokens={"a": token, "b": token})

    carried(session.save(identity))

    assert len(store.load(key_of(jar)).value) < 3000
    assert session.identity().access_tokens.keys() == {"a", "b", ""}
    assert application.visit(jar, "get_refresh_token") == identity.refresh_token


def test_access_tokens_that_are_over_are_not_stored(application, store, provider):
    """What can never be handed out again does not fill the store."""
    jar = application.sign_in(Jar())
    application.visit(jar, "get_access_token", API)
    provider.clock.now += 2 * 3600
    with_both = len(store.load(key_of(jar)).value)

    application.visit(jar, "get_access_token")

    assert set(application.open(jar).identity().access_tokens) == {""}
    assert len(store.load(key_of(jar)).value) < with_both
