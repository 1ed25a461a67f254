"""Answers written beforehand, for tests without a network."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..errors import LogtoException, TransportError
from ..protocol.http import HttpRequest, HttpResponse


class CannedAnswers:
    """What is answered to whom, and a record of what was asked.

    Attributes:
        requests: Everything that was asked, in order.
    """

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []
        self._answers: dict[tuple[str, str], deque[HttpResponse | LogtoException]] = {}

    def answer(
        self, method: str, path: str, body: Any = b"", *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """Add an answer. Several for the same request are given in order; the last one again and again.

        Args:
            method: `GET` or `POST`.
            path: Such as `/oidc/token`; host and query do not matter.
            body: Bytes, or anything that JSON can say.
            status: The HTTP status.
            headers: Lower-case names, over the content type of JSON.
        """
        content = {} if isinstance(body, bytes) else {"content-type": "application/json"}
        encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._put(method, path, HttpResponse(status, {**content, **(headers or {})}, encoded))

    def fail(self, method: str, path: str, error: LogtoException) -> None:
        """Add a failure, in the place of an answer."""
        self._put(method, path, error)

    def asked(self, method: str, path: str) -> list[HttpRequest]:
        """The requests that were made to one path, in order."""
        return [request for request in self.requests if _key(request) == (method, path)]

    def _put(self, method: str, path: str, answer: HttpResponse | LogtoException) -> None:
        self._answers.setdefault((method, path), deque()).append(answer)

    def _take(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        waiting = self._answers.get(_key(request))
        if not waiting:
            raise TransportError(
                f"No answer is written for {request.method} {request.place}.",
                url=request.place,
                hint=f"Add one: .answer({request.method!r}, {_key(request)[1]!r}, …).",
                code="transport.no_canned_answer",
            )
        answer = waiting.popleft() if len(waiting) > 1 else waiting[0]
        if isinstance(answer, LogtoException):
            raise answer
        return answer


class CannedTransport(CannedAnswers):
    """Canned answers for a blocking client."""

    def send(self, request: HttpRequest, timeout: float) -> HttpResponse:  # noqa: ARG002 - no answer takes time
        """The answer that was written for a request.

        Raises:
            TransportError: None was.
        """
        return self._take(request)

    def close(self) -> None:
        """Nothing to close."""


class AsyncCannedTransport(CannedAnswers):
    """Canned answers for an awaiting client."""

    async def send(self, request: HttpRequest, timeout: float) -> HttpResponse:  # noqa: ARG002 - as above
        """The answer that was written for a request.

        Raises:
            TransportError: None was.
        """
        return self._take(request)

    async def close(self) -> None:
        """Nothing to close."""


def _key(request: HttpRequest) -> tuple[str, str]:
    return request.method, urlsplit(request.url).path
