"""Access tokens (RFC 9068): verified by the API that receives one, read by the client that was given one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from ..errors import ConfigurationError, InvalidTokenError
from ..models.claims import AccessTokenClaims
from ..models.scopes import ORGANIZATION_URN_PREFIX
from .base64url import decode_base64url
from .claims import audiences, check_issuer, check_subject, check_times, invalid, require, shown
from .jwt import check_header, parse_jwt, verify_signature
from .keys import KeySet
from .strict_json import parse_object

TYPES: frozenset[str | None] = frozenset({"at+jwt"})
"""The `typ` of an access token (RFC 9068, 2.1): without it, an ID token could be passed off as one."""

_MAX_ID = 255


class VerifiedAccessToken:
    """An access token that passed every check: only `verify_access_token` can make one."""

    __slots__ = ("claims",)

    def __init__(self, claims: AccessTokenClaims, proof: object) -> None:
        if proof is not _PROOF:
            raise TypeError("A VerifiedAccessToken comes from verify_access_token() only.")
        self.claims = claims

    def __repr__(self) -> str:
        return f"VerifiedAccessToken({self.claims!r})"


_PROOF = object()


def verify_access_token(
    token: str,
    keys: KeySet,
    *,
    issuer: str,
    audiences: Collection[str],
    now: float,
    clock_tolerance: float,
    algorithms: Collection[str],
    organizations: bool = False,
) -> VerifiedAccessToken:
    """Check an access token that came with a request to an API (RFC 9068, 4).

    Does not check what it allows: scopes, roles, organization and application are a `TokenRequirement`'s.

    Args:
        token: As received.
        keys: The provider's.
        issuer: The provider's name, from its discovery document.
        audiences: The API's own resource indicators.
        now: The time, in seconds since 1970.
        clock_tolerance: By how many seconds the provider's clock may differ from ours.
        algorithms: What the provider announces to sign with.
        organizations: Whether a token for any organization is for us too.

    Raises:
        InvalidTokenError: It is malformed, forged, no access token, or not for us; `token.key_not_found` means that a
            fresher key set could help.
        ExpiredTokenError: Its times do not fit our clock.
    """
    signed = parse_jwt(token)
    check_header(signed.header, algorithms=algorithms, types=TYPES)
    # Before the signature: what is not for us, or over, neither costs an elliptic curve nor makes us fetch keys.
    check_use(
        signed.claims,
        issuer=issuer,
        ours=audiences,
        organizations=organizations,
        now=now,
        clock_tolerance=clock_tolerance,
    )
    return VerifiedAccessToken(access_token_claims(verify_signature(signed, keys).claims), _PROOF)


def check_use(
    claims: Mapping[str, Any],
    *,
    issuer: str,
    ours: Collection[str],
    organizations: bool,
    now: float,
    clock_tolerance: float,
) -> None:
    """Refuse a token that is from somebody else, for somebody else, or out of its time: now, and at each use again.

    Args:
        claims: Of a token, verified or not.
        issuer: The provider's name.
        ours: The API's own resource indicators.
        organizations: Whether a token for any organization is for us too.
        now: The time, in seconds since 1970.
        clock_tolerance: By how many seconds the provider's clock may differ from ours.
    """
    check_issuer(claims, issuer)
    check_audience(claims, ours, organizations=organizations)
    check_times(claims, now=now, clock_tolerance=clock_tolerance)


def check_audience(claims: Mapping[str, Any], ours: Collection[str], *, organizations: bool) -> None:
    """Refuse a token that is for anybody but us, or for anybody beside us; `check_use` says which arguments."""
    for name in audiences(claims):
        # The same token would open the other API too, and nothing says which of its scopes mean us (RFC 8707, 3;
        # RFC 9068, 5). Logto names one audience only.
        if name not in ours and not (organizations and is_organization(name)):
            raise _not_for_us(claims["aud"], ours, name)


def access_token_claims(told: Mapping[str, Any]) -> AccessTokenClaims:
    """The claims of a token that is good and for us, if they are those of an access token (RFC 9068, 2.2).

    Raises:
        InvalidTokenError: One of them is missing, of the wrong type, or contradicts another.
    """
    check_subject(told)
    require(told, "client_id")
    for name in ("client_id", "organization_id"):
        value = told.get(name)
        if value is not None and not (isinstance(value, str) and 0 < len(value) <= _MAX_ID):
            raise invalid(name, f"is not a string of 1 to {_MAX_ID} characters", actual=value)
    if not isinstance(told.get("scope") or "", str):
        raise invalid("scope", "is no text", actual=told["scope"])
    _check_organization(told)
    try:
        return AccessTokenClaims.model_validate(told)
    except ValidationError as error:
        claim = str(error.errors(include_url=False, include_input=False, include_context=False)[0]["loc"][0])
        raise invalid(shown(claim), "is of the wrong type") from None


def is_organization(audience: str) -> bool:
    """Whether an audience is an organization (LOGTO.md 3.3)."""
    return audience.startswith(ORGANIZATION_URN_PREFIX) and len(audience) > len(ORGANIZATION_URN_PREFIX)


def _not_for_us(actual: object, ours: Collection[str], foreign: str) -> InvalidTokenError:
    hint = "The client must ask for a token with this API's identifier as `resource`."
    if is_organization(foreign):
        hint = "It is for an organization: to accept these, set `organizations=True`, or name this one in `audience`."
    elif isinstance(actual, list) and not set(actual).isdisjoint(ours):
        hint = "It is for other APIs beside this one, which could use it here."
    return invalid("aud", "is not this API", expected=sorted(ours), actual=actual, hint=hint)


def _check_organization(claims: Mapping[str, Any]) -> None:
    """An organization token is for one organization, whatever else the token says."""
    audience = claims["aud"]
    names = {audience} if isinstance(audience, str) else set(audience)
    organizations = {name for name in names if is_organization(name)}
    if not organizations:
        return
    if len(names) > 1:
        raise invalid("aud", "names an organization beside others", actual=audience)
    named = claims.get("organization_id")
    if named is not None and f"{ORGANIZATION_URN_PREFIX}{named}" not in organizations:
        raise invalid("organization_id", "is not the organization that the token is for", actual=named)


def read_access_token(raw: str) -> AccessTokenClaims:
    """The claims of an access token that came from the token endpoint, for our own use.

    Checks no signature and no claim: whoever receives the token in a request must verify it instead.

    Raises:
        ConfigurationError: `access_token.opaque`: the token is for the provider itself, and says nothing to us.
        InvalidTokenError: It is a JWT by its looks only, or lacks what every access token has.
    """
    segments = raw.split(".", 3)
    if len(segments) != 3:
        raise ConfigurationError(
            "The access token has no claims: it is opaque.",
            code="access_token.opaque",
            hint="Without `resource`, an access token is for the provider's own user info endpoint. Name an API resource "
            "in `resources` of the configuration, and as `resource` here; or use `getIdTokenClaims()`.",
        )
    try:
        payload = decode_base64url(segments[1])
        parse_object(payload)
        return AccessTokenClaims.model_validate_json(payload)
    except ValidationError as error:
        claim = str(error.errors(include_url=False, include_input=False, include_context=False)[0]["loc"][0])
        raise InvalidTokenError(
            f"The access token's `{shown(claim)}` is missing or of the wrong type.",
            code="token.claim_invalid",
            claim=shown(claim),
            hint="Did a JWT customizer in Logto's Console change it?",
        ) from None
    except ValueError as error:
        raise InvalidTokenError(f"The access token has a payload that {error}.", code="token.malformed") from None
