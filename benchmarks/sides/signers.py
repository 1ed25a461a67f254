"""Keys and tokens of each algorithm, made with cryptography alone: no contender makes what it verifies."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.sides.tokens import access_token_claims, encoded
from benchmarks.sides.tokens import claims as id_token_claims

KID = "k" * 43
KINDS = {"ID token": (id_token_claims, "JWT"), "access token": (access_token_claims, "at+jwt")}
"""The claims and the `typ` of each kind of token."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key pair.

    Args:
        algorithm: Its algorithm's name.
        jwk: The public key as the provider publishes it.
        sign: Signs a message.
        verify: The bare verification: OpenSSL's, without a library around it; raises where the signature is wrong.
        other: The same kind of signature by another key.
    """

    algorithm: str
    jwk: dict[str, str]
    sign: Callable[[bytes], bytes]
    verify: Callable[[bytes, bytes], None]
    other: Callable[[bytes], bytes]

    def token(self, payload: dict[str, Any], media_type: str, kid: str = KID) -> str:
        """A signed token."""
        return self._token(payload, media_type, self.sign, kid)

    def forged(self, payload: dict[str, Any], media_type: str) -> str:
        """The same, signed by somebody else."""
        return self._token(payload, media_type, self.other, KID)

    def _token(self, payload: dict[str, Any], media_type: str, sign: Callable[[bytes], bytes], kid: str) -> str:
        header = {"alg": self.algorithm, "typ": media_type, "kid": kid}
        message = ".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, payload))
        return f"{message}.{encoded(sign(message.encode()))}"


def _elliptic(algorithm: str, curve: ec.EllipticCurve, name: str, hashing: HashAlgorithm) -> Signer:
    size = (curve.key_size + 7) // 8
    scheme = ec.ECDSA(hashing)
    key, other = ec.generate_private_key(curve), ec.generate_private_key(curve)
    public = key.public_key()
    numbers = public.public_numbers()

    def signing(with_key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
        def sign(message: bytes) -> bytes:
            return b"".join(part.to_bytes(size, "big") for part in decode_dss_signature(with_key.sign(message, scheme)))

        return sign

    def verify(signature: bytes, message: bytes) -> None:
        r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
        public.verify(encode_dss_signature(r, s), message, scheme)

    point = {name: encoded(getattr(numbers, name).to_bytes(size, "big")) for name in ("x", "y")}
    jwk = {"kty": "EC", "use": "sig", "kid": KID, "alg": algorithm, "crv": name, **point}
    return Signer(algorithm, jwk, signing(key), verify, signing(other))


def _rsa() -> Signer:
    key, other = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    public = key.public_key()
    numbers = public.public_numbers()

    def verify(signature: bytes, message: bytes) -> None:
        public.verify(signature, message, padding.PKCS1v15(), SHA256())

    jwk = {"kty": "RSA", "use": "sig", "kid": KID, "n": encoded(numbers.n.to_bytes(256, "big")), "e": "AQAB"}
    signing = (lambda message, each=each: each.sign(message, padding.PKCS1v15(), SHA256()) for each in (key, other))
    sign, forge = signing
    return Signer("RS256", jwk, sign, verify, forge)


def _edwards() -> Signer:
    key, other = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()
    public = key.public_key()
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    jwk = {"kty": "OKP", "use": "sig", "kid": KID, "alg": "EdDSA", "crv": "Ed25519", "x": encoded(raw)}
    return Signer("EdDSA", jwk, key.sign, public.verify, other.sign)


SIGNERS: dict[str, Callable[[], Signer]] = {
    "ES384": lambda: _elliptic("ES384", ec.SECP384R1(), "P-384", SHA384()),
    "RS256": _rsa,
    "ES256": lambda: _elliptic("ES256", ec.SECP256R1(), "P-256", SHA256()),
    "EdDSA": _edwards,
}


def decoded(segment: str) -> bytes:
    """The bytes of a segment, without a single check."""
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
