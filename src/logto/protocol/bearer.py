"""The access token that a request brings (RFC 6750, 2), and nothing else that might be one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote_plus

from ..errors import InvalidRequestError, MissingTokenError
from .jwt import MAX_TOKEN

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""RFC 6750, 2.1: `b64token`."""


def read_bearer(authorization: Sequence[str], query: str = "", *, scope: str = "") -> str:
    """The access token of a request.

    It is taken from the `Authorization` header only: what stands in a URL or a form ends in logs and histories
    (RFC 6750, 5.3). A body is not looked at.

    Args:
        authorization: The values of all `Authorization` headers of the request.
        query: The request's query, as it came.
        scope: What the request needs, for the challenge where it brings no token.

    Raises:
        MissingTokenError: It brings none, or other credentials than a bearer token.
        InvalidRequestError: It brings several, in the wrong place, or in a form that no token has.
    """
    if query and _has_token(query):
        raise _misplaced("an access token in the query", "Send it in the `Authorization` header.")
    if len(authorization) > 1:
        raise _misplaced("several `Authorization` headers", "Send one: of two, each reader could believe another.")
    value = authorization[0].strip(" \t") if authorization else ""  # RFC 9110, 5.5
    if not value:
        raise _missing(scope)
    scheme, _, credentials = value.partition(" ")
    token = credentials.lstrip(" ")
    ours = scheme.lower() == "bearer"  # without regard to case (RFC 9110, 11.1)
    if ours and len(value) <= MAX_TOKEN and _TOKEN.fullmatch(token):
        return token
    if len(value) > MAX_TOKEN:
        raise _misplaced("credentials of a size that no token has", "Send the access token alone.")
    if not value.isascii() or not value.isprintable():
        raise _misplaced("control or foreign characters among its credentials", "Send the access token as it came.")
    if not ours:
        raise _missing(scope)
    raise _misplaced("something else than one token after `Bearer`", "Send `Authorization: Bearer <access token>`.")


def _has_token(query: str) -> bool:
    # However it is spelt: whoever reads the query behind us decodes it too.
    if "token" not in query and "%" not in query:
        return False
    return any(unquote_plus(part.partition("=")[0]) == "access_token" for part in query.split("&"))


def _missing(scope: str) -> MissingTokenError:
    return MissingTokenError(
        "The request brought no access token.",
        scope=scope,
        hint="Send `Authorization: Bearer <access token>`; `client.getAccessToken(resource)` gets one.",
    )


def _misplaced(what: str, hint: str) -> InvalidRequestError:
    return InvalidRequestError(f"The request has {what}.", hint=hint)
