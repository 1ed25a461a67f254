"""ID tokens whose key must be refused, and those whose must not (RFC 7517, RFC 7518).

Cases that the OpenID conformance suite has carry its name for them.
"""

import json

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from logto.protocol.keys import KeySet
from tests.rejections.mint import base64url, key, key_set, mint, number, refusal, rsa_key, verify

ES384 = key()
GOOD = mint()
POINT = ES384.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]


@pytest.mark.parametrize(
    "kid",
    [
        *("unknown", "", "KEY-1", "key-1 ", "../../dev/null", "key-1\x00", "' OR 1=1 --", "\U0001f511"),
        pytest.param("x" * 3000, id="3000-characters"),
    ],
)
def test_unknown_key(kid):
    """A `kid` that is not in the set is refused with the code that asks for a fresher one, and shown in bounds."""
    error = refusal(mint(header={"kid": kid}))

    assert (error.code, error.claim, error.expected) == ("token.key_not_found", "kid", ["key-1"])
    assert len(str(error)) < 600
    assert str(error).isprintable()


def test_no_kid_and_several_keys():
    """kid-absent-multiple-jwks: a token without `kid` is refused where several keys could have signed it."""
    error = refusal(mint(header={"kid": ...}), key_set(key(), key(kid="key-2")))

    assert (error.code, error.claim) == ("token.key_ambiguous", "kid")


def test_empty_key_set():
    """An empty key set verifies nothing, and a fresher one could help."""
    assert refusal(GOOD, key_set()).code == "token.key_not_found"


@pytest.mark.parametrize(
    ("published", "algorithm"),
    [
        pytest.param(ES384.published(use="enc"), "ES384", id="use-enc"),
        pytest.param(ES384.published(key_ops=["sign"]), "ES384", id="key-ops-sign"),
        pytest.param(ES384.published(key_ops=["encrypt", "wrapKey"]), "ES384", id="key-ops-encrypt"),
        pytest.param(ES384.published(alg="ES256"), "ES384", id="alg-of-another-curve"),
        pytest.param(ES384.published(alg="ECDH-ES"), "ES384", id="alg-for-encryption"),
        pytest.param(ES384.published(d="AAAA"), "ES384", id="private"),
        pytest.param(ES384.published(x=base64url(POINT), y=""), "ES384", id="coordinates-shifted"),
        pytest.param(rsa_key("RS256", "key-1", 1024).jwk, "RS256", id="rsa-1024"),
        pytest.param(key("RS256").published(n=number(2**8200 + 1)), "RS256", id="rsa-8201"),
        pytest.param(key("RS256").published(e="AQ"), "RS256", id="rsa-exponent-1"),
        pytest.param(key("RS256").published(e=number(2**33 + 1)), "RS256", id="rsa-exponent-of-34-bits"),
        pytest.param(key("RS256").published(alg="EdDSA"), "RS256", id="rsa-for-eddsa"),
    ],
)
def test_keys_for_something_else(published, algorithm):
    """A key that is weak, secret or not for signatures verifies nothing, even what it signed."""
    signers = {"ES384": ES384, "RS256": key("RS256")}
    error = refusal(mint(signer=signers[algorithm]), key_set(published), algorithms=[algorithm])

    assert (error.code, error.claim) == ("token.key_unsuitable", "kid")


# --- what must work


@pytest.mark.parametrize(
    "published",
    [
        pytest.param(ES384.jwk, id="kid-absent-single-jwks"),
        pytest.param(ES384.published(kid=...), id="none-in-the-set-either"),
        pytest.param(ES384.published(alg=..., use=...), id="a-bare-key"),
        pytest.param(ES384.published(use=None, alg=None, key_ops=None), id="nulls"),
        pytest.param(ES384.published(key_ops=["verify"], x5c=["MIIB"], extra=1), id="an-adorned-key"),
    ],
)
def test_no_kid_and_one_suitable_key(published):
    """A token without `kid` verifies with the one key that fits, whatever unfit keys stand beside it."""
    assert verify(mint(header={"kid": ...}), key_set(key("RS256"), key("ES256"), published)).claims.sub


def test_logto_rsa_key():
    """A key of Logto's after a rotation to RSA, which has no `alg`, verifies RS256."""
    assert verify(mint(signer=key("RS256")), key_set(key("RS256")), algorithms=["PS256", "RS256"]).claims.sub


def test_key_published_twice():
    """A key that stands in the set twice is still one key."""
    assert verify(GOOD, key_set(ES384, ES384)).claims.sub


@pytest.mark.parametrize(
    "foreign",
    [
        None,
        7,
        "key",
        [],
        {},
        {"kty": "EC"},
        {"kty": ["EC"], "kid": "key-1"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA"},
        {"kty": "OKP", "crv": "X25519", "x": "A" * 43},
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"},
        {"kty": "EC", "crv": "secp256k1", "x": "AAAA", "y": "AAAA"},
        {"kty": "EC", "crv": "P-384", "x": "A" * 64, "y": "A" * 64},
        {**ES384.jwk, "y": ES384.jwk["x"], "kid": "off the curve"},
        {**ES384.jwk, "x": 5, "kid": "a number"},
        {**ES384.jwk, "kid": {"a": 1}},
        {**ES384.jwk, "key_ops": "verify", "kid": "a string of operations"},
        {"kty": "RSA", "n": "AA", "e": "AA"},
        {"kty": "RSA", "n": key("RS256").jwk["n"] * 40, "e": "AQAB"},
        {"kty": "RSA", "n": key("RS256").jwk["n"], "e": key("RS256").jwk["n"]},
        {"kty": "RSA", "n": "not base64", "e": "AQAB"},
    ],
)
def test_foreign_and_malformed_keys_beside_the_right_one(foreign):
    """Keys that are nothing to us are passed over."""
    assert verify(GOOD, KeySet.parse(json.dumps({"keys": [foreign, ES384.jwk]}).encode())).claims.sub
