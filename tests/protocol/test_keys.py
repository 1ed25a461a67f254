"""Covers protocol/keys.py; which keys are refused is in tests/rejections."""

import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.errors import InvalidTokenError
from logto.protocol.keys import MAX_KEYS, KeySet
from tests.protocol.test_strict_json import VALUES
from tests.rejections.mint import key, key_set

# RFC 8037, A.2 and A.4: a public key, what was signed, and the signature.
RFC_8037_KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
RFC_8037_MESSAGE = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
RFC_8037_SIGNATURE = bytes.fromhex(
    "860c98d2297f3060a33f42739672d61b53cf3adefed3d3c672f320dc021b411e"
    "9d59b8628dc351e248b88b29468e0e41855b0fb7d83bb15be902bfccb8cd0a02"
)


def test_example_of_rfc_8037():
    """The signature in RFC 8037, A.4, verifies with the key there, and with one bit changed it does not."""
    chosen = key_set(RFC_8037_KEY).choose(None, "EdDSA")

    assert chosen.verify(RFC_8037_SIGNATURE, RFC_8037_MESSAGE)
    assert not chosen.verify(RFC_8037_SIGNATURE, RFC_8037_MESSAGE + b".")


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"keys": null}',
        b'{"keys": {}}',
        b'{"keys": "x"}',
        b'{"keys": [], "keys": []}',
        b"<html>",
        b'{"keys": [' + b"[" * 5000,
        json.dumps({"keys": [{}] * (MAX_KEYS + 1)}).encode(),
    ],
    ids=range(11),
)
def test_malformed_documents(document):
    """What is no key set of a reasonable size is refused."""
    with pytest.raises(InvalidTokenError) as caught:
        KeySet.parse(document)

    assert caught.value.code == "jwks.malformed"


def test_choice_by_kid_and_type():
    """Keys of several types may share a name: the algorithm tells which is meant."""
    keys = key_set(key("RS256", "a"), key("ES384", "a"), key("ES256", "b"))

    assert [keys.choose("a", name).algorithm for name in ("RS256", "PS256", "ES384")] == ["RS256", "PS256", "ES384"]
    assert keys.choose(None, "ES256").kid == "b"


def test_two_keys_of_one_name():
    """Two different keys of one name and type cannot be told apart."""
    twins = [key("ES384", "a").published(), key("ES384", "b").published(kid="a")]

    with pytest.raises(InvalidTokenError) as caught:
        key_set(*twins).choose("a", "ES384")
    assert caught.value.code == "token.key_ambiguous"


def test_reason_of_an_unusable_key():
    """The error about a key that was passed over says why."""
    with pytest.raises(InvalidTokenError) as caught:
        key_set(key("ES384").published(use="enc")).choose("key-1", "ES384")

    assert caught.value.code == "token.key_unsuitable"
    assert "its `use` is not `sig`" in caught.value.message


def test_repr_names_the_keys_only():
    """The repr of a key set is the names of its keys."""
    assert repr(key_set(key(kid="b"), key(kid="a"))) == "KeySet(['a', 'b'])"


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use", "key_ops"]), VALUES),
    st.sampled_from(["ES384", "RS256", "EdDSA"]),
)
def test_any_members(changes, algorithm):
    """A JWK with whatever members is a key, or is passed over; nothing else happens."""
    keys = KeySet.parse(json.dumps({"keys": [{**key(algorithm).jwk, **changes}]}).encode())
    try:
        chosen = keys.choose(None, algorithm)
    except InvalidTokenError:
        return
    assert chosen.verify(b"", b"") is False


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.sampled_from(["ES256", "ES384", "ES512", "RS256", "PS256", "EdDSA"]), st.binary(max_size=300))
def test_any_signature(algorithm, signature):
    """Bytes that no key made are not a signature, and never an exception."""
    assert key_set(key(algorithm)).choose(None, algorithm).verify(signature, b"message") is False


def test_salt_of_pss():
    """A PSS signature whose salt is not as long as the hash is refused (RFC 7518, 3.5)."""
    signer = key("PS256")
    verify = key_set(signer).choose(None, "PS256").verify

    def sign(salt: int) -> bytes:
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), salt)
        return signer.private.sign(b"message", scheme, hashes.SHA256())

    assert [verify(sign(salt), b"message") for salt in (32, 0, 20, 64)] == [True, False, False, False]
