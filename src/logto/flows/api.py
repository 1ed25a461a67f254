"""Calls of Logto's own APIs: with a token, within one time, never twice where the first may have worked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ..errors import UnexpectedResponseError
from ..models.api import Page
from ..protocol.answer import retry_after
from ..protocol.api_call import Call, ListCall
from ..protocol.api_page import page_call
from ..protocol.api_refusal import api_refusal, is_token_refused
from ..protocol.http import Flow
from ..sessions.pause import Pause

T = TypeVar("T")

FIRST_PAUSE = 0.5
"""Seconds to wait at least after a first answer of 429, and twice as long after each further one."""


@dataclass(frozen=True, slots=True)
class ApiContext:
    """What these conversations may touch.

    Args:
        base: The address of the APIs, without a slash at its end.
        timeout: Seconds for one call, all of its requests and pauses together.
        now: Seconds since the epoch.
        token: A live access token; given one that was refused, another one, or the same if there is none.
        hints: What to do about refusals, by our code or by Logto's own.
    """

    base: str
    timeout: float
    now: Callable[[], float]
    token: Callable[[str | None], Flow[str]] = field(repr=False)
    hints: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


def perform(context: ApiContext, call: Call[T]) -> Flow[T]:
    """Makes a call and reads its answer.

    After an answer that says that nothing was done, the call is made again: once with another token after 401, and
    after 429 (RFC 6585, 4) once the server wants it, as long as there is time. After no answer it is not.

    Raises:
        LogtoApiError: The server refused.
        UnexpectedResponseError: The server made no sense.
        TransportError: No answer came: whether the call worked is not known.
        LogtoException: No access token came.
    """
    ends_at = context.now() + context.timeout
    token = yield from context.token(None)
    renewed, pause = False, FIRST_PAUSE
    while True:
        request = call.request(context.base, token)
        response = yield request
        if 200 <= response.status < 300:
            return call.read(request, response)
        if is_token_refused(response) and not renewed:
            renewed = True
            newer = yield from context.token(token)
            if newer != token:
                token = newer
                continue
        wait = max(retry_after(response.headers) or 0.0, pause)
        if response.status == 429 and context.now() + wait < ends_at:
            yield Pause(wait)
            pause *= 2
            continue
        raise api_refusal(request, response, hints=context.hints)


def fetch_page(context: ApiContext, listed: ListCall[T], number: int, size: int) -> Flow[Page[T]]:
    """One page of a list, also of one that the server gives as a whole; otherwise as `perform`."""
    page = yield from perform(context, page_call(listed, number, size))
    if listed.paged:
        return page
    start = (number - 1) * size
    return Page(page.items[start : start + size], total=page.total, number=number, size=size)


class Cursor(Generic[T]):
    """A way through a list, page by page, on which nothing is met twice in a row where the list grows meanwhile.

    Args:
        listed: The list.
        size: How many items to ask for at once.
    """

    def __init__(self, listed: ListCall[T], size: int) -> None:
        self._listed = listed
        self._size = size
        self._number = 0
        self._count = 0
        self._over = False
        self._last: frozenset[object] = frozenset()
        self._stands = False

    def turn(self, context: ApiContext) -> Flow[list[T] | None]:
        """The next page's items, without those of the page before; None after the last one.

        Raises:
            UnexpectedResponseError: The server gives the same page again and again.
            LogtoException: As `perform`. The page can be asked for again.
        """
        if self._over:
            return None
        page = yield from perform(context, page_call(self._listed, self._number + 1, self._size))
        self._number += 1
        self._count += len(page.items)
        self._over = not self._listed.paged or not page.items or self._is_last(page)
        fresh = [item for item in page.items if _name(item) not in self._last]
        if not fresh and page.items:
            if self._stands:
                raise UnexpectedResponseError(
                    "The server gives the same page of a list again and again.",
                    url=f"{context.base}/{self._listed.path}",
                    status=200,
                    code="response.unusable",
                    hint="It, or something before it, leaves out the query of the URL.",
                )
            self._stands = True
        else:
            self._stands = False
        self._last = frozenset(_name(item) for item in page.items)
        return fresh

    def _is_last(self, page: Page[T]) -> bool:
        if page.total is not None:
            return self._count >= page.total  # counted, because a server may give smaller pages than were asked for
        return len(page.items) != page.size


def _name(item: object) -> object:
    return getattr(item, "id", None) or id(item)
