"""Mints tokens, honest and hostile, with nothing of ours: whatever header, claims, key and signature a test asks for."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from logto.errors import LogtoException
from logto.protocol.id_token import VerifiedIdToken, verify_id_token
from logto.protocol.keys import KeySet

ISSUER = "https://tenant.example/oidc"
CLIENT_ID = "l6ls2tgc0q6d6iqsv1rk9"
NONCE = "n-0S6_WzA2Mj"
NOW = 1_795_349_724

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"]
CURVES = {"ES256": ("P-256", 32), "ES384": ("P-384", 48), "ES512": ("P-521", 66)}
_CURVE_TYPES = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
_HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def base64url(octets: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def number(value: int, size: int | None = None) -> str:
    """An integer as a JWK writes it."""
    return base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


@dataclass(frozen=True, eq=False)
class Key:
    """A signing key: its public JWK, and how it signs."""

    jwk: Mapping[str, Any]
    sign: Callable[[bytes], bytes]
    private: Any

    def published(self, **changes: Any) -> dict[str, Any]:
        """The JWK with members changed; one changed to `...` is left out."""
        return without_ellipses({**self.jwk, **changes})


def without_ellipses(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members whose value is not `...`."""
    return {name: value for name, value in members.items() if value is not ...}


def ec_key(algorithm: str, kid: str) -> Key:
    """An elliptic-curve key, which signs R and S side by side."""
    curve, size = CURVES[algorithm]
    private = ec.generate_private_key(_CURVE_TYPES[curve]())
    point = private.public_key().public_numbers()

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(message, ec.ECDSA(_HASHES[algorithm[2:]])))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    jwk = {"kty": "EC", "crv": curve, "x": number(point.x, size), "y": number(point.y, size)}
    return Key({**jwk, "use": "sig", "alg": algorithm, "kid": kid}, sign, private)


def rsa_key(algorithm: str, kid: str, bits: int = 2048) -> Key:
    """An RSA key; as Logto publishes it, its JWK has no `alg`."""
    private = rsa.generate_private_key(65537, bits)
    numbers = private.public_key().public_numbers()
    scheme = padding.PKCS1v15() if algorithm == "RS256" else padding.PSS(padding.MGF1(hashes.SHA256()), 32)

    def sign(message: bytes) -> bytes:
        return private.sign(message, scheme, hashes.SHA256())

    return Key({"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), "use": "sig", "kid": kid}, sign, private)


def ed25519_key(kid: str) -> Key:
    """An Ed25519 key."""
    private = ed25519.Ed25519PrivateKey.generate()
    x = base64url(private.public_key().public_bytes_raw())
    return Key({"kty": "OKP", "crv": "Ed25519", "x": x, "use": "sig", "kid": kid}, private.sign, private)


@cache
def key(algorithm: str = "ES384", kid: str = "key-1") -> Key:
    """The key of this name and algorithm: the same one in every test, because making one takes time."""
    if algorithm in CURVES:
        return ec_key(algorithm, kid)
    return ed25519_key(kid) if algorithm in ("EdDSA", "Ed25519") else rsa_key(algorithm, kid)


def key_set(*keys: Key | Mapping[str, Any]) -> KeySet:
    """The key set that a provider with these keys, or JWKs, publishes."""
    jwks = [entry.jwk if isinstance(entry, Key) else entry for entry in keys]
    return KeySet.parse(json.dumps({"keys": jwks}).encode())


def claims(**changes: Any) -> dict[str, Any]:
    """What a good ID token says, with claims changed; one changed to `...` is left out."""
    good = {"sub": "nv8ovftu4w70", "nonce": NONCE, "aud": CLIENT_ID, "exp": NOW + 3600, "iat": NOW, "iss": ISSUER}
    return without_ellipses({**good, **changes})


def mint(
    payload: Mapping[str, Any] | bytes | None = None,
    *,
    signer: Key | None = None,
    header: Mapping[str, Any] | bytes | None = None,
    sign: Callable[[bytes], bytes] | None = None,
) -> str:
    """A token in the compact serialization.

    Args:
        payload: The claims, or bytes to put in their place.
        signer: The key that signs, and names itself in the header.
        header: Members to change in the header (`...` leaves one out), or bytes to put in its place.
        sign: Signs in the key's place.
    """
    signer = signer or key()
    if not isinstance(header, bytes):
        named = {"alg": signer.jwk.get("alg", "RS256"), "kid": signer.jwk.get("kid", ...)}
        header = json.dumps(without_ellipses({**named, **(header or {})})).encode()
    if not isinstance(payload, bytes):
        payload = json.dumps(claims() if payload is None else payload).encode()
    message = f"{base64url(header)}.{base64url(payload)}"
    return f"{message}.{base64url((sign or signer.sign)(message.encode()))}"


def verify(token: Any, keys: KeySet | None = None, **changes: Any) -> VerifiedIdToken:
    """What a sign-in makes of a token, with the settings of every test but for the changes."""
    settings: dict[str, Any] = {
        "issuer": ISSUER,
        "client_id": CLIENT_ID,
        "now": float(NOW),
        "clock_tolerance": 60.0,
        "algorithms": ["ES384"],
        "nonce": NONCE,
    }
    return verify_id_token(token, keys or key_set(key()), **{**settings, **changes})


def refusal(token: Any, keys: KeySet | None = None, **changes: Any) -> LogtoException:
    """The error that a sign-in with this token ends with."""
    with pytest.raises(LogtoException) as caught:
        verify(token, keys, **changes)
    return caught.value
