"""ID tokens whose algorithm or signature must be refused, and those that must not (RFC 7515, RFC 8725).

Cases that the OpenID conformance suite has carry its name for them.
"""

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.rejections.mint import ALGORITHMS, base64url, claims, ec_key, key, key_set, mint, refusal, verify

ES384 = key()
SECRET = b"the application's own secret, shared with the provider"


def hmac_sha256(secret: bytes):
    """Signs with a shared secret."""
    return lambda message: hmac.new(secret, message, hashlib.sha256).digest()


# --- algorithms


@pytest.mark.parametrize(
    "algorithm",
    [
        pytest.param("none", id="idtoken-sig-none"),
        *(
            "None",
            "NONE",
            "nOnE",
            "none ",
            "",
            "HS256",
            "HS384",
            "HS512",
            "RS1",
            "RS384",
            "ES256K",
            "es384",
            "ES384\x00",
        ),
        pytest.param(..., id="missing"),
        pytest.param(None, id="null"),
        pytest.param(["ES384"], id="list"),
        pytest.param({"alg": "ES384"}, id="object"),
        pytest.param(384, id="number"),
    ],
)
@pytest.mark.parametrize("sign", [ES384.sign, lambda _: b""], ids=["signed", "unsigned"])
def test_algorithm(algorithm, sign):
    """An algorithm that is not one of those with public keys is refused, however it is spelled and signed."""
    error = refusal(mint(header={"alg": algorithm}, sign=sign), algorithms=[algorithm, "ES384"])

    assert (error.code, error.claim) == ("token.algorithm_not_allowed", "alg")
    assert "ES384" in error.expected


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(SECRET, id="client-secret"),
        pytest.param(
            ES384.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            id="public-key-pem",
        ),
        pytest.param(json.dumps(ES384.jwk).encode(), id="public-key-jwk"),
    ],
)
def test_public_key_or_client_secret_as_hmac_secret(secret):
    """A token signed with a shared secret is refused, also if the key set publishes that secret as a key."""
    keys = key_set(ES384, {"kty": "oct", "k": base64url(secret), "kid": "secret", "alg": "HS256"})

    for kid in ("secret", "key-1"):
        token = mint(header={"alg": "HS256", "kid": kid}, sign=hmac_sha256(secret))
        assert refusal(token, keys, algorithms=["HS256", "ES384"]).code == "token.algorithm_not_allowed"


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "ES512", "EdDSA", "Ed25519"])
def test_algorithm_that_is_not_announced(algorithm):
    """invalid-alternate-alg: a good signature by a published key is refused in an algorithm that is not announced."""
    signer = key(algorithm)

    error = refusal(mint(signer=signer, header={"alg": algorithm}), key_set(ES384, signer))

    assert (error.code, error.expected, error.actual) == ("token.algorithm_not_allowed", ["ES384"], algorithm)


@pytest.mark.parametrize(
    ("algorithm", "published"),
    [
        pytest.param("ES384", key("ES256"), id="another-curve"),
        pytest.param("ES384", key("RS256"), id="another-type"),
        pytest.param("EdDSA", key("ES384"), id="eddsa-by-ec-key"),
        pytest.param("PS256", {**key("RS256").jwk, "alg": "RS256"}, id="another-alg-in-the-jwk"),
    ],
)
def test_algorithm_that_does_not_fit_the_key(algorithm, published):
    """A token whose algorithm is not its key's is refused, and a fresher key set is not asked for."""
    error = refusal(mint(header={"alg": algorithm, "kid": "key-1"}), key_set(published), algorithms=ALGORITHMS)

    assert (error.code, error.claim, error.actual) == ("token.key_unsuitable", "alg", algorithm)


# --- signatures


def altered(signature: bytes) -> bytes:
    """The signature with one bit turned."""
    return bytes([signature[0] ^ 1]) + signature[1:]


@pytest.mark.parametrize(
    "algorithm",
    [
        pytest.param("RS256", id="invalid-sig-rs256"),
        pytest.param("ES256", id="invalid-sig-es256"),
        *("PS256", "ES384", "ES512", "EdDSA"),
    ],
)
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(altered, id="altered"),
        pytest.param(lambda signature: b"", id="empty"),
        pytest.param(lambda signature: bytes(len(signature)), id="zeros"),
        pytest.param(lambda signature: signature[:-1], id="short"),
        pytest.param(lambda signature: signature + b"\x00", id="long"),
        pytest.param(
            lambda signature: signature[: len(signature) // 2] + b"\x00" + signature[len(signature) // 2 :], id="padded"
        ),
        pytest.param(lambda signature: b"\xff" * len(signature), id="ones"),
        pytest.param(lambda signature: signature * 100, id="hundredfold"),
    ],
)
def test_signature(algorithm, change):
    """A signature that is not the key's is refused."""
    signer = key(algorithm)
    token = mint(signer=signer, header={"alg": algorithm}, sign=lambda message: change(signer.sign(message)))

    assert refusal(token, key_set(signer), algorithms=[algorithm]).code == "token.signature_invalid"


@pytest.mark.parametrize("part", [0, 1], ids=["r", "s"])
def test_zero_in_a_signature(part):
    """A signature whose R or S is zero proves nothing (CVE-2022-21449)."""

    def sign(message: bytes) -> bytes:
        halves = [ES384.sign(message)[:48], ES384.sign(message)[48:]]
        halves[part] = bytes(48)
        return b"".join(halves)

    assert refusal(mint(sign=sign)).code == "token.signature_invalid"


def test_der_signature():
    """A signature in DER, instead of R and S side by side, is refused."""
    token = mint(sign=lambda message: ES384.private.sign(message, ec.ECDSA(hashes.SHA384())))

    assert refusal(token).code == "token.signature_invalid"


def test_payload_of_another_token():
    """A signature does not pass for another payload of the same key."""
    head, _, signature = mint().split(".")
    payload = mint(claims(sub="another-user")).split(".")[1]

    assert refusal(f"{head}.{payload}.{signature}").code == "token.signature_invalid"


def test_key_of_somebody_else():
    """idtoken-sig-rs256 by a stranger: a token that names the provider's key but was signed with another is refused."""
    assert refusal(mint(signer=ec_key("ES384", "key-1"))).code == "token.signature_invalid"


# --- what must work


@pytest.mark.parametrize("algorithm", [*ALGORITHMS, "Ed25519"])
def test_algorithms_that_must_work(algorithm):
    """Each algorithm that is announced verifies, beside the keys of all the others."""
    signer = key(algorithm, f"of {algorithm}")
    others = [key(name, f"of {name}") for name in ALGORITHMS if name != algorithm]

    verified = verify(mint(signer=signer, header={"alg": algorithm}), key_set(*others, signer), algorithms=[algorithm])

    assert verified.claims.sub == claims()["sub"]
