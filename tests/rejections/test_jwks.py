"""The provider's keys: fetched when they are needed, kept while the provider is a wreck, and not fetched without end."""

import asyncio

import pytest

from logto import InvalidTokenError, LogtoException, TransportError, UnexpectedResponseError
from tests.rejections import faults
from tests.rejections.faults import edited, instead, members, without
from tests.rejections.visitor import refused, visiting
from tests.rejections.wreck import signing_key


def named(rows):
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


SHAPES = [
    ("no keys member", without("keys")),
    ("keys null", members(keys=None)),
    ("keys a text", members(keys="k")),
    ("keys an object", members(keys={"first": {}})),
    ("100 times too many keys", members(keys=[{"kty": "EC", "kid": str(number)} for number in range(10_000)])),
]


@pytest.mark.parametrize("fault", named(SHAPES))
def test_a_document_that_is_no_key_set_is_refused(provider, visitor, caplog, fault):
    """It is an error of its own, and the next sign-in fetches again."""
    visitor.sign_in()
    visitor.forget_the_provider()
    provider.faults["jwks"] = fault
    error = refused(visitor, "jwks", caplog)
    assert (type(error), error.code) == (UnexpectedResponseError, "jwks.malformed")
    provider.faults.clear()
    visitor.sign_in()


def _key(**changes):
    """The right key, changed."""
    return edited(lambda document, good: document.update(keys=[{**document["keys"][0], **changes}]))


UNUSABLE = [
    ("empty set", members(keys=[])),
    ("keys that are none", members(keys=[None, 1, "k", []])),
    ("for encryption", _key(use="enc")),
    ("to sign only", _key(key_ops=["sign"])),
    ("for another algorithm", _key(alg="ES256")),
    ("on another curve", _key(crv="P-256")),
    ("a symmetric key", _key(kty="oct", k="c2VjcmV0")),
    ("off its curve", _key(x="AAAA" * 16)),
    ("coordinates missing", _key(x=None)),
    ("with its private part", _key(d="AAAA" * 16)),
]


@pytest.mark.parametrize("fault", named(UNUSABLE))
def test_without_the_right_key_nobody_signs_in(provider, visitor, caplog, fault):
    """A key set without a usable key is an error, the session before it stays, and the next sign-in fetches again."""
    visitor.sign_in()
    visitor.forget_the_provider()
    provider.faults["jwks"] = fault
    error = refused(visitor, "jwks", caplog)
    assert (type(error), error.code) == (UnexpectedResponseError, "jwks.empty")
    provider.faults.clear()
    visitor.sign_in()


BESIDE = [
    {"kty": "XY", "kid": "unknown type"},
    {"kty": "RSA", "kid": "malformed", "n": "!", "e": "AQAB"},
    {"kty": "RSA", "kid": "short", "n": "AQAB", "e": "AQAB"},
    {"kty": "EC", "crv": "secp256k1", "kid": "foreign curve", "x": "AA", "y": "AA"},
    {"kty": "oct", "kid": "symmetric", "k": "c2VjcmV0"},
    {"kid": 7},
    {},
    None,
    "text",
]

HONEST = [
    ("bad keys beside the good one", edited(lambda document, good: document.update(keys=[*BESIDE, *document["keys"], *BESIDE]))),
    ("members that nobody knows", edited(lambda document, good: document.update(keys=[{**document["keys"][0], "x5t": "x", "new": 1}], more=1))),
    ("no alg, no use", edited(lambda document, good: document.update(keys=[{name: value for name, value in document["keys"][0].items() if name not in {"alg", "use"}}]))),
    ("published twice", edited(lambda document, good: document.update(keys=document["keys"] * 2))),
    ("as text/plain", faults.headers(content_type="text/plain")),
    ("as application/json", faults.headers(content_type="application/json")),
    ("with an ETag", faults.headers(etag='"x"', cache_control="no-cache, max-age=0, must-revalidate")),
]  # fmt: skip


@pytest.mark.parametrize("fault", named(HONEST))
def test_honest_variety_is_understood(provider, visitor, fault):
    """Foreign, malformed and unknown keys do not stand in the right one's way."""
    provider.faults["jwks"] = fault
    visitor.sign_in()
    assert visitor.client.is_authenticated() is True


def test_kid_absent_single_jwks(provider, visitor):
    """A key without a name is taken where it is the only one that fits."""
    provider.faults["jwks"] = edited(
        lambda document, good: document.update(
            keys=[{name: value for name, value in document["keys"][0].items() if name != "kid"}]
        )
    )
    provider.kid_in_header = False
    visitor.sign_in()
    assert visitor.client.is_authenticated() is True


def test_kid_absent_multiple_jwks(provider, visitor, caplog):
    """A token without a key's name is refused where several keys could have signed it."""
    visitor.sign_in()
    visitor.forget_the_provider()
    provider.faults["jwks"] = edited(
        lambda document, good: document["keys"].append(signing_key("second").as_dict(private=False))
    )
    provider.kid_in_header = False
    assert refused(visitor, "jwks", caplog).code == "token.key_ambiguous"


def test_a_rotated_key_is_accepted_at_once(provider, visitor):
    """A key that was rotated a moment after a fetch is found by one more fetch, without a failed sign-in."""
    visitor.sign_in()
    provider.kid = "second"
    visitor.sign_in()
    provider.kid = "third"
    visitor.sign_in()
    assert len(provider.asked("jwks")) == 3
    assert visitor.client.is_authenticated() is True


def test_a_flood_of_unknown_keys_is_held(provider, visitor):
    """Of a hundred tokens with made-up keys, two make us ask; the known key goes on working."""
    visitor.sign_in()
    provider.faults["jwks"] = members(keys=[signing_key("first").as_dict(private=False)])
    for number in range(100):
        provider.kid = f"made up {number % 3}"
        with pytest.raises(InvalidTokenError) as caught:
            visitor.sign_in()
        assert caught.value.code == "token.key_not_found"
    assert len(provider.asked("jwks")) == 1 + 2
    provider.kid = "first"
    visitor.sign_in()
    assert len(provider.asked("jwks")) == 1 + 2


OUTAGES = [
    ("reset", faults.reset),
    ("HTML", instead(b"<html>", "text/html")),
    ("status 500", faults.with_status("500 Oops")),
    ("empty set", members(keys=[])),
    ("gzip bomb", faults.gzip_bomb),
]


@pytest.mark.parametrize("fault", named(OUTAGES))
def test_known_keys_work_while_the_endpoint_does_not(provider, visitor, fault):
    """Nobody notices an outage of the key endpoint who needs no new key; who needs one is told, and nothing is lost."""
    visitor.sign_in()
    provider.faults["jwks"] = fault
    for _ in range(5):
        visitor.sign_in()
        visitor.visit("refresh")
    before = visitor.identity()
    provider.kid = "second"
    with pytest.raises(InvalidTokenError) as caught:
        visitor.sign_in()
    assert caught.value.code == "token.key_not_found"
    assert visitor.identity() == before
    provider.kid = "first"
    visitor.sign_in()


def test_a_silent_key_endpoint_does_not_hold_the_event_loop(provider, caplog):
    """While one task waits for keys, the loop runs others, and the wait ends in time."""
    with visiting(provider, "awaiting", timeout=1) as visitor:
        visitor.sign_in()
        provider.faults["jwks"] = faults.silence
        provider.kid = "second"
        callback = provider.authorize(visitor.do("sign_in", "http://localhost:3000/callback"))

        async def beside() -> tuple[int, BaseException]:
            turns = 0
            waiting = asyncio.ensure_future(visitor.client.handle_sign_in_callback(callback))
            while not waiting.done():
                await asyncio.sleep(0.01)
                turns += 1
            return turns, waiting.exception()

        turns, error = visitor.run(beside())
    assert turns > 10
    assert isinstance(error, LogtoException)
    assert not isinstance(error, TransportError) or error.code == "transport.timeout"
