"""The ID token: every check of OpenID Connect Core 3.1.3.7 and 12.2, in the specification's order."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from ..errors import ExpiredTokenError, StorageError
from ..models.claims import IdTokenClaims
from .claims import audiences, check_issuer, check_subject, check_times, invalid, is_among, require, time_of
from .jwt import VerifiedJwt, check_header, parse_jwt, verify_signature
from .keys import KeySet

TYPES = frozenset({"jwt", None})
"""The `typ` of an ID token: Logto sends none."""

FRESH = 600.0
"""Seconds within which a token that comes from the token endpoint must have been issued."""


class VerifiedIdToken:
    """An ID token that passed every check: only `verify_id_token` and `verify_refreshed_id_token` can make one."""

    __slots__ = ("claims", "raw")

    def __init__(self, raw: str, claims: IdTokenClaims, proof: object) -> None:
        if proof is not _PROOF:
            raise TypeError("A VerifiedIdToken comes from verify_id_token() only.")
        self.raw = raw
        self.claims = claims

    def __repr__(self) -> str:
        return f"VerifiedIdToken({self.claims!r})"


_PROOF = object()


def verify_id_token(
    token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    now: float,
    clock_tolerance: float,
    algorithms: Collection[str],
    nonce: str | None,
    max_age: int | None = None,
    access_token: str | None = None,
    code: str | None = None,
    trusted_audiences: Collection[str] = (),
) -> VerifiedIdToken:
    """Check the ID token that the token endpoint answered to an authorization code.

    Args:
        token: As received.
        keys: The provider's.
        issuer: The provider's name, from its discovery document.
        client_id: Ours.
        now: The time, in seconds since 1970.
        clock_tolerance: By how many seconds the provider's clock may differ from ours.
        algorithms: What the provider announces to sign ID tokens with.
        nonce: The one that this sign-in sent; None if it sent none, and then the token must not have one.
        max_age: The `max_age` that this sign-in sent, in seconds.
        access_token: The one that came with it: checked where the token has an `at_hash`.
        code: The one that it was exchanged for: checked where the token has a `c_hash`.
        trusted_audiences: Whom else the token may be meant for.

    Raises:
        InvalidTokenError: It is malformed, forged, or not for this sign-in; `token.key_not_found` means that a fresher
            key set could help.
        ExpiredTokenError: Its times do not fit our clock.
    """
    verified = _verify(
        token,
        keys,
        issuer=issuer,
        client_id=client_id,
        now=now,
        clock_tolerance=clock_tolerance,
        algorithms=algorithms,
        trusted_audiences=trusted_audiences,
    )
    claims = verified.claims
    _check_nonce(claims, nonce)  # 3.1.3.7, 11
    _check_authentication_time(claims, now, clock_tolerance, max_age)  # 13
    _check_hash(verified, "at_hash", access_token)  # 3.1.3.8
    _check_hash(verified, "c_hash", code)  # 3.3.2.11
    return _prove(token, verified)


def verify_refreshed_id_token(
    token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    now: float,
    clock_tolerance: float,
    algorithms: Collection[str],
    former: IdTokenClaims,
    access_token: str | None = None,
    trusted_audiences: Collection[str] = (),
) -> VerifiedIdToken:
    """Check the ID token that came with a refresh: it must continue the former one (OpenID Connect Core 12.2).

    Args:
        token: As received.
        keys: The provider's.
        issuer: The provider's name, from its discovery document.
        client_id: Ours.
        now: The time, in seconds since 1970.
        clock_tolerance: By how many seconds the provider's clock may differ from ours.
        algorithms: What the provider announces to sign ID tokens with.
        former: What the session's ID token says.
        access_token: The one that came with it: checked where the token has an `at_hash`.
        trusted_audiences: Whom else the token may be meant for.

    Raises:
        InvalidTokenError: It is malformed, forged, or about somebody else.
        ExpiredTokenError: Its times do not fit our clock.
    """
    verified = _verify(
        token,
        keys,
        issuer=issuer,
        client_id=client_id,
        now=now,
        clock_tolerance=clock_tolerance,
        algorithms=algorithms,
        trusted_audiences=trusted_audiences,
    )
    claims = verified.claims
    if claims["iss"] != former.iss:
        raise _discontinued("iss", former.iss, claims["iss"])
    if claims["sub"] != former.sub:
        raise _discontinued("sub")
    if not set(former.aud if isinstance(former.aud, list) else [former.aud]) <= set(audiences(claims)):
        raise _discontinued("aud", former.aud, claims["aud"])
    if claims.get("azp") is not None and former.azp is not None and claims["azp"] != former.azp:
        raise _discontinued("azp", former.azp, claims["azp"])
    if claims.get("nonce") is not None:
        _check_nonce(claims, former.nonce)
    _check_hash(verified, "at_hash", access_token)
    return _prove(token, verified)


# Base64 in compiled code: pages read claims more often than anything else, and this takes a third off. Kinder than
# `decode_base64url`, which does not matter to what was verified before it was stored.
_SEGMENT = TypeAdapter(bytes, config=ConfigDict(val_json_bytes="base64"))


def read_id_token(raw: str) -> IdTokenClaims:
    """What the ID token in our own storage says.

    Checks no signature and no claim: the token was verified before it was stored.

    Raises:
        StorageError: It is no ID token.
    """
    try:
        return IdTokenClaims.model_validate_json(_SEGMENT.validate_json(f'"{raw.split(".", 2)[1]}"'))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):  # a ValidationError is a ValueError
        raise StorageError(
            "The session's storage holds something else than an ID token under `idToken`.",
            hint="Does the storage return each value as it was given, to the same browser only?",
        ) from None


def _verify(
    token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    now: float,
    clock_tolerance: float,
    algorithms: Collection[str],
    trusted_audiences: Collection[str],
) -> VerifiedJwt:
    """Whatever every ID token must pass; the numbers are those of 3.1.3.7."""
    signed = parse_jwt(token)
    check_header(signed.header, algorithms=algorithms, types=TYPES)  # 7
    # Issuer and audience come before the signature, in the specification and here: a token for somebody else neither
    # costs an elliptic curve nor makes us fetch keys.
    check_issuer(signed.claims, issuer)  # 2
    _check_audience(signed.claims, client_id, trusted_audiences)  # 3, 4, 5
    verified = verify_signature(signed, keys)  # 6
    check_times(verified.claims, now=now, clock_tolerance=clock_tolerance, max_age=FRESH)  # 9, 10
    check_subject(verified.claims)
    return verified


def _check_audience(claims: Mapping[str, Any], client_id: str, trusted: Collection[str]) -> None:
    audience = audiences(claims)
    if client_id not in audience:
        raise invalid(
            "aud",
            "does not name this application",
            expected=client_id,
            actual=claims["aud"],
            hint="The token was made for another application: is `app_id` right?",
        )
    if not is_among(audience, client_id, trusted):
        raise invalid(
            "aud",
            "names others beside this application",
            expected=[client_id, *trusted],
            actual=claims["aud"],
            hint="Let the provider issue ID tokens for this application alone.",
        )
    party = claims.get("azp")
    if len(set(audience)) > 1:
        require(claims, "azp")
    if party is not None and party != client_id:
        raise invalid(
            "azp",
            "names another application",
            expected=client_id,
            actual=party,
            hint="The token was made for another application: is `app_id` right?",
        )


def _check_nonce(claims: Mapping[str, Any], expected: str | None) -> None:
    """Neither value is shown: it is what an attacker would need."""
    actual = claims.get("nonce")
    if expected is not None and actual is None:
        raise invalid("nonce", "is missing", code="token.claim_missing", hint=_REPLAYED)
    if actual is not None and not (
        isinstance(actual, str) and expected is not None and hmac.compare_digest(actual.encode(), expected.encode())
    ):
        raise invalid("nonce", "is not the one that this sign-in sent", hint=_REPLAYED)


_REPLAYED = "The token belongs to another sign-in: it was replayed, or two sign-ins were mixed up."


def _check_authentication_time(
    claims: Mapping[str, Any], now: float, clock_tolerance: float, max_age: int | None
) -> None:
    authenticated = time_of(claims, "auth_time")
    if max_age is None:
        return
    require(claims, "auth_time")
    if (
        authenticated is None
        or authenticated > now + clock_tolerance
        or now - authenticated > max_age + clock_tolerance
    ):
        raise ExpiredTokenError(
            "The user signed in longer ago than the sign-in allows.",
            claim="auth_time",
            expected=max_age,
            actual=authenticated,
            code="token.authentication_too_old",
            hint="The server did not obey `max_age`: ask with `prompt=login`.",
        )


_HASHES = {
    "RS256": "sha256",
    "PS256": "sha256",
    "ES256": "sha256",
    "ES384": "sha384",
    "ES512": "sha512",
    "EdDSA": "sha512",
    "Ed25519": "sha512",
}


def _check_hash(token: VerifiedJwt, claim: str, value: str | None) -> None:
    """The left half of the hash of the value that came beside the token, where both are there."""
    actual = token.claims.get(claim)
    if actual is None or value is None:
        return
    digest = hashlib.new(_HASHES[token.header.algorithm], value.encode("utf-8", "surrogatepass")).digest()
    expected = urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    if not isinstance(actual, str) or not hmac.compare_digest(actual.encode(), expected):
        raise invalid(claim, "does not fit what came with the token", hint="Parts of two answers were mixed.")


def _discontinued(claim: str, expected: object = None, actual: object = None) -> Exception:
    return invalid(
        claim,
        "is not that of the session's ID token",
        expected=expected,
        actual=actual,
        hint="A refresh may not change who is signed in: the answer was not used.",
    )


def _prove(raw: str, verified: VerifiedJwt) -> VerifiedIdToken:
    try:
        claims = IdTokenClaims.model_validate(verified.claims)
    except ValidationError as error:
        claim = str(error.errors(include_url=False, include_input=False, include_context=False)[0]["loc"][0])
        raise invalid(claim, "is of the wrong type") from None
    return VerifiedIdToken(raw, claims, _PROOF)
