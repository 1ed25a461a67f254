"""Requests of browsers that stand still at every step, so that a test decides who goes on, and who is killed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from typing import Any

from logto.errors import LogtoException
from logto.flows.browser_session import SessionsContext, close_session, open_session
from logto.flows.context import Context
from logto.models.session import Identity
from logto.protocol.http import Flow, HttpRequest, HttpResponse
from logto.sessions import CookieSettings, CookieStore, Lifetimes, SessionStore
from logto.sessions.pause import Pause
from logto.sessions.record_session import RecordSession
from logto.sessions.store import Call
from logto.transports.base import Meanwhile, ToTheEnd
from tests.flows.dialogue import Waiting, context, fields
from tests.flows.honest_provider import Grant, HonestProvider, refusal
from tests.sessions.visits import URL, Jar


class StrictProvider(HonestProvider):
    """Replaces each refresh token at once, and ends the grant of one that is used again.

    Attributes:
        grants: Whose each refresh token is, or was.
        reused: The refresh tokens that were used again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.grants: dict[str, Grant] = {}
        self.reused: list[str] = []

    def _token(self, request: HttpRequest) -> HttpResponse:
        spent = fields(request).get("refresh_token", "")
        if spent in self.grants and spent not in self._refresh and spent not in self.revoked:
            self.reused.append(spent)
            self._refresh = {token: grant for token, grant in self._refresh.items() if grant is not self.grants[spent]}
            return refusal("invalid_grant", description="Grant request is invalid.")
        return super()._token(request)

    def _issue(self, grant: Grant, form: dict[str, str]) -> dict[str, Any]:
        issued = super()._issue(grant, form)
        self.grants[issued["refresh_token"]] = grant
        return issued


class Chance:
    """Random bytes that are the same in every run, and no two alike."""

    def __init__(self) -> None:
        self._numbers = count()

    def __call__(self, size: int) -> bytes:
        return sha256(str(next(self._numbers)).encode()).digest()[:size]


class Process:
    """One process of the application: what it remembers dies with it."""

    def __init__(self, provider: HonestProvider, store: SessionStore | CookieStore, chance: Chance) -> None:
        client: Context = replace(context(clock=provider.clock), random=chance)
        self.sessions = SessionsContext(client, store, CookieSettings(), Lifetimes())


class Work:
    """What the application does itself, before and after: others may go on meanwhile."""


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Outcome:
    """What a request came to.

    Args:
        opened: Who was signed in when the request began.
        closed: Who was, when it ended.
        result: What the operation returned, or its error.
        headers: The answer's cookies.
    """

    opened: Identity | None
    closed: Identity | None
    result: Any
    headers: tuple[str, ...]


def visit(process: Process, cookies: Mapping[str, str], operation: Callable[[Context], Flow[Any]]) -> Flow[Outcome]:
    """A whole request: open, one operation, close."""
    session: RecordSession = yield from open_session(process.sessions, cookies, URL)
    opened = session.identity()
    yield Work()
    try:
        result = yield from operation(process.sessions.client.with_session(session))
    except LogtoException as error:
        result = error
    yield Work()
    headers = yield from close_session(process.sessions, session)
    return Outcome(opened, session.identity(), result, headers)


class Request:
    """A conversation that goes on step by step.

    Args:
        process: Where it runs.
        provider: Whom it asks.
        flow: What it does.
        jar: The browser that waits for it, if one does.

    Attributes:
        outcome: What it came to, once it is over.
    """

    def __init__(self, process: Process, provider: HonestProvider, flow: Flow[Any], jar: Jar | None = None) -> None:
        self.process = process
        self.jar = jar
        self.outcome: Any = None
        self._provider = provider
        self._flows = [flow]
        self._step: Any = None
        self._arrived: HttpResponse | None = None
        self._resume(None)

    @property
    def over(self) -> bool:
        """Whether it came to its end."""
        return not self._flows

    @property
    def queues(self) -> bool:
        """Whether another request of the process must go on first."""
        return isinstance(self._step, tuple) and not self._step[1].done()

    @property
    def pauses(self) -> bool:
        """Whether it waits for a lock of the store."""
        return isinstance(self._step, Pause)

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer of the provider, which has the request."""
        return self._arrived is not None

    def go_on(self) -> None:
        """One step: a request sent, an answer received, a call of the store, or a turn taken."""
        step = self._step
        if isinstance(step, HttpRequest) and self._arrived is None:
            self._arrived = self._provider.answer(step)
        elif isinstance(step, HttpRequest):
            answer, self._arrived = self._arrived, None
            self._resume(answer)
        elif isinstance(step, Call):
            self._resume(step.blocking(1))
        elif isinstance(step, tuple):
            self._resume(step[0])
        else:
            self._resume(None)

    def kill(self) -> None:
        """The process is gone: nothing that it would still do is done."""
        while self._flows:
            try:
                self._flows[-1].throw(Killed())
            except (Killed, StopIteration):
                self._flows.pop()

    def _resume(self, answer: Any, error: BaseException | None = None) -> None:
        while self._flows:
            try:
                step = self._flows[-1].send(answer) if error is None else self._flows[-1].throw(error)
            except StopIteration as end:
                self._flows.pop()
                self.outcome = answer = end.value
                error = None
                continue
            except LogtoException as raised:
                self._flows.pop()
                self.outcome = error = raised
                continue
            answer = error = None
            if isinstance(step, ToTheEnd):
                self._flows.append(step.flow)
            elif isinstance(step, Waiting):
                future = step.turns.enter(step.name)
                if future is not None:
                    self._step = step, future
                    return
                answer = step
            elif not isinstance(step, Meanwhile):
                self._step = step
                return
