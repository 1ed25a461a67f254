"""A session over the guide's `Storage`: what is read, what is written in which order, and what a failure leaves."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.errors import LogtoException, StorageError
from logto.models.session import CachedToken, Identity, SignInAttempt
from logto.sessions.storage_session import StorageSession
from tests.flows.dialogue import Shelf
from tests.flows.honest_provider import HonestProvider

ALICE = Identity("alice.id.token", "alice-rt", {"": CachedToken("alice-at", 1000.0)})
BOB = Identity("bob.id.token", "bob-rt", {"": CachedToken("bob-at", 2000.0), "r": CachedToken("bob-jwt", 3000.0)})
ATTEMPT = SignInAttempt("seed", "https://app.example/cb", 100, "/profile", 60)


class Journal(Shelf):
    """A storage that writes down what is done, and fails at the steps it is told to."""

    def __init__(self, values=None, fails=()):
        super().__init__(values)
        self.steps = []
        self.fails = fails

    def set(self, key, value):
        self._step("set", key)
        super().set(key, value)

    def delete(self, key):
        self._step("delete", key)
        super().delete(key)

    def _step(self, what, key):
        self.steps.append((what, key))
        if len(self.steps) - 1 in self.fails:
            raise OSError("disk full")


def done(flow):
    """Run a conversation that asks for nothing."""
    try:
        next(flow)
    except StopIteration as end:
        return end.value
    raise AssertionError("it asked for something")


def stored(identity):
    """What a storage holds in which somebody is signed in."""
    shelf = Shelf()
    done(StorageSession(shelf).sign_in(identity))
    return shelf.values


def test_what_is_stored_is_read_again():
    """An identity and the sign-ins under way survive the storage, as text under the guide's four keys."""
    shelf = Shelf()
    session = StorageSession(shelf)

    done(session.sign_in(BOB))
    done(session.save_sign_ins((ATTEMPT,)))

    assert session.identity() == BOB
    assert session.id_token() == BOB.id_token
    assert session.sign_ins() == (ATTEMPT,)
    assert set(shelf.values) == {"idToken", "refreshToken", "accessTokenMap", "signInSession"}
    assert {type(value) for value in shelf.values.values()} == {str}


def test_tokens_that_the_published_sdk_stored_are_read():
    """Of `accessTokenMap` as logto 0.2.1 writes it, the tokens of the user who is signed in are taken over.

    That SDK leaves the former user's tokens in the map, and of an opaque token nobody can tell whose it is.
    """
    provider = HonestProvider()
    id_token = provider.id_token("alice", "nonce")
    hers, his = (provider.jwt(user, "https://api", None) for user in ("alice", "bob"))
    entries = {"": "opaque", "https://api": hers, "https://other": his, "https://third": "no.such.token"}
    shelf = Shelf(
        {
            "idToken": id_token,
            "refreshToken": "rt",
            "accessTokenMap": json.dumps(
                {"x": {key: {"token": token, "expiresAt": 1795349724} for key, token in entries.items()}}
            ),
        }
    )

    identity = StorageSession(shelf).identity()

    assert identity == Identity(id_token, "rt", {"https://api": CachedToken(hers, 1795349724.0)})


def test_the_map_stays_readable_for_the_published_sdk():
    """What we write has the published shape, and a mark that says whose tokens it holds: one user's only."""
    written = json.loads(stored(ALICE)["accessTokenMap"])
    assert written == {"v": 1, "x": {"": {"token": "alice-at", "expiresAt": 1000.0}}}


def test_a_sign_in_of_the_published_sdk_under_way_counts_as_none():
    """Its `signInSession` is another format: the sign-in is begun again."""
    shelf = Shelf({"signInSession": '{"redirectUri":"x","codeVerifier":"y","state":"z"}'})

    assert StorageSession(shelf).sign_ins() == ()


def test_half_a_session_is_no_session():
    """Without an ID token nobody is signed in, whatever else is stored."""
    values = stored(ALICE)

    for left_out in (["idToken"], ["idToken", "refreshToken"], ["idToken", "accessTokenMap"]):
        shelf = Shelf({key: value for key, value in values.items() if key not in left_out})
        assert StorageSession(shelf).identity() is None
        assert StorageSession(Shelf({**values, "idToken": ""})).identity() is None


def test_a_sign_in_takes_the_former_name_away_first_and_writes_the_new_one_last():
    """Whoever reads half-way meets nobody: never one user's name with another's tokens."""
    journal = Journal(stored(ALICE))

    done(StorageSession(journal).sign_in(BOB))

    assert journal.steps[0] == ("delete", "idToken")
    assert journal.steps[-1] == ("set", "idToken")


def test_a_refresh_writes_the_refresh_token_first():
    """The former one may be spent: nothing is more urgent."""
    journal = Journal(stored(ALICE))

    done(StorageSession(journal).save(BOB))

    assert journal.steps[0] == ("set", "refreshToken")


def test_clearing_begins_with_the_id_token_and_leaves_nothing():
    """All four keys are deleted, the ID token first."""
    journal = Journal({**stored(ALICE), "signInSession": "x"})

    done(StorageSession(journal).clear())

    assert journal.steps[0] == ("delete", "idToken")
    assert journal.values == {}


def test_the_end_of_a_session_keeps_the_sign_ins_under_way():
    """`end` removes who is signed in, and nothing else."""
    journal = Journal({**stored(ALICE), "signInSession": "x"})

    done(StorageSession(journal).end())

    assert journal.steps[0] == ("delete", "idToken")
    assert journal.values == {"signInSession": "x"}


@pytest.mark.parametrize("operation", ["save", "sign_in"])
@pytest.mark.parametrize("step", range(4))
def test_a_failure_at_any_write_leaves_the_old_state(operation, step):
    """The storage fails once, at each write in turn: an error, and everything is as it was."""
    before = stored(ALICE)
    journal = Journal(before, fails=(step,))

    try:
        done(getattr(StorageSession(journal), operation)(BOB))
    except StorageError as error:
        outcome = (error.code, type(error.__cause__), journal.values)
    else:
        outcome = ("stored", len(journal.steps), journal.values)

    whole = ("stored", step, stored(BOB))
    assert outcome in (("storage.failed", OSError, before), whole)
    assert outcome != whole or (operation, step) == ("save", 3)


def test_a_storage_that_goes_down_for_good_half_way_never_mixes_two_users():
    """From each write on, every later one fails too: the name that is left is alice's with alice's, or none."""
    for step in range(4):
        journal = Journal(stored(ALICE), fails=range(step, 99))
        with pytest.raises(StorageError):
            done(StorageSession(journal).sign_in(BOB))

        left = StorageSession(Shelf(journal.values)).identity()
        assert left in (None, ALICE)


def test_an_error_of_the_sdk_s_own_kind_is_put_back_too():
    """A storage that raises a LogtoException of its own is no reason to stay half-way."""

    class Own(Journal):
        def _step(self, what, key):
            super()._step(what, key)
            if len(self.steps) == 2:
                raise LogtoException("no", code="own")

    own = Own(stored(ALICE))
    with pytest.raises(LogtoException) as caught:
        done(StorageSession(own).sign_in(BOB))

    assert caught.value.code == "own"
    assert own.values == stored(ALICE)


def test_a_failing_deletion_does_not_keep_the_others():
    """Each of the four deletions fails in turn: the other three keys are gone, and the failure is told."""
    for step in range(4):
        journal = Journal({**stored(ALICE), "signInSession": "x"}, fails=(step,))
        with pytest.raises(StorageError):
            done(StorageSession(journal).clear())

        assert list(journal.values) == [journal.steps[step][1]]


@pytest.mark.parametrize("value", [b"x", 1, [], {}, object()], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("key", ["idToken", "refreshToken", "accessTokenMap", "signInSession"])
def test_a_value_that_is_no_text_is_an_error_that_names_the_key(key, value):
    """Neither part is taken for absent: the storage is told what is wrong with it, and the value is not shown."""
    session = StorageSession(Shelf({**stored(ALICE), key: value}))

    with pytest.raises(StorageError) as caught:
        _ = session.sign_ins() if key == "signInSession" else session.identity()

    assert caught.value.code == "storage.wrong_type"
    assert key in caught.value.message


def test_a_user_who_is_replaced_while_being_read_is_read_again():
    """Another thread replaces alice between any two reads: the answer is alice or bob, whole."""

    class Replaced(Shelf):
        def __init__(self, after):
            super().__init__(stored(ALICE))
            self.left = after

        def get(self, key):
            if self.left == 0:
                self.values = stored(BOB)
            self.left -= 1
            return super().get(key)

    for after in range(6):
        assert StorageSession(Replaced(after)).identity() in (ALICE, BOB)


def test_a_storage_that_never_gives_the_same_answer_is_given_up():
    """A storage whose ID token is another one each time ends in an error, not in a loop."""
    numbers = itertools.count()

    class Unsteady(Shelf):
        def get(self, key):
            return f"token{next(numbers)}"

    with pytest.raises(StorageError) as caught:
        StorageSession(Unsteady()).identity()

    assert caught.value.code == "storage.unsteady"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("The session is unavailable because no secret key was set."), "app.secret_key"),
        (RuntimeError("Working outside of request context."), "current request"),
        (ConnectionError("redis is down"), "cause"),
    ],
)
def test_a_failure_of_the_application_s_own_is_explained(error, said):
    """What Flask says without a key or a request becomes a hint; the exception itself stays the cause."""

    class Broken(Shelf):
        def get(self, key):
            raise error

    with pytest.raises(StorageError) as caught:
        StorageSession(Broken()).identity()

    assert said in caught.value.hint
    assert caught.value.__cause__ is error


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "attempts", "", "token", "expiresAt", "s", "r", "t", "p", "m"]), inner)
    ),
    max_leaves=12,
)


@settings(derandomize=True, max_examples=80, deadline=None, database=None)
@given(value=JSON.map(json.dumps) | st.text(max_size=60), key=st.sampled_from(["accessTokenMap", "signInSession"]))
def test_whatever_is_stored_is_read_or_refused(value, key):
    """Any text under a key is a session, or none, or a StorageError; every value read has its type."""
    session = StorageSession(Shelf({"idToken": "a.b.c", key: value}))

    try:
        identity, attempts = session.identity(), session.sign_ins()
    except StorageError:
        return

    assert all(token.token and token.expires_at < float("inf") for token in identity.access_tokens.values())
    assert all(isinstance(one.post_redirect_uri, str | None) and type(one.started_at) is int for one in attempts)
