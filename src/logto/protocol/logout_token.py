"""Logout tokens: the provider says that a session is over (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass, field
from urllib.parse import parse_qsl

from ..errors import InvalidTokenError
from .claims import audiences, check_issuer, check_subject, check_times, invalid, is_among, require
from .jwt import check_header, parse_jwt, verify_signature
from .keys import KeySet

EVENT = "http://schemas.openid.net/event/backchannel-logout"
"""The member of `events` that makes a token a logout token (2.4)."""

MAX_BODY = 64 * 1024
"""Bytes of the largest request that is read."""

FRESH = 600.0
"""Seconds within which a logout token must have been issued."""

_TYPES: frozenset[str | None] = frozenset({"logout+jwt"})
_PROOF = object()


@dataclass(frozen=True, slots=True)
class LogoutToken:
    """A logout token that passed every check but one: whether its `jti` was seen before. Only `verify_logout_token` makes
    one.

    Args:
        issuer: Who says it.
        subject: Whose sessions end, if the token names a user.
        session_id: Which of the provider's sessions ends, if it names one.
        jti: The token's own name.
        expires_at: From when on it is refused for its age, and its `jti` need not be remembered any more.
    """

    issuer: str
    subject: str | None
    session_id: str | None
    jti: str = field(repr=False)
    expires_at: float
    _: KW_ONLY
    proof: object = field(repr=False)

    def __post_init__(self) -> None:
        if self.proof is not _PROOF:
            raise TypeError("a LogoutToken comes from verify_logout_token() only")


def read_logout_request(body: bytes, content_type: str | None) -> str:
    """The logout token of a back-channel request (2.5): a form with `logout_token`, once.

    Args:
        body: The request's, as it came.
        content_type: The request's, if it has one.

    Raises:
        InvalidTokenError: It is something else.
    """
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded" or len(body) > MAX_BODY:
        raise _malformed("is not a form of reasonable size")
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, separator="&")
    except ValueError:
        raise _malformed("is not a form") from None
    tokens = [value for name, value in fields if name == "logout_token"]
    if len(tokens) != 1 or not tokens[0]:
        raise _malformed("has no `logout_token`, or several")
    return tokens[0]


def verify_logout_token(
    token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    now: float,
    clock_tolerance: float,
    algorithms: Collection[str],
    demand_type: bool = False,
) -> LogoutToken:
    """Checks a logout token (2.6), in the specification's order.

    Does not check whether its `jti` was seen before.

    Args:
        token: As received.
        keys: The provider's.
        issuer: The provider's name.
        client_id: Ours.
        now: The time, in seconds since 1970.
        clock_tolerance: By how many seconds the provider's clock may differ from ours.
        algorithms: What the provider announces to sign ID tokens with; logout tokens are signed alike.
        demand_type: Whether to refuse a token without `typ`, as many older providers send.

    Raises:
        InvalidTokenError: It is malformed, forged, not for us, or no logout token.
        ExpiredTokenError: Its times do not fit our clock.
    """
    signed = parse_jwt(token)
    check_header(signed.header, algorithms=algorithms, types=_TYPES if demand_type else {*_TYPES, None})
    check_issuer(signed.claims, issuer)
    if not is_among(audiences(signed.claims), client_id, ()):
        raise invalid("aud", "does not name this application alone", expected=client_id, actual=signed.claims["aud"])
    claims = verify_signature(signed, keys).claims
    check_times(claims, now=now, clock_tolerance=clock_tolerance, max_age=FRESH)
    subject = check_subject(claims) if claims.get("sub") is not None else None
    session_id = claims.get("sid")
    if subject is None and session_id is None:
        raise invalid("sub", "is missing, and so is `sid`: whose session it is", code="token.claim_missing")
    if session_id is not None and not (isinstance(session_id, str) and 0 < len(session_id) <= 255):
        raise invalid("sid", "is not a string of 1 to 255 characters")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise invalid("events", "does not say that it is about a logout")
    if "nonce" in claims:
        # Without this, an ID token could be passed off as a logout token (2.4).
        raise invalid("nonce", "must not be in a logout token")
    require(claims, "jti")
    jti = claims["jti"]
    if not isinstance(jti, str) or not 0 < len(jti) <= 255:
        raise invalid("jti", "is not a string of 1 to 255 characters")
    expires_at = min(claims["exp"], claims["iat"] + FRESH) + clock_tolerance
    return LogoutToken(issuer, subject, session_id, jti, expires_at, proof=_PROOF)


def _malformed(what: str) -> InvalidTokenError:
    return InvalidTokenError(
        f"The request {what}.",
        code="logout_request.malformed",
        hint="Only the provider sends to this address: a POST with a form (OpenID Connect Back-Channel Logout 2.5).",
    )
