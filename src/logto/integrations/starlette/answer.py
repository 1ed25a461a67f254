"""An answer on its way out, to whose beginning the session's cookies are added."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from ...client.page_refusals import refusal
from ...errors import LogtoException
from .incoming import Incoming
from .site import Site
from .visit import Visit

_BEGINNINGS = ("http.response.start", "websocket.accept", "websocket.http.response.start")
_WITHOUT_BODY = (None, 204, 304)
_OURS = (b"cache-control", b"vary")
_NO_STORE = (b"cache-control", b"no-store")
_VARIES = (b"vary", b"Cookie")


class Answer:
    """The answer to a request, on its way out.

    Args:
        logto: Whose session goes out with it.
        incoming: What is answered.
        send: The way out.
        can_deny: Whether a socket that is not opened can be answered like any other request.
    """

    __slots__ = (
        "_can_deny",
        "_cookies",
        "_held",
        "_is_replaced",
        "_send",
        "has_begun",
        "incoming",
        "logto",
        "visit",
    )

    def __init__(self, logto: Site, incoming: Incoming, send: Send, *, can_deny: bool = False) -> None:
        self.logto = logto
        self.incoming = incoming
        self.visit: Visit | None = None
        self.has_begun = False
        self._is_replaced = False
        self._held: list[Message] = []
        self._cookies: tuple[str, ...] | None = None
        self._send = send
        self._can_deny = can_deny

    @property
    def is_there(self) -> bool:
        """Whether there is an answer, on its way or held back."""
        return self.has_begun or self.is_held

    @property
    def is_held(self) -> bool:
        """Whether something of it is held back."""
        return bool(self._held)

    async def close(self) -> tuple[str, ...]:
        """Closes the session, once, and returns its `Set-Cookie` values."""
        if self._cookies is None:
            self._cookies = ()
            opened = None if self.visit is None else self.visit.opened
            if opened is not None and not isinstance(opened, LogtoException) and not opened.is_as_it_came:
                self._cookies = await self.logto.pages.close(opened)
        return self._cookies

    async def send(self, message: Message) -> None:
        """Sends a message of the answer, its beginning with the session's cookies."""
        if self._is_replaced:
            return
        if message["type"] == "http.response.start" and message["status"] == 500 and not self._held:
            self._held.append(message)
            return
        if len(self._held) == 1 and not message.get("more_body"):
            self._held.append(message)
            return
        if self._held:
            await self.let_go()
        if self.has_begun and message["type"] == "http.response.body":
            await self._send(message)
        else:
            await self._send_on(message)

    def take_back(self) -> None:
        """Forgets an answer that is not on its way yet."""
        self._held.clear()

    async def let_go(self) -> None:
        """Sends what was held back: a 500 that came before anybody could know why.

        A mounted application answers an error that it does not know with a 500, and raises it again. One of the SDK's may
        still be answered as it deserves.
        """
        held, self._held = self._held, []
        for message in held:
            await self._send_on(message)

    async def _send_on(self, message: Message) -> None:
        if message["type"] == "websocket.close" and not self.has_begun and self._can_deny and await self.close():
            # The cookies of a refresh before it would be lost: only an answer has headers.
            await self._send_on({"type": "websocket.http.response.start", "status": 403})
            message = {"type": "websocket.http.response.body", "body": b""}
        if message["type"] in _BEGINNINGS:
            try:
                cookies = await self.close()
            except LogtoException as error:  # the session does not fit into cookies
                await self._replace(error, message["type"])
                return
            self.has_begun = True
            self._mark(message, cookies)
        await self._send(message)

    def _mark(self, message: Message, cookies: tuple[str, ...]) -> None:
        """Says in the headers whose answer it is, and adds the session's cookies."""
        visit = self.visit
        given: Iterable[tuple[bytes, bytes]] = message.setdefault("headers", [])
        if not isinstance(given, list):
            message["headers"] = given = list(given)
        names = {name for name, _ in given}
        streams = b"content-length" not in names and message.get("status") not in _WITHOUT_BODY
        # What is still being made may look at the user when it is too late for headers.
        depends = visit is not None and (visit.was_looked_at or (streams and bool(visit.user)))
        if not cookies and not depends:
            return
        if not cookies and names.isdisjoint(_OURS):  # nearly every page
            message["headers"] = [*given, _NO_STORE, _VARIES] if visit is not None and visit.user else [*given, _VARIES]
            return
        headers = MutableHeaders(scope=message)
        if cookies:
            headers["cache-control"] = "no-store"  # SECURITY.md, Sessions 7
        elif visit is not None and visit.user:
            # After sign-out the back button must show nothing; and no cache but the browser's own keeps a user's page.
            wanted = headers.get("cache-control", "no-store")
            headers["cache-control"] = wanted.replace("public", "private")
        varies = headers.get("vary", "")
        if "cookie" not in (name.strip().lower() for name in varies.split(",")):
            headers["vary"] = f"{varies}, Cookie" if varies else "Cookie"
        for cookie in cookies:
            headers.append("set-cookie", cookie)

    async def _replace(self, error: LogtoException, kind: str) -> None:
        self._is_replaced = self.has_begun = True
        refused = refusal(error, self.incoming.page_request, show_hints=self.logto.pages.settings.show_hints)
        if kind == "websocket.accept":
            await self._send({"type": "websocket.close", "code": 1011, "reason": error.code})
            return
        prefix = kind.removesuffix("http.response.start")
        headers = [(name.lower().encode(), value.encode()) for name, value in refused.headers.items()]
        await self._send({"type": kind, "status": refused.status, "headers": headers})
        await self._send({"type": f"{prefix}http.response.body", "body": refused.body.encode()})
