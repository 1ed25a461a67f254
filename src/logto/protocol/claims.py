"""The registered claims of a JWT (RFC 7519, 4.1), each as every kind of token needs it checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..errors import ExpiredTokenError, InvalidTokenError

LAST_SECOND = 253_402_300_799
"""The end of the year 9999: what is later is no time, and Python's calendar cannot show it."""

MAX_CLOCK_TOLERANCE = 3600
"""The most seconds of `clock_tolerance` that a hint recommends."""

_MAX_SHOWN = 200


def shown(value: object) -> Any:
    """A value from a token, fit for an error: bounded and printable."""
    if isinstance(value, str):
        return "".join(
            character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in value[:_MAX_SHOWN]
        )
    if isinstance(value, list):
        return [shown(item) for item in value[:5] if not isinstance(item, (list, dict))]
    return value if value is None or isinstance(value, (bool, int, float)) else f"({type(value).__name__})"


def invalid(
    claim: str, problem: str, *, expected: object = None, actual: object = None, hint: str = "", code: str = ""
) -> InvalidTokenError:
    """The refusal of a token for one of its claims.

    Args:
        claim: Its name.
        problem: What is wrong with it, as the end of a sentence that begins with it.
        expected: What it should have been, where that is safe to show.
        actual: What it was, where that is safe to show.
        hint: The likely cause.
        code: If something more precise than `token.claim_invalid` can be said.
    """
    return InvalidTokenError(
        f"The token's `{claim}` {problem}.",
        claim=claim,
        expected=expected,
        actual=shown(actual),
        hint=hint,
        code=code or "token.claim_invalid",
    )


def require(claims: Mapping[str, Any], *names: str) -> None:
    """Refuse a token that lacks one of the claims; null is lacking."""
    for name in names:
        if claims.get(name) is None:
            raise _missing(name)


def _missing(name: str) -> InvalidTokenError:
    return invalid(name, "is missing", code="token.claim_missing", hint=_FOREIGN)


_FOREIGN = "Such a token was not made for this application by Logto."


def check_issuer(claims: Mapping[str, Any], issuer: str) -> None:
    """Refuse a token that anyone but `issuer` issued; the comparison is exact (RFC 7519, 4.1.1)."""
    actual = claims.get("iss")
    if actual != issuer:
        require(claims, "iss")
        near = isinstance(actual, str) and actual.rstrip("/") == issuer.rstrip("/")
        raise invalid(
            "iss",
            "names another issuer",
            expected=issuer,
            actual=actual,
            hint="They differ only by a slash at the end: the provider contradicts its own discovery document."
            if near
            else "Is `endpoint` the address that the server itself goes by (Logto's ENDPOINT)?",
        )


def audiences(claims: Mapping[str, Any]) -> list[str]:
    """Whom a token is for (RFC 7519, 4.1.3): one or several.

    Raises:
        InvalidTokenError: It is missing, or neither a string nor a list of strings.
    """
    audience = claims.get("aud")
    if isinstance(audience, str):
        return [audience]
    require(claims, "aud")
    names: list[Any] = audience if isinstance(audience, list) else []
    if not names or not all(isinstance(name, str) for name in names):
        raise invalid("aud", "is neither a string nor a list of strings", actual=audience)
    return names


def check_subject(claims: Mapping[str, Any]) -> str:
    """Refuse a token without a `sub` of 1 to 255 characters (OpenID Connect Core 2); return it."""
    require(claims, "sub")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255:
        raise invalid("sub", "is not a string of 1 to 255 characters", hint=_FOREIGN)
    return subject


def time_of(claims: Mapping[str, Any], name: str) -> float | None:
    """A claim that is a time, in seconds since 1970 (RFC 7519, 2: NumericDate); None where it is absent or null."""
    value = claims.get(name)
    if value is None or (type(value) is int and 0 <= value <= LAST_SECOND):  # first, because APIs ask at every request
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= LAST_SECOND:
        milliseconds = isinstance(value, (int, float)) and LAST_SECOND < value <= LAST_SECOND * 1000
        raise invalid(
            name,
            "is no time in seconds since 1970",
            actual=value,
            hint="It looks like milliseconds." if milliseconds else "",
        )
    return value


def check_times(claims: Mapping[str, Any], *, now: float, clock_tolerance: float, max_age: float | None = None) -> None:
    """Refuse a token whose time is over or has not come (RFC 7519, 4.1.4 to 4.1.6).

    Args:
        claims: With `exp` and `iat`, perhaps `nbf`.
        now: The time, in seconds since 1970.
        clock_tolerance: By how many seconds the clocks may differ.
        max_age: How many seconds ago the token may have been issued, where it has just come from the server.

    Raises:
        ExpiredTokenError: `token.expired`, `token.not_yet_valid` or `token.too_old`.
        InvalidTokenError: One of them is no time, or missing.
    """
    expires, issued, begins = time_of(claims, "exp"), time_of(claims, "iat"), time_of(claims, "nbf") or 0.0
    if expires is None or issued is None:
        raise _missing("exp" if expires is None else "iat")
    if now - clock_tolerance >= expires:
        # A token that has just come was issued now, by the server's clock; of another, only its end is known.
        hint = _get_a_new_one(now - expires) if max_age is None else _clocks_differ(now - issued)
        raise ExpiredTokenError(
            "The token has expired.", code="token.expired", claim="exp", expected=now, actual=expires, hint=hint
        )
    if issued > now + clock_tolerance or begins > now + clock_tolerance:
        claim, time = ("iat", issued) if issued > now + clock_tolerance else ("nbf", begins)
        raise ExpiredTokenError(
            f"The token is not valid yet: its `{claim}` is to come.",
            code="token.not_yet_valid",
            claim=claim,
            expected=now,
            actual=time,
            hint=_clocks_differ(time - now),
        )
    if max_age is not None and now - issued > max_age + clock_tolerance:
        raise ExpiredTokenError(
            "The token was issued too long ago for one that has just come.",
            code="token.too_old",
            claim="iat",
            expected=now,
            actual=issued,
            hint=_clocks_differ(now - issued),
        )


def _clocks_differ(seconds: float) -> str:
    tolerable = ", or raise `clock_tolerance`" if seconds <= MAX_CLOCK_TOLERANCE else ""
    return f"This machine's clock and the server's differ by about {seconds:.0f} s: correct it{tolerable}."


def _get_a_new_one(seconds: float) -> str:
    return f"It expired {seconds:.0f} s ago: get a new one."


def is_among(audience: Collection[str], ours: str, trusted: Collection[str]) -> bool:
    """Whether a token is for us, and beyond us only for those whom we trust."""
    return ours in audience and all(name == ours or name in trusted for name in audience)
