"""The provider's public keys (RFC 7517), and what each of them may verify (RFC 7518, 3; RFC 8037)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurve,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from ..errors import InvalidTokenError
from .base64url import decode_base64url
from .claims import shown
from .strict_json import parse_object

MAX_KEYS = 100
"""Keys in one set."""

RSA_BITS = range(2048, 8192 + 1)
"""Sizes of RSA keys: below, they can be broken; above, each signature would keep a processor busy."""

MAX_RSA_EXPONENT = 1 << 32
"""A longer exponent secures nothing and makes each verification slow."""

Verify: TypeAlias = Callable[[bytes, bytes], bool]
"""Whether the first argument is a signature of the second."""


class _UnusableError(Exception):
    """A key that cannot verify anything that we accept, and why."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """One of the provider's keys, for one algorithm.

    Args:
        kid: Its name, if it has one.
        algorithm: The only algorithm that it verifies here.
        verify: Whether the first argument is this key's signature of the second; raises nothing.
    """

    kid: str | None
    algorithm: str
    verify: Verify = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Curve:
    curve: EllipticCurve
    size: int
    algorithm: str
    hash: HashAlgorithm


_CURVES = {
    "P-256": _Curve(SECP256R1(), 32, "ES256", SHA256()),
    "P-384": _Curve(SECP384R1(), 48, "ES384", SHA384()),
    "P-521": _Curve(SECP521R1(), 66, "ES512", SHA512()),
}
_RSA_PADDINGS: Mapping[str, AsymmetricPadding] = {
    "RS256": PKCS1v15(),
    "PS256": PSS(MGF1(SHA256()), PSS.DIGEST_LENGTH),
}
_ED25519 = ("EdDSA", "Ed25519")  # one algorithm, with an old and a new name (RFC 9864, 2.2)


class KeySet:
    """A JWK set: immutable, parsed once, to be used by any number of threads.

    Attributes:
        fingerprint: Of the document: what was verified with a set of another fingerprint must be verified again.
    """

    __slots__ = ("_by_algorithm", "_unusable", "fingerprint")

    def __init__(self, keys: Iterable[VerificationKey], unusable: Mapping[str, str], fingerprint: bytes) -> None:
        self.fingerprint = fingerprint
        self._by_algorithm: dict[str, dict[str | None, list[VerificationKey]]] = {}
        for key in keys:
            self._by_algorithm.setdefault(key.algorithm, {}).setdefault(key.kid, []).append(key)
        self._unusable = dict(unusable)

    def __repr__(self) -> str:
        return f"KeySet({self._known()!r})"

    @property
    def is_usable(self) -> bool:
        """Whether any of its keys can verify anything."""
        return bool(self._by_algorithm)

    @classmethod
    def parse(cls, document: bytes) -> KeySet:
        """Read a JWK set; keys that are foreign, malformed or for another purpose are passed over (RFC 7517, 5).

        Raises:
            InvalidTokenError: `jwks.malformed`: the document is no JWK set, or one of more than `MAX_KEYS` keys.
        """
        try:
            entries = parse_object(document).get("keys")
        except ValueError as error:
            raise _malformed(str(error)) from None
        if not isinstance(entries, list):
            raise _malformed("has no array `keys`")
        if len(entries) > MAX_KEYS:
            raise _malformed(f"has more than {MAX_KEYS} keys")
        keys: list[VerificationKey] = []
        unusable: dict[str, str] = {}
        seen: list[Mapping[str, Any]] = []
        for entry in entries:
            if not isinstance(entry, dict) or entry in seen:  # published twice, it is still one key
                continue
            seen.append(entry)
            try:
                keys.extend(_read_key(entry))
            except _UnusableError as reason:
                if isinstance(kid := entry.get("kid"), str):
                    unusable[kid] = str(reason)
        return cls(keys, unusable, sha256(document).digest())

    def choose(self, kid: str | None, algorithm: str) -> VerificationKey:
        """The one key that a token with this header can be signed with.

        Args:
            kid: The header's `kid`; without one, there must be a single key for the algorithm (OpenID Connect Core 10.1).
            algorithm: The header's `alg`.

        Raises:
            InvalidTokenError: `token.key_not_found`: no such key here, but perhaps in a fresher set;
                `token.key_unsuitable`, `token.key_ambiguous`: a fresher set would not help.
        """
        by_kid = self._by_algorithm.get(algorithm, {})
        candidates = by_kid.get(kid, []) if kid is not None else [key for keys in by_kid.values() for key in keys]
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise InvalidTokenError(
                f"Several keys of the provider could have signed the token ({algorithm}).",
                code="token.key_ambiguous",
                claim="kid",
                actual=shown(kid),
                hint="The provider must name its keys, each differently, and name one of them in the token's header.",
            )
        raise self._missing(kid, algorithm)

    def _missing(self, kid: str | None, algorithm: str) -> InvalidTokenError:
        fits = sorted(name for name, by_kid in self._by_algorithm.items() if kid in by_kid)
        if kid is not None and (fits or kid in self._unusable):
            why = f"it is for {', '.join(fits)}" if fits else self._unusable[kid]
            return InvalidTokenError(
                f"The key {shown(kid)!r} cannot verify a token signed with {algorithm}: {why}.",
                code="token.key_unsuitable",
                claim="alg" if fits else "kid",
                expected=fits or None,
                actual=algorithm if fits else shown(kid),
                hint="The provider's key set and its tokens contradict each other, or the token is forged.",
            )
        return InvalidTokenError(
            f"The provider publishes no key {shown(kid)!r} for {algorithm}."
            if kid is not None
            else f"The provider publishes no key for {algorithm}.",
            code="token.key_not_found",
            claim="kid",
            expected=self._known(),
            actual=shown(kid),
            hint="The token comes from another provider, or the keys were rotated a moment ago.",
        )

    def _known(self) -> list[str]:
        return sorted({kid for by_kid in self._by_algorithm.values() for kid in by_kid if kid is not None})


def _malformed(what: str) -> InvalidTokenError:
    return InvalidTokenError(
        f"The provider's key set {what}.",
        code="jwks.malformed",
        hint="Is `jwks_uri` in the provider's discovery document the address of its keys?",
    )


def _read_key(jwk: Mapping[str, Any]) -> list[VerificationKey]:
    """The key, once for each algorithm that it may verify."""
    kid, algorithm = jwk.get("kid"), jwk.get("alg")
    if not all(member is None or isinstance(member, str) for member in (kid, algorithm)):
        raise _UnusableError("its `kid` or `alg` is no string")
    if jwk.get("use") not in (None, "sig"):
        raise _UnusableError("its `use` is not `sig`")
    operations = jwk.get("key_ops")
    if operations is not None and not (isinstance(operations, list) and "verify" in operations):
        raise _UnusableError("its `key_ops` do not include `verify`")
    if not _PRIVATE_MEMBERS.isdisjoint(jwk):
        # What everybody can sign with proves nothing. This is also where symmetric keys (`k`) end.
        raise _UnusableError("its secret part is published with it")
    reader = _READERS.get(str(jwk.get("kty")))
    if reader is None:
        raise _UnusableError("it is of a type that signs nothing we accept")
    try:
        verifiers = reader(jwk)
    except (ValueError, UnsupportedAlgorithm):  # cryptography's words for a point off its curve, an even exponent, …
        raise _UnusableError("it is malformed") from None
    if algorithm is not None:
        names = _ED25519 if algorithm in _ED25519 else (algorithm,)
        verifiers = {name: verifiers[name] for name in names if name in verifiers}
    if not verifiers:
        raise _UnusableError("its `alg` is not accepted, or does not fit its type")
    return [VerificationKey(kid, name, verify) for name, verify in verifiers.items()]


def _octets(jwk: Mapping[str, Any], member: str) -> bytes:
    text = jwk.get(member)
    if not isinstance(text, str):
        raise _UnusableError(f"its `{member}` is missing or no string")
    return decode_base64url(text)


def _read_rsa(jwk: Mapping[str, Any]) -> dict[str, Verify]:
    modulus, exponent = (int.from_bytes(_octets(jwk, member)) for member in ("n", "e"))
    if modulus.bit_length() not in RSA_BITS or exponent > MAX_RSA_EXPONENT:
        raise _UnusableError(f"it is an RSA key of {modulus.bit_length()} bits, or of an unreasonable exponent")
    key = RSAPublicNumbers(exponent, modulus).public_key()
    return {name: _rsa(key, padding) for name, padding in _RSA_PADDINGS.items()}


def _read_ec(jwk: Mapping[str, Any]) -> dict[str, Verify]:
    curve = _CURVES.get(str(jwk.get("crv")))
    if curve is None:
        raise _UnusableError("it is on a curve that we do not accept")
    x, y = _octets(jwk, "x"), _octets(jwk, "y")
    if len(x) != curve.size or len(y) != curve.size:  # RFC 7518, 6.2.1.2
        raise _UnusableError("its coordinates are not as long as its curve wants")
    key = EllipticCurvePublicKey.from_encoded_point(curve.curve, b"\x04" + x + y)
    return {curve.algorithm: _ecdsa(key, curve)}


def _read_okp(jwk: Mapping[str, Any]) -> dict[str, Verify]:
    if jwk.get("crv") != "Ed25519":
        raise _UnusableError("it is on a curve that we do not accept")
    verify = _ed25519(Ed25519PublicKey.from_public_bytes(_octets(jwk, "x")))
    return dict.fromkeys(_ED25519, verify)


_READERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Verify]]] = {
    "RSA": _read_rsa,
    "EC": _read_ec,
    "OKP": _read_okp,
}
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def _rsa(key: RSAPublicKey, padding: AsymmetricPadding) -> Verify:
    sha256 = SHA256()

    def verify(signature: bytes, message: bytes) -> bool:
        try:
            key.verify(signature, message, padding, sha256)
        except InvalidSignature:
            return False
        return True

    return verify


def _ecdsa(key: EllipticCurvePublicKey, curve: _Curve) -> Verify:
    size, scheme = curve.size, ECDSA(curve.hash)

    def verify(signature: bytes, message: bytes) -> bool:
        if len(signature) != 2 * size:  # R and S side by side (RFC 7518, 3.4), never DER
            return False
        r, s = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])
        if not r or not s:  # CVE-2022-21449; OpenSSL refuses them too, but another backend might not
            return False
        try:
            key.verify(encode_dss_signature(r, s), message, scheme)
        except InvalidSignature:
            return False
        return True

    return verify


def _ed25519(key: Ed25519PublicKey) -> Verify:
    def verify(signature: bytes, message: bytes) -> bool:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return verify
