"""Encryption of sessions, and the ring of keys."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.errors import ConfigurationError
from logto.sessions.key_ring import KeyRing, SealError

FIRST, SECOND, THIRD = (f"the {number} secret of thirty-two bytes" for number in ("first", "second", "third"))
PLACE = {"purpose": "session", "place": "__Host-logto"}


def refused(ring: KeyRing, sealed: bytes, **place: str) -> bool:
    """Whether the bytes do not open."""
    with pytest.raises(SealError):
        ring.open(sealed, **{**PLACE, **place})
    return True


def test_sealed_bytes_open_again():
    """What was sealed comes back, and was sealed with the first key."""
    ring = KeyRing(FIRST)

    assert ring.open(ring.seal(b"value", **PLACE), **PLACE) == (b"value", True)


def test_the_same_bytes_are_never_sealed_alike_and_nothing_shows():
    """Each seal has a nonce of its own, and holds nothing of the value."""
    ring = KeyRing(FIRST)
    one, other = ring.seal(b"value" * 9, **PLACE), ring.seal(b"value" * 9, **PLACE)

    assert one[2:14] != other[2:14]
    assert one != other
    assert b"value" not in one
    assert len(one) == 14 + 45 + 16


def test_every_byte_flipped_is_refused():
    """No bit of version, key id, nonce, text or tag can be altered."""
    ring = KeyRing([FIRST, SECOND])
    sealed = ring.seal(b"a value", **PLACE)

    for index in range(len(sealed)):
        for bit in range(8):
            altered = bytearray(sealed)
            altered[index] ^= 1 << bit
            assert refused(ring, bytes(altered))


def test_every_cut_is_refused():
    """A tag shorter than 16 bytes could be guessed (CVE-2025-47275); no cut and no addition opens."""
    ring = KeyRing(FIRST)
    sealed = ring.seal(b"", **PLACE)

    assert all(refused(ring, sealed[:size]) for size in range(len(sealed)))
    assert refused(ring, sealed + b"\0")
    assert refused(ring, sealed[1:])


@pytest.mark.parametrize(
    "changed", [{"purpose": "session cookie"}, {"purpose": "logout"}, {"place": "logto"}, {"place": ""}], ids=str
)
def test_purposes_and_places_are_separate(changed):
    """Sealed for one purpose and one place, bytes open for no other."""
    ring = KeyRing(FIRST)

    assert refused(ring, ring.seal(b"value", **PLACE), **changed)


def test_each_purpose_has_a_key_of_its_own():
    """Even with the purpose's name out of the way, another purpose's key does not open: the key differs by its label."""
    ring = KeyRing(FIRST)

    # "session\0" + "x" and "session" + "\0x" would be the same authenticated data, were it not for the key.
    assert refused(ring, ring.seal(b"value", purpose="session\0a", place="b"), purpose="session", place="a\0b")


def test_a_key_rotated_in_reads_what_the_former_one_wrote():
    """With a new key in front, older values open and are said to be old; new ones are not read by the old key alone."""
    old = KeyRing(FIRST).seal(b"value", **PLACE)
    both = KeyRing([SECOND, FIRST])

    assert both.open(old, **PLACE) == (b"value", False)
    assert both.open(both.seal(b"value", **PLACE), **PLACE) == (b"value", True)
    assert refused(KeyRing(FIRST), both.seal(b"value", **PLACE))


def test_a_key_rotated_out_opens_nothing_any_more():
    """After its removal a key's values are refused."""
    assert refused(KeyRing([SECOND, THIRD]), KeyRing(FIRST).seal(b"value", **PLACE))


def test_many_keys_whose_ids_meet_still_open_their_own():
    """Key ids of one byte may coincide; every key of a full ring opens what it sealed."""
    secrets = [os.urandom(32) for _ in range(16)]
    ring = KeyRing(secrets)

    for index, secret in enumerate(secrets):
        assert ring.open(KeyRing(secret).seal(b"value", **PLACE), **PLACE) == (b"value", index == 0)


def test_text_and_its_bytes_are_the_same_secret():
    """A secret may be given as text, bytes, or in a list."""
    sealed = KeyRing(FIRST).seal(b"value", **PLACE)

    for secrets in (FIRST.encode(), [FIRST], (FIRST.encode(),)):
        assert KeyRing(secrets).open(sealed, **PLACE) == (b"value", True)


@pytest.mark.parametrize(
    "secrets",
    [
        pytest.param("", id="empty"),
        pytest.param("k" * 31, id="31-bytes"),
        pytest.param([], id="none"),
        pytest.param(None, id="null"),
        pytest.param(32, id="a-number"),
        pytest.param([32], id="numbers"),
        pytest.param(bytearray(b"k" * 32), id="an-array-of-numbers"),
        pytest.param([FIRST, "short"], id="one-of-two-short"),
        pytest.param([FIRST, FIRST], id="twice"),
        pytest.param([FIRST, FIRST.encode()], id="twice-in-two-types"),
        pytest.param([f"{number:032}" for number in range(17)], id="seventeen"),
    ],
)
def test_unusable_secrets_are_refused(secrets):
    """Secrets that are short, missing, doubled or no secrets are a configuration error that shows none of them."""
    with pytest.raises(ConfigurationError) as caught:
        KeyRing(secrets)

    assert caught.value.code == "configuration.key"
    assert FIRST not in str(caught.value)


def test_thirty_two_bytes_are_counted_as_bytes():
    """Sixteen letters of two bytes each are enough."""
    assert KeyRing("é" * 16)


def test_a_ring_shows_no_secret():
    """The repr says how many keys there are, and nothing of them."""
    ring = KeyRing([FIRST, SECOND])
    ring.seal(b"value", **PLACE)

    assert repr(ring) == "KeyRing(2 keys)"


@given(st.binary(max_size=200))
@settings(derandomize=True, database=None, max_examples=200)
def test_whatever_bytes_come_opening_raises_nothing_else(data):
    """Any bytes are refused by the one error, also behind an honest header."""
    ring = KeyRing(FIRST)
    honest = ring.seal(b"value", **PLACE)

    assert refused(ring, data)
    assert refused(ring, honest[:14] + data)


def test_an_independent_reader_agrees_on_the_construction():
    """AES-256-GCM with HKDF-SHA256 by hand opens the bytes: version, key id, nonce, text, tag, in this order."""
    import hashlib
    import hmac

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = KeyRing(FIRST).seal(b"value", **PLACE)
    info = b"logto session v1 session"
    extracted = hmac.digest(b"\0" * 32, FIRST.encode(), hashlib.sha256)
    first = hmac.digest(extracted, info + b"\1", hashlib.sha256)
    second = hmac.digest(extracted, first + info + b"\2", hashlib.sha256)

    opened = AESGCM(first).decrypt(sealed[2:14], sealed[14:], sealed[:2] + b"session\0__Host-logto")

    assert (opened, sealed[0], sealed[1]) == (b"value", 1, second[0])
