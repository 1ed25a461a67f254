"""Faults on demand: an identity server that is slow, fails, or is cut off, exactly when a test wants it to be."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self, TypeVar

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .gate import Gate
from .http_server import ABORT

EVERY_PATH = "*"
REACHED_WITHIN = 10.0
Record = Callable[[str, str, int], None]


class Call:
    """One request on its way, and what a fault may do with it."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, record: Record) -> None:
        self._app, self._scope, self._receive, self._send = app, scope, receive, send
        self._record = record
        self._kept: list[Message] = []

    async def process(self) -> None:
        """Let the request take effect, and keep its answer."""
        await self._app(self._scope, self._receive, self._keep)

    async def answer(self) -> None:
        """Send the answer: the kept one, or that of a request which takes effect only now."""
        if not self._kept:
            await self._app(self._scope, self._receive, self._send)
        for message in self._kept:
            await self._send(message)

    async def fail(self, status: int, body: str, headers: Mapping[str, str]) -> None:
        """Answer with an error in place of the server."""
        self._record(self._scope["method"], self._scope["path"], status)
        await PlainTextResponse(body, status, headers=dict(headers))(self._scope, self._receive, self._send)

    async def cut(self) -> None:
        """Close the connection without an answer."""
        if not self._kept:
            self._record(self._scope["method"], self._scope["path"], 0)
        self._scope["state"][ABORT]()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _keep(self, message: Message) -> None:
        self._kept.append(message)


class Fault:
    """Something that happens to the requests of one path, until it has met `times` of them or is lifted."""

    def __init__(self, path: str, method: str | None = None, times: int | None = None) -> None:
        self.path, self.method = path, method
        self._left = times
        self._gate = Gate()
        self._change = threading.Condition()
        self._hits = 0
        self._reached = 0

    @property
    def hits(self) -> int:
        """How many requests it has met."""
        return self._hits

    def lift(self) -> None:
        """End it; the requests that it is keeping go on."""
        with self._change:
            self._left = 0
        self._gate.open()

    def take(self, method: str, path: str) -> bool:
        """Tell whether it is this request's turn, and count it."""
        if self.path not in (path, EVERY_PATH) or self.method not in (method, None):
            return False
        with self._change:
            if self._left == 0:
                return False
            self._left = None if self._left is None else self._left - 1
            self._hits += 1
        return True

    async def meet(self, call: Call) -> None:
        """Do to a request what this kind of fault does."""
        await call.answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.lift()

    def _note_reached(self) -> None:
        with self._change:
            self._reached += 1
            self._change.notify_all()


Kind = TypeVar("Kind", bound=Fault)


class Slow(Fault):
    """Keeps each request for some seconds."""

    seconds = 0.0

    async def meet(self, call: Call) -> None:
        """Wait before the request takes effect."""
        await self._gate.passed(self.seconds)
        await call.answer()


class Failing(Fault):
    """Answers in place of the server; nothing takes effect."""

    status = 503
    body = ""
    headers: Mapping[str, str] = {}

    async def meet(self, call: Call) -> None:
        """Answer."""
        await call.fail(self.status, self.body, self.headers)


class Refusing(Fault):
    """Closes the connection before anything takes effect."""

    async def meet(self, call: Call) -> None:
        """Close."""
        await call.cut()


class Dropping(Fault):
    """Lets the request take effect and closes the connection without an answer."""

    async def meet(self, call: Call) -> None:
        """Process, and close."""
        await call.process()
        await call.cut()


class Held(Fault):
    """Keeps each request, or its answer, until it is released by hand."""

    after_processing = False

    async def meet(self, call: Call) -> None:
        """Say that the request is here, and wait."""
        if self.after_processing:
            await call.process()
        self._note_reached()
        await self._gate.passed()
        await call.answer()

    def release(self) -> None:
        """Let what is held go on, and whatever comes later pass."""
        self.lift()

    def wait_until_reached(self, requests: int = 1, timeout: float = REACHED_WITHIN) -> None:
        """Block until so many requests are held, or have been.

        Raises: TimeoutError if they do not come within `timeout` seconds.
        """
        with self._change:
            if not self._change.wait_for(lambda: self._reached >= requests, timeout):
                raise TimeoutError(f"{self._reached} of {requests} requests reached {self.path} in {timeout:g} seconds")

    async def until_reached(self, requests: int = 1, timeout: float = REACHED_WITHIN) -> None:
        """The same for `await`, so that the requests may come from the same event loop."""
        await asyncio.to_thread(self.wait_until_reached, requests, timeout)


class Faults:
    """The faults of one server; to be used from any thread.

    Each method puts a fault in force and returns it: use it in a `with` block, which lifts it at the end, or `lift()`
    it. `path` is compared whole, "*" is every path; `method` is any unless named; `times` is how many requests it
    meets, without end unless said. Of several faults that fit a request, the one added first meets it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def slow(self, path: str, seconds: float, *, times: int | None = None, method: str | None = None) -> Slow:
        """Keep each request for `seconds` before it takes effect."""
        fault = Slow(path, method, times)
        fault.seconds = seconds
        return self._added(fault)

    def fail(
        self,
        path: str,
        status: int = 503,
        times: int | None = None,
        *,
        method: str | None = None,
        body: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Failing:
        """Answer with an error status, such as 503, or 429 with `headers={"Retry-After": "5"}`; nothing takes effect."""
        fault = Failing(path, method, times)
        fault.status, fault.body, fault.headers = status, body, dict(headers or {})
        return self._added(fault)

    def refuse(self, path: str, times: int | None = None, *, method: str | None = None) -> Refusing:
        """Close the connection when a request comes; nothing takes effect."""
        return self._added(Refusing(path, method, times))

    def drop_after_processing(self, path: str, times: int | None = None, *, method: str | None = None) -> Dropping:
        """Let the request take effect, then close the connection without an answer."""
        return self._added(Dropping(path, method, times))

    def hold(
        self, path: str, times: int | None = None, *, method: str | None = None, after_processing: bool = False
    ) -> Held:
        """Keep each request until `release()`; with `after_processing` it has taken effect, and its answer is kept."""
        fault = Held(path, method, times)
        fault.after_processing = after_processing
        return self._added(fault)

    def clear(self) -> None:
        """Lift every fault."""
        with self._lock:
            lifted, self._faults = self._faults, []
        for fault in lifted:
            fault.lift()

    def around(self, app: ASGIApp, record: Record) -> ASGIApp:
        """Return `app` with these faults before it; `record` is told of what never reaches it (0: no answer)."""

        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            fault = self._of(scope["method"], scope["path"]) if scope["type"] == "http" else None
            if fault is None:
                await app(scope, receive, send)
            else:
                await fault.meet(Call(app, scope, receive, send, record))

        return faulty

    def _added(self, fault: Kind) -> Kind:
        with self._lock:
            self._faults.append(fault)
        return fault

    def _of(self, method: str, path: str) -> Fault | None:
        with self._lock:
            faults: Iterable[Fault] = tuple(self._faults)
        return next((fault for fault in faults if fault.take(method, path)), None)
