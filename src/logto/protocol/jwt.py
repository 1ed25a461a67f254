"""Signed tokens: taken apart strictly, and verified (RFC 7515, RFC 7519, RFC 8725)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ..errors import InvalidTokenError
from .base64url import decode_base64url
from .claims import shown
from .keys import KeySet
from .strict_json import parse_object

ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"})
"""What a token may be signed with: public keys only. `Ed25519` is the new name of `EdDSA` (RFC 9864)."""

MAX_TOKEN = 64 * 1024
"""Characters of a token."""


@dataclass(frozen=True, slots=True)
class Header:
    """A JOSE header that passed every check that needs no key.

    Args:
        algorithm: One of `ALGORITHMS`.
        kid: The name of the key, if any.
        type: The media type in lower case, without `application/`; None where the header has no `typ`.
        members: All of them.
    """

    algorithm: str
    kid: str | None
    type: str | None
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A token in its parts: well-formed, and proof of nothing.

    Args:
        header: Checked as far as that is possible without a key.
        claims: What the token says; nobody has verified that it is true.
        payload: The same as bytes.
        signature: The bytes of the signature.
        message: What the signature signs.
    """

    header: Header
    claims: Mapping[str, Any] = field(repr=False)
    payload: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    message: bytes = field(repr=False)


class VerifiedJwt:
    """A token whose signature was verified: only `verify_signature` can make one.

    Its claims are the issuer's words. Whether they are meant for us, and now, is checked by whoever knows the kind of
    the token.
    """

    __slots__ = ("claims", "header")

    def __init__(self, token: SignedToken, proof: object) -> None:
        if proof is not _PROOF:
            raise TypeError("A VerifiedJwt comes from verify_jwt() only.")
        self.header = token.header
        self.claims = token.claims

    def __repr__(self) -> str:
        return f"VerifiedJwt({self.header.algorithm})"


_PROOF = object()


def verify_jwt(token: str, keys: KeySet, *, algorithms: Collection[str], types: Collection[str | None]) -> VerifiedJwt:
    """Take a token apart and verify its signature.

    Does not check a single claim.

    Args:
        token: In the compact serialization (RFC 7515, 7.1).
        keys: The issuer's.
        algorithms: Those that the issuer says it signs with; of them, only `ALGORITHMS` count.
        types: The `typ` that tokens of the wanted kind have, in lower case; None if it may be absent (RFC 8725, 3.11).

    Raises:
        InvalidTokenError: `token.malformed`, `token.too_large`, `token.algorithm_not_allowed`, `token.type_invalid`,
            `token.key_not_found` (a fresher key set could help), `token.key_unsuitable`, `token.key_ambiguous` or
            `token.signature_invalid`.
    """
    signed = parse_jwt(token)
    check_header(signed.header, algorithms=algorithms, types=types)
    return verify_signature(signed, keys)


def parse_jwt(token: str) -> SignedToken:
    """Take a token apart; nothing of it is verified.

    Raises:
        InvalidTokenError: `token.malformed`, `token.too_large` or `token.algorithm_not_allowed`.
    """
    if not isinstance(token, str):  # what the server sent in its place
        raise _malformed("is no string")
    if len(token) > MAX_TOKEN:
        raise InvalidTokenError(f"The token is longer than {MAX_TOKEN} characters.", code="token.too_large")
    segments = token.split(".", 5)
    if len(segments) != 3:
        encrypted = "Encrypted tokens are not supported: let the provider only sign them." if len(segments) == 5 else ""
        raise _malformed(f"has {len(segments)} segments instead of 3", encrypted)
    header = _read_header(segments[0])
    try:
        payload = decode_base64url(segments[1])
        claims = parse_object(payload)
    except ValueError as error:
        raise _malformed(f"has a payload that {error}") from None
    try:
        signature = decode_base64url(segments[2])
    except ValueError as error:
        raise _malformed(f"has a signature that {error}") from None
    return SignedToken(header, claims, payload, signature, f"{segments[0]}.{segments[1]}".encode())


def check_header(header: Header, *, algorithms: Collection[str], types: Collection[str | None]) -> None:
    """Refuse a token signed in a way, or of a kind, that is not wanted; `verify_jwt` says which arguments."""
    if header.algorithm not in algorithms:
        raise _wrong_algorithm(header.algorithm, ALGORITHMS.intersection(algorithms))
    if header.type not in types:
        raise InvalidTokenError(
            "The token is of another kind.",
            code="token.type_invalid",
            claim="typ",
            expected=sorted(kind or "(absent)" for kind in types),
            actual=shown(header.type),
            hint="An ID token, an access token and a logout token cannot stand in for one another.",
        )


def verify_signature(token: SignedToken, keys: KeySet) -> VerifiedJwt:
    """Verify what `check_header` has let pass.

    Raises:
        InvalidTokenError: No key fits (see `KeySet.choose`), or `token.signature_invalid`, by the key in `actual`.
    """
    header = token.header
    key = keys.choose(header.kid, header.algorithm)
    if not key.verify(token.signature, token.message):
        raise InvalidTokenError(
            "The token's signature is wrong.",
            code="token.signature_invalid",
            actual=shown(header.kid),
            hint="The token was altered, or signed by somebody else under the name of the provider's key.",
        )
    return VerifiedJwt(token, _PROOF)


_MAX_CACHED_HEADERS = 64
_MAX_CACHED_HEADER_LENGTH = 1024
_headers: dict[str, Header] = {}


def _read_header(segment: str) -> Header:
    """The header that a token begins with.

    All tokens of one issuer have the same few, so what passed every check is remembered by its text; the text alone
    decides, so a remembered answer is the answer.
    """
    header = _headers.get(segment)
    if header is None:
        header = _check_members(segment)
        if len(segment) <= _MAX_CACHED_HEADER_LENGTH:
            if len(_headers) >= _MAX_CACHED_HEADERS:  # somebody makes headers up: start again
                _headers.clear()
            _headers[segment] = header
    return header


def _check_members(segment: str) -> Header:
    try:
        members = parse_object(decode_base64url(segment))
    except ValueError as error:
        raise _malformed(f"has a header that {error}") from None
    algorithm, kid, kind = members.get("alg"), members.get("kid"), members.get("typ")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise _wrong_algorithm(algorithm, ALGORITHMS)
    for name in ("crit", "b64"):  # RFC 7515, 4.1.11; RFC 7797: extensions that change what a signature means
        if name in members:
            raise _malformed(f"has a header with `{name}`, which we do not understand", claim=name)
    if "kid" in members and not isinstance(kid, str):
        raise _malformed("has a `kid` that is no string", claim="kid")
    if "typ" in members and not isinstance(kind, str):
        raise _malformed("has a `typ` that is no string", claim="typ")
    # `jwk`, `jku`, `x5u` and `x5c` are never looked at: a token does not say by which key it wants to be believed.
    kind = kind.lower().removeprefix("application/") if isinstance(kind, str) else None  # RFC 7515, 4.1.9
    return Header(algorithm, kid, kind, MappingProxyType(members))


def _malformed(what: str, hint: str = "", claim: str | None = None) -> InvalidTokenError:
    return InvalidTokenError(f"The token {what}.", code="token.malformed", claim=claim, hint=hint)


def _wrong_algorithm(actual: object, allowed: Collection[str]) -> InvalidTokenError:
    return InvalidTokenError(
        "The token is signed in a way that is not accepted.",
        code="token.algorithm_not_allowed",
        claim="alg",
        expected=sorted(allowed),
        actual=shown(actual),
        hint="Accepted is what the provider's discovery document announces, of the algorithms with public keys.",
    )
