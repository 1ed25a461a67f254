"""What every JSON answer has in common: how it is opened, and how a refusal is told from nonsense."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..errors import ClientAuthenticationError, TokenRequestError, UnexpectedResponseError
from .http import HttpRequest, HttpResponse
from .strict_json import parse_object, parse_value

T = TypeVar("T")

MAX_DESCRIPTION = 200
"""Characters of the server's own words that a message repeats."""

_JSON_TYPES = ("application/json", "text/json")
_MOST_RETRY_AFTER = 24 * 3600


def json_object(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """The JSON object that an answer consists of.

    Raises:
        UnexpectedResponseError: It is no JSON object, or not declared as JSON.
    """
    return _json(request, response, parse_object, "a JSON object")


def json_value(request: HttpRequest, response: HttpResponse) -> Any:
    """The JSON that an answer consists of, be it an object, a list or a single value.

    Raises:
        UnexpectedResponseError: It is no JSON, or not declared as JSON.
    """
    return _json(request, response, parse_value, "JSON")


def _json(request: HttpRequest, response: HttpResponse, parse: Callable[[bytes], T], what: str) -> T:
    kind = response.media_type
    if kind not in _JSON_TYPES and not kind.endswith("+json"):
        raise UnexpectedResponseError(
            f"{request.place} answered {kind or 'no content type'} (HTTP {response.status}) where JSON was expected.",
            url=request.place,
            status=response.status,
            code="response.not_json",
            # Logto serves its sign-in page, with status 200, at every path that it does not know (LOGTO.md 3.1).
            hint="A web page usually means that `endpoint` is not Logto's address: give it without a path such as /oidc."
            if kind == "text/html"
            else "Is `endpoint` Logto's address, and does nothing in between answer in its place?",
        )
    try:
        return parse(response.body)
    except ValueError:
        raise UnexpectedResponseError(
            f"{request.place} answered something that is not {what} (HTTP {response.status}).",
            url=request.place,
            status=response.status,
            code="response.malformed",
            hint="Is `endpoint` Logto's address, and does nothing in between change or cut its answers?",
        ) from None


def refusal(request: HttpRequest, response: HttpResponse) -> TokenRequestError | UnexpectedResponseError:
    """The error that an answer other than a success stands for (RFC 6749, 5.2)."""
    request_id = printable(response.headers.get("logto-core-request-id", ""), request.confidential) or None
    try:
        body = json_object(request, response)
    except UnexpectedResponseError as error:
        if response.status >= 500 or response.status == 429:
            return _out_of_order(request, response)
        return error
    error_code = body.get("error")
    if not isinstance(error_code, str) or not error_code or response.status >= 500 or response.status == 429:
        return _out_of_order(request, response)

    error_code = printable(error_code, request.confidential)
    description = printable(body.get("error_description"), request.confidential)
    details: dict[str, Any] = {
        "error": error_code,
        "error_description": description,
        "status": response.status,
        "request_id": request_id,
        "retry_after": retry_after(response.headers),
    }
    said = f"{request.place} refused: {error_code}" + (f" ({description})." if description else ".")
    if error_code in ("invalid_client", "unauthorized_client"):
        return ClientAuthenticationError(
            said,
            **details,
            hint="`app_id` is not known there, or `app_secret` is wrong: compare both with the application's page in "
            "Logto's Console. A single-page or native application has no secret: leave `app_secret` out.",
        )
    known_as = f" under request {request_id}" if request_id else ""
    return TokenRequestError(said, **details, hint=f"These are the server's words; its log may say more{known_as}.")


def _out_of_order(request: HttpRequest, response: HttpResponse) -> UnexpectedResponseError | TokenRequestError:
    if response.status == 429:
        wait = retry_after(response.headers)
        return TokenRequestError(
            f"{request.place} answered HTTP 429: too many requests.",
            status=429,
            retry_after=wait,
            code="token_request.rate_limited",
            hint=f"Ask again after {wait:.0f} s." if wait else "Ask again later.",
        )
    return UnexpectedResponseError(
        f"{request.place} answered HTTP {response.status}.",
        url=request.place,
        status=response.status,
        code="response.server_error" if response.status >= 500 else "response.unexpected_status",
        hint="The server is out of order; nothing that was stored is lost. Try again later."
        if response.status >= 500
        else "Is `endpoint` Logto's address?",
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of a `Retry-After` header (RFC 9110, 10.2.3); None for a date or nonsense."""
    value = headers.get("retry-after", "").strip()
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        return None
    return float(min(int(value), _MOST_RETRY_AFTER))


def printable(text: object, confidential: tuple[str, ...]) -> str:
    """Somebody else's words, fit for a message: bounded, on one line, without what we sent in confidence."""
    if not isinstance(text, str):
        return ""
    for secret in confidential:
        if secret:
            text = text.replace(secret, "[removed]")
    line = "".join(character if character.isprintable() else " " for character in text[: MAX_DESCRIPTION * 4])
    return line[:MAX_DESCRIPTION].strip()
