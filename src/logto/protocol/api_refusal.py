"""What a refusal of Logto's own APIs means: `{"code", "message", "data"?}` (LOGTO.md 5.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors import (
    LogtoApiConflictError,
    LogtoApiError,
    LogtoApiForbiddenError,
    LogtoApiInputError,
    LogtoApiNotFoundError,
    LogtoApiRateLimitedError,
    LogtoApiUnauthorizedError,
    LogtoException,
    UnexpectedResponseError,
)
from .answer import json_object, printable, refusal, retry_after
from .http import HttpRequest, HttpResponse

_KINDS: dict[int, type[LogtoApiError]] = {
    400: LogtoApiInputError,
    401: LogtoApiUnauthorizedError,
    403: LogtoApiForbiddenError,
    404: LogtoApiNotFoundError,
    409: LogtoApiConflictError,
    413: LogtoApiInputError,
    422: LogtoApiConflictError,
}

_HINTS = {
    "api.invalid_input": "Something that was sent is not what Logto expects there; `data` may say more.",
    "api.not_found": "Is the id that of this kind of thing, in this tenant, and has nobody deleted it?",
    "api.conflict": "Something that is there, or a rule of the tenant, is in the way: `logto_code` says which.",
}

_CODE = re.compile(r"[a-z_]{1,60}(\.[a-z0-9_]{1,100}){1,3}")


def is_token_refused(response: HttpResponse) -> bool:
    """Whether another access token may help. Nothing was done: the call may be made once more."""
    return response.status == 401


def api_refusal(request: HttpRequest, response: HttpResponse, *, hints: Mapping[str, str]) -> LogtoException:
    """The error that an answer other than a success stands for.

    Args:
        request: What was asked.
        response: What came.
        hints: What to do, by our code or by Logto's own; beside those for everything.
    """
    if response.status == 429:
        return _rate_limited(request, response)
    if response.status >= 500 or response.status not in _KINDS:
        return refusal_without_words(request, response)
    try:
        body = json_object(request, response)
    except UnexpectedResponseError as error:
        return error
    logto_code = _code(body.get("code"), request.confidential)
    if not logto_code:
        return refusal_without_words(request, response)
    kind = _KINDS[response.status]
    if logto_code == "auth.unauthorized" and response.status == 400:
        kind = LogtoApiForbiddenError  # so the Account API says that a scope is missing
    words = (printable(body.get(name), request.confidential) for name in ("message", "details"))
    said = " ".join(one for one in words if one)
    return kind(
        f"{request.method} {request.place} was refused: {logto_code}" + (f" ({said})." if said else "."),
        status=response.status,
        logto_code=logto_code,
        data=scrubbed(body.get("data"), request.confidential),
        request_id=_request_id(request, response),
        retry_after=retry_after(response.headers),
        hint=next(
            (known[name] for known in (hints, _HINTS) for name in (logto_code, kind.default_code) if name in known), ""
        ),
    )


def refusal_without_words(request: HttpRequest, response: HttpResponse) -> LogtoException:
    """The error of an answer that is no refusal in Logto's form."""
    if 300 <= response.status < 400 or response.status >= 500:
        return UnexpectedResponseError(
            f"{request.place} answered HTTP {response.status}.",
            url=request.place,
            status=response.status,
            code="response.server_error" if response.status >= 500 else "response.unexpected_status",
            hint="The server is out of order. Whether it did what it was asked is not known: look before you ask again."
            if response.status >= 500
            else "Is `endpoint` Logto's address? Redirects are not followed: the access token would travel.",
        )
    return refusal(request, response)


def scrubbed(value: Any, confidential: tuple[str, ...]) -> Any:
    """The same JSON, with whatever we sent in confidence taken out of its texts."""
    match value:
        case str():
            for secret in confidential:
                value = value.replace(secret, "[removed]") if secret else value
            return value
        case list():
            return [scrubbed(one, confidential) for one in value]
        case dict():
            return {scrubbed(name, confidential): scrubbed(one, confidential) for name, one in value.items()}
        case _:
            return value


def _rate_limited(request: HttpRequest, response: HttpResponse) -> LogtoApiRateLimitedError:
    wait = retry_after(response.headers)
    return LogtoApiRateLimitedError(
        f"{request.method} {request.place} answered HTTP 429: too many requests.",
        status=429,
        request_id=_request_id(request, response),
        retry_after=wait,
        hint="Nothing was done. " + (f"Ask again after {wait:.0f} s." if wait else "Ask again later."),
    )


def _code(value: object, confidential: tuple[str, ...]) -> str:
    # A password may be the word "password", which must not make `password.rejected` unrecognisable.
    if isinstance(value, str) and _CODE.fullmatch(value) and value not in confidential:
        return value
    return printable(value, confidential)


def _request_id(request: HttpRequest, response: HttpResponse) -> str | None:
    return printable(response.headers.get("logto-core-request-id", ""), request.confidential) or None
