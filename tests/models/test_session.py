"""What one browser's session holds."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.models.session import CachedToken, Identity, SignInAttempt, token_key


def test_a_refresh_token_that_does_not_come_is_kept():
    """RFC 6749, 6: none in the answer leaves the former one in force."""
    identity = Identity("id", "old")

    assert identity.with_refresh_token(None).refresh_token == "old"
    assert identity.with_refresh_token("new").refresh_token == "new"


def test_tokens_are_added_to_a_copy():
    """An identity is never changed in place, or two conversations would share it."""
    identity = Identity("id", "rt", {"a": CachedToken("x", 1)})
    newer = identity.with_tokens("b", CachedToken("y", 2), refresh_token=None)

    assert list(identity.access_tokens) == ["a"]
    assert list(newer.access_tokens) == ["a", "b"]
    assert identity.with_id_token("id2").access_tokens == identity.access_tokens


def test_nothing_secret_is_in_a_repr():
    """Tokens and seeds are left out of every repr."""
    held = [
        Identity("secret", "secret", {"": CachedToken("secret", 1)}),
        CachedToken("secret", 1),
        SignInAttempt("secret", "https://app.example/cb", 1),
    ]

    assert "secret" not in repr(held)


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (("", None), ""),
        (("https://api", None), "https://api"),
        (("", "o1"), "urn:logto:organization:o1"),
        (("https://api", "o1"), "https://api#o1"),
    ],
)
def test_the_published_names_are_kept(names, key):
    """The key of a token without resource, of a resource and of an organization are those of 0.2.1."""
    assert token_key(*names) == key


RESOURCES = st.sampled_from(["", "https://api", "https://api/", "urn:logto:organization:x", "a", "urn:x"])
ORGANIZATIONS = st.none() | st.sampled_from(["x", "a#b", "#", "urn:x", "https://api"])


@settings(derandomize=True, max_examples=60, deadline=None, database=None)
@given(st.lists(st.tuples(RESOURCES, ORGANIZATIONS), min_size=2, unique=True))
def test_no_two_tokens_share_a_name(names):
    """Distinct (resource, organization) have distinct keys, but for the two ways to name an organization's token."""
    for one, other in itertools.combinations(names, 2):
        same = {one, other} == {("urn:logto:organization:x", None), ("", "x")}
        assert (token_key(*one) == token_key(*other)) is same
