"""The short memory of what became of sign-ins and refresh tokens."""

from logto.models.session import Identity
from logto.sessions.recent import LIFETIME, MOST, UNSAVED, Ended, Recent


def identity(refresh_token):
    """Somebody with a refresh token."""
    return Identity("id", refresh_token)


def test_it_forgets_after_its_lifetime():
    """An outcome is known until two minutes later, and not after; nor once the clock was set back by hours."""
    recent = Recent()
    recent.put("a", identity("b"), 1000)

    assert recent.get("a", 1000 + LIFETIME - 1) == identity("b")
    assert recent.get("a", 1000 + LIFETIME) is None
    assert recent.get("a", 1000 - 2 * 3600) is None


def test_what_no_store_could_take_is_remembered_for_a_day():
    """Tokens that exist nowhere else outlive an outage, each for as long as it was given."""
    recent = Recent()
    recent.put("a", identity("b"), 0, UNSAVED)
    recent.put("c", identity("d"), 0)

    assert recent.latest(identity("a"), UNSAVED - 1) == identity("b")
    assert recent.latest(identity("a"), UNSAVED) == identity("a")
    assert recent.latest(identity("c"), LIFETIME) == identity("c")


def test_an_end_is_final():
    """What has ended does not become somebody again."""
    recent = Recent()

    assert recent.put("a", Ended(), 0) is True
    assert recent.put("a", identity("b"), 1) is False
    assert recent.get("a", 2) == Ended()


def test_the_latest_is_at_the_end_of_the_chain():
    """One refresh after another is followed; a session that ended on the way is ended."""
    recent = Recent()
    recent.put("a", identity("b"), 0)
    recent.put("b", identity("c"), 0)
    assert recent.latest(identity("a"), 1) == identity("c")

    recent.put("c", Ended(), 0)
    assert recent.latest(identity("a"), 1) == Ended()


def test_nothing_known_is_the_identity_itself():
    """An unknown refresh token, or none, is as new as it looks."""
    assert Recent().latest(identity("x"), 0) == identity("x")
    assert Recent().latest(identity(None), 0) == identity(None)


def test_a_token_that_is_not_rotated_is_no_loop():
    """A refresh that returned the same refresh token is the end of the chain."""
    recent = Recent()
    newer = Identity("newer", "a")
    recent.put("a", newer, 0)

    assert recent.latest(identity("a"), 1) is newer


def test_a_circle_ends():
    """Two tokens that claim to have become each other end in one of the two."""
    recent = Recent()
    recent.put("a", identity("b"), 0)
    recent.put("b", identity("a"), 0)

    assert recent.latest(identity("a"), 1) in (identity("a"), identity("b"))


def test_it_is_bounded():
    """Of more entries than it holds, the oldest have gone; expired ones go at the next one that comes."""
    recent = Recent()
    for number in range(MOST + 10):
        recent.put(f"{number}", Ended(), 0)
    assert recent.get("9", 1) is None
    assert recent.get("10", 1) == Ended()

    recent.put("new", Ended(), LIFETIME)
    assert recent.get("1033", 1) is None


def test_no_secret_is_in_its_repr():
    """Neither what was asked nor what came of it is shown."""
    recent = Recent()
    recent.put("spent-token", Identity("eyJ", "newest-token"), 0)

    assert "token" not in repr(recent)
    assert "eyJ" not in repr(recent)
