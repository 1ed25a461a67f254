"""An answer on its way out, to whose beginning the session's cookies are added."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from ...client.page_refusals import refusal
from ...errors import LogtoException
from ...models.pages import PageRequest
from .site import Site
from .visit import Visit

_BEGINNINGS = ("http.response.start", "websocket.accept", "websocket.http.response.start")


class Answer:
    """The answer to a request, on its way out.

    Args:
        logto: Whose session goes out with it.
        request: What is answered.
        send: The way out.
    """

    def __init__(self, logto: Site, request: PageRequest, send: Send) -> None:
        self.logto = logto
        self.request = request
        self.visit: Visit | None = None
        self.has_begun = False
        self._is_replaced = False
        self._held: list[Message] = []
        self._cookies: tuple[str, ...] | None = None
        self._send = send

    @property
    def is_there(self) -> bool:
        """Whether there is an answer, on its way or held back."""
        return self.has_begun or bool(self._held)

    async def close(self) -> tuple[str, ...]:
        """Closes the session, once, and returns its `Set-Cookie` values."""
        if self._cookies is None:
            self._cookies = ()
            if self.visit is not None:
                self._cookies = await self.logto.pages.close(self.visit.session)
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
        await self.let_go()
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
        if message["type"] in _BEGINNINGS:
            try:
                cookies = await self.close()
            except LogtoException as error:  # the session does not fit into cookies
                await self._replace(error, message["type"])
                return
            self.has_begun = True
            message.setdefault("headers", [])
            self._mark(MutableHeaders(scope=message), cookies)
        await self._send(message)

    def _mark(self, headers: MutableHeaders, cookies: tuple[str, ...]) -> None:
        if cookies:
            headers["cache-control"] = "no-store"  # SECURITY.md, Sessions 7
        elif self.visit is None or not self.visit.was_looked_at:
            return
        elif self.visit.user and "cache-control" not in headers:
            headers["cache-control"] = "no-store"  # the back button must show nothing after sign-out
        varies = headers.get("vary", "")
        if "cookie" not in (name.strip().lower() for name in varies.split(",")):
            headers["vary"] = f"{varies}, Cookie" if varies else "Cookie"
        for cookie in cookies:
            headers.append("set-cookie", cookie)

    async def _replace(self, error: LogtoException, kind: str) -> None:
        self._is_replaced = self.has_begun = True
        refused = refusal(error, self.request, show_hints=self.logto.pages.settings.show_hints)
        if kind == "websocket.accept":
            await self._send({"type": "websocket.close", "code": 1011, "reason": error.code})
            return
        prefix = kind.removesuffix("http.response.start")
        headers = [(name.lower().encode(), value.encode()) for name, value in refused.headers.items()]
        await self._send({"type": kind, "status": refused.status, "headers": headers})
        await self._send({"type": f"{prefix}http.response.body", "body": refused.body.encode()})
