"""A session as few bytes."""

import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.errors import StorageError
from logto.models.session import CachedToken, Identity, SignInAttempt
from logto.sessions import packing
from logto.sessions.packing import FORMAT, MAX_PACKED, MAX_TEXT, UnpackError, pack, unpack
from logto.sessions.record import SessionRecord
from tests.rejections.mint import NOW, mint

ATTEMPT = SignInAttempt("A" * 43, "https://app.example/callback", NOW, "/profile?a=é", 3600)
IDENTITY = Identity(mint(), "r" * 43, {"": CachedToken("opaque", NOW + 3540.5), "https://é": CachedToken(mint(), NOW)})
RECORD = SessionRecord(
    NOW + 0.125, NOW, IDENTITY, (ATTEMPT, replace(ATTEMPT, post_redirect_uri=None, max_age=None)), "s"
)


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(RECORD, id="everything"),
        pytest.param(SessionRecord(NOW, NOW), id="nothing"),
        pytest.param(SessionRecord(0, 0, Identity(mint())), id="an-id-token-alone"),
        pytest.param(SessionRecord(NOW, NOW, None, (ATTEMPT,)), id="a-sign-in-alone"),
        pytest.param(replace(RECORD, identity=Identity("no.jwt", "", {"k": CachedToken("", 0)})), id="odd-tokens"),
        pytest.param(replace(RECORD, identity=Identity(mint(b'{"a":1 }'), "é🔑")), id="unicode-and-white-space"),
        pytest.param(
            replace(RECORD, identity=Identity(mint() + "=", "AB", {"": CachedToken("a.b.c", 1)})), id="odd-base64"
        ),
        pytest.param(replace(RECORD, identity=Identity(mint(), "r" * 30_000)), id="long"),
    ],
)
def test_a_session_comes_back_letter_by_letter(record):
    """Whatever its tokens look like, what is unpacked equals what was packed."""
    assert unpack(pack(record)) == record


def test_tokens_of_one_issuer_take_little_room():
    """Four JWTs, which no compression sees through as text, take less than a half of their letters."""
    tokens = {f"https://api-{n}.example": CachedToken(mint(signer=None), NOW) for n in range(3)}
    record = SessionRecord(NOW, NOW, Identity(mint(), None, tokens))
    letters = len(record.identity.id_token) * 4

    assert len(pack(record)) < letters / 2


@pytest.mark.parametrize("version", [0, FORMAT + 1, 255])
def test_a_session_of_a_newer_format_is_refused_by_name(version):
    """The first byte says which reader a value needs."""
    with pytest.raises(UnpackError, match="another format"):
        unpack(bytes((version,)) + pack(RECORD)[1:])


def test_every_cut_and_addition_is_refused():
    """No part of a value is a value, nor is one with something after its end."""
    data = pack(RECORD)

    for cut in range(len(data)):
        with pytest.raises(UnpackError):
            unpack(data[:cut])
    with pytest.raises(UnpackError, match="after its end"):
        unpack(data + b"\0")


def made(head: object, *values: str, after: bytes = b"") -> bytes:
    """A value with any head, as somebody could write it who can write to an unencrypted store."""
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    texts = packing._length(len(text)) + text  # noqa: SLF001 - the format's own way to write a length
    for value in values:
        texts += b"\0" + packing._length(len(value.encode())) + value.encode()  # noqa: SLF001 - as above
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=packing._DICTIONARY)  # noqa: SLF001 - as above
    packed = compressor.compress(texts + after) + compressor.flush()
    return bytes((FORMAT,)) + packing._length(len(packed)) + packed  # noqa: SLF001 - as above


def test_a_value_made_by_hand_is_read():
    """The maker of the cases below makes good values, too."""
    head = {"c": 1, "s": 2, "t": [["", 3]], "r": True}

    assert unpack(made(head, "id", "refresh", "access")) == SessionRecord(
        1, 2, Identity("id", "refresh", {"": CachedToken("access", 3)})
    )


@pytest.mark.parametrize(
    ("head", "values"),
    [
        pytest.param([], [], id="a-list"),
        pytest.param("t", [], id="text"),
        pytest.param(None, [], id="null"),
        pytest.param({}, [], id="empty"),
        pytest.param({"c": "1", "s": 1}, [], id="time-as-text"),
        pytest.param({"c": True, "s": 1}, [], id="time-as-truth"),
        pytest.param({"c": None, "s": 1}, [], id="time-null"),
        pytest.param({"c": 1, "s": 1.5}, [], id="time-not-whole"),
        pytest.param({"c": -1, "s": 1}, [], id="time-negative"),
        pytest.param({"c": 10**18, "s": 1}, [], id="time-beyond-time"),
        pytest.param(b'{"c":NaN,"s":1}', [], id="NaN"),
        pytest.param(b'{"c":Infinity,"s":1}', [], id="Infinity"),
        pytest.param(b'{"c":1e999,"s":1}', [], id="1e999"),
        pytest.param(b'{"c":' + b"9" * 5000 + b',"s":1}', [], id="a-number-of-5000-digits"),
        pytest.param(b"[" * 100_000, [], id="nested-without-end"),
        pytest.param(b'{"c":1,"s":1', [], id="cut"),
        pytest.param(b'{"c":1,"s":1,"n":"\xff"}', [], id="not-utf-8"),
        pytest.param(b'{"c":1,"s":1,"n":"\\ud800"}', [], id="half-a-surrogate-pair"),
        pytest.param({"c": 1, "s": 1, "n": 7}, [], id="serial-a-number"),
        pytest.param({"c": 1, "s": 1, "a": 7}, [], id="sign-ins-a-number"),
        pytest.param({"c": 1, "s": 1, "a": [["u", 1, None]]}, ["seed"], id="a-sign-in-of-three"),
        pytest.param({"c": 1, "s": 1, "a": [[7, 1, None, None]]}, ["seed"], id="redirect-uri-a-number"),
        pytest.param({"c": 1, "s": 1, "a": [["u", "1", None, None]]}, ["seed"], id="started-at-text"),
        pytest.param({"c": 1, "s": 1, "a": [["u", 1, ["/"], None]]}, ["seed"], id="path-a-list"),
        pytest.param({"c": 1, "s": 1, "a": [["u", 1, None, "1"]]}, ["seed"], id="max-age-text"),
        pytest.param({"c": 1, "s": 1, "t": []}, ["id"], id="no-word-on-refreshing"),
        pytest.param({"c": 1, "s": 1, "t": {}, "r": False}, [], id="tokens-missing"),
        pytest.param({"c": 1, "s": 1, "t": [["k"]], "r": False}, ["id", "token"], id="a-token-without-end"),
        pytest.param({"c": 1, "s": 1, "t": [["k", None]], "r": False}, ["id", "token"], id="a-token-s-end-null"),
        pytest.param({"c": 1, "s": 1, "t": [[[], 1]], "r": False}, ["id", "token"], id="a-token-s-name-a-list"),
        pytest.param({"c": 1, "s": 1}, ["one", "too many"], id="more-values"),
    ],
)
def test_a_head_that_says_something_else_is_refused(head, values):
    """Types and ranges are checked: a bad row is an UnpackError here, not a surprise to whoever uses the session."""
    with pytest.raises(UnpackError):
        unpack(made(head, *values))


@pytest.mark.parametrize("after", [b"\0", b"\7\1a", b"\2\1\1\1", b"\1\xff\xff\xff\xff\x7f", b"\0\2\xff\xff"], ids=repr)
def test_values_of_unknown_kinds_and_lengths_are_refused(after):
    """A kind that is none, a length beyond the end, and text that is not UTF-8."""
    with pytest.raises(UnpackError):
        unpack(made({"c": 1, "s": 1, "t": [], "r": False}, after=after))


def test_a_bomb_is_not_inflated():
    """Text that would be larger than a session's is not decompressed to its end."""
    bomb = made(b" " * (MAX_TEXT * 40))

    assert len(bomb) < MAX_PACKED
    with pytest.raises(UnpackError, match="too large"):
        unpack(bomb)


def test_ten_megabytes_are_refused_both_ways():
    """A value of 10 MB is neither written nor read."""
    with pytest.raises(StorageError) as caught:
        pack(replace(RECORD, identity=Identity(mint(), "r" * 10_000_000)))
    with pytest.raises(UnpackError, match="too large"):
        unpack(bytes((FORMAT,)) + b"\0" * 10_000_000)

    assert caught.value.code == "storage.too_large"


@pytest.mark.parametrize("size", [MAX_PACKED - 400, MAX_PACKED, MAX_TEXT - 400, MAX_TEXT])
def test_whatever_is_packed_can_be_unpacked(size):
    """At the limits, a session is refused when it is packed, never after it has been stored."""
    for value in ("r" * size, "é" * (size // 2), "A" * (size * 4 // 3)):
        record = SessionRecord(NOW, NOW, Identity(mint(), value))
        try:
            packed = pack(record)
        except StorageError:
            continue
        assert unpack(packed) == record


@given(st.binary(max_size=300))
@settings(derandomize=True, database=None, max_examples=300)
def test_whatever_bytes_come_unpacking_raises_nothing_else(data):
    """Any bytes, also behind an honest beginning, are a session or an UnpackError."""
    honest = pack(RECORD)
    for value in (data, bytes((FORMAT,)) + data, honest[: len(data)] + data, data + honest):
        try:
            assert isinstance(unpack(value), SessionRecord)
        except UnpackError:
            continue


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("csnatr"), inner, max_size=6),
    max_leaves=12,
)


@given(JSON, st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=4))
@settings(derandomize=True, database=None, max_examples=300)
def test_whatever_the_head_says_unpacking_raises_nothing_else(head, values):
    """Any JSON as head is a session that can be packed again, or an UnpackError."""
    try:
        record = unpack(made(head, *values))
    except UnpackError:
        return
    assert unpack(pack(record)) == record
