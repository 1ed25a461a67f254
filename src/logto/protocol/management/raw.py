"""Calls of routes that have no name here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import unquote

from ...errors import ConfigurationError
from ..answer import json_value
from ..api_call import Call
from ..http import HttpRequest, HttpResponse

_PATH = re.compile(r"(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)+")


def request(
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"],
    route: str,
    *,
    query: Mapping[str, str | int | bool | Sequence[str] | None] | None = None,
    body: Mapping[str, Any] | None = None,
) -> Call[Any]:
    """Calls any route of Logto's API, for those without a method here; the answer is as it came: JSON, or None for none.

    Args:
        method: The HTTP method.
        route: Below `/api`, such as `/logs`; ids in it must be percent-encoded.
        query: What is not None goes into the URL.
        body: In Logto's own spelling. A refusal's `data` may repeat what stands in it.

    Raises:
        ConfigurationError: It is no such route.
        LogtoApiError: The server refused.
    """
    named: object = route
    segments = [unquote(one) for one in named.split("/")[1:]] if isinstance(named, str) else []
    if (
        method not in {"GET", "POST", "PUT", "PATCH", "DELETE"}
        or not segments
        or not _PATH.fullmatch(route)
        or any(not one.strip(".") or not one.isprintable() or "/" in one or "\\" in one for one in segments)
    ):
        raise ConfigurationError(
            "This is no route of Logto's API.",
            hint='Write request("GET", "/logs", query={"page_size": 10}); ids in the route go through '
            'urllib.parse.quote(…, safe="").',
            code="configuration.api_path",
        )
    return Call(method, route.removeprefix("/"), _whatever, body=body, query=query or {})


def _whatever(request: HttpRequest, response: HttpResponse) -> Any:
    return json_value(request, response) if response.body else None
