"""Conversations driven by hand: no event loop, no socket, no thread; the script is the sequence diagram."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from logto import LogtoConfig, Storage
from logto.client.claims_memory import ClaimsMemory
from logto.errors import LogtoException
from logto.flows.context import Context
from logto.flows.provider_state import ProviderState
from logto.protocol.http import Flow, HttpRequest, HttpResponse
from logto.sessions.recent import Recent
from logto.sessions.storage_session import StorageSession
from logto.transports.base import Meanwhile, ToTheEnd
from logto.transports.turns import Turns
from tests.rejections.mint import CLIENT_ID, NOW

ENDPOINT = "https://tenant.example"
ISSUER = f"{ENDPOINT}/oidc"
DISCOVERY = f"{ISSUER}/.well-known/openid-configuration"
JWKS = f"{ISSUER}/jwks"
TOKEN = f"{ISSUER}/token"
ME = f"{ISSUER}/me"
REVOCATION = f"{ISSUER}/token/revocation"
REDIRECT_URI = "https://app.example/callback"
API = "https://shopping.your-app.com/api"
SECRET = "s3cr3t-of-the-application"


def config(**settings: Any) -> LogtoConfig:
    """The configuration of every test, but for the settings given."""
    given = {"endpoint": ENDPOINT, "app_id": CLIENT_ID, "app_secret": SECRET, "resources": [API], **settings}
    return LogtoConfig(**given)


class Shelf(Storage):
    """A storage that can be looked at and copied, as the cookie of each request is a copy."""

    def __init__(self, values: dict[str, Any] | None = None) -> None:
        self.values: dict[str, Any] = dict(values or {})

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def set(self, key: str, value: str | None) -> None:
        self.values[key] = value

    def delete(self, key: str) -> None:
        self.values.pop(key, None)


def copied(ours: Context, shelf: Shelf) -> Context:
    """The same client in another request, which has a copy of the session."""
    return ours.with_session(StorageSession(Shelf(shelf.values)))


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: float = NOW) -> None:
        self.now = float(now)

    def __call__(self) -> float:
        return self.now


@dataclass
class Waiting:
    """A turn that a conversation asked for."""

    turns: Turns
    name: str

    def release(self) -> None:
        self.turns.leave(self.name)


class HandTurns(Turns):
    """Real turns, waited for by hand."""

    def take(self, name: str) -> Any:
        return Waiting(self, name)


class Counter:
    """Chance that can be foreseen: each call's bytes are the next number."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, size: int) -> bytes:
        self.calls += 1
        return self.calls.to_bytes(size, "big")


def context(storage: Storage | None = None, clock: Callable[[], float] | None = None, **settings: Any) -> Context:
    """What a conversation may touch, with nothing from outside."""
    return Context(
        config=config(**settings),
        session=StorageSession(Shelf() if storage is None else storage),
        provider=ProviderState(),
        turns=HandTurns(),
        recent=Recent(),
        now=clock or Clock(),
        random=Counter(),
        claims_of=ClaimsMemory().read,
        background=Meanwhile,
        to_the_end=ToTheEnd,
    )


class Conversation:
    """A flow that stands still wherever it needs something from outside.

    Attributes:
        asked: The request that it waits for, if it does.
        background: The flows that it started and does not wait for.
    """

    def __init__(self, flow: Flow[Any]) -> None:
        self.asked: HttpRequest | None = None
        self.background: list[Flow[Any]] = []
        self._flows = [flow]
        self._turn: tuple[Waiting, Future[None]] | None = None
        self._result: Any = None
        self._error: LogtoException | None = None
        self._resume(None, None)

    @property
    def over(self) -> bool:
        """Whether it came to its end."""
        return not self._flows

    @property
    def queues(self) -> bool:
        """Whether it waits for somebody else's turn to end."""
        return self._turn is not None and not self._turn[1].done()

    @property
    def result(self) -> Any:
        """What it returned; what it raised is raised again."""
        assert self.over, f"it still waits for {self.asked or self._turn}"
        if self._error is not None:
            raise self._error
        return self._result

    def answer(self, answer: HttpResponse | LogtoException) -> "Conversation":
        """Give the answer that it waits for."""
        assert self.asked is not None, "it asked nothing"
        self.asked = None
        self._resume(*((None, answer) if isinstance(answer, LogtoException) else (answer, None)))
        return self

    def go_on(self) -> "Conversation":
        """Let it go on, its turn having come."""
        assert self._turn is not None
        assert self._turn[1].done(), "its turn has not come"
        turn, self._turn = self._turn[0], None
        self._resume(turn, None)
        return self

    def _resume(self, answer: Any, error: LogtoException | None) -> None:
        while self._flows:
            try:
                step = self._flows[-1].send(answer) if error is None else self._flows[-1].throw(error)
            except StopIteration as end:
                self._flows.pop()
                self._result, self._error = end.value, None
                answer, error = end.value, None
                continue
            except LogtoException as raised:
                self._flows.pop()
                self._error = answer = None
                self._error = error = raised
                continue
            answer = error = None
            if isinstance(step, HttpRequest):
                self.asked = step
                return
            if isinstance(step, ToTheEnd):
                self._flows.append(step.flow)
            elif isinstance(step, Meanwhile):
                self.background.append(step.flow)
            else:
                future = step.turns.enter(step.name)
                if future is not None:
                    self._turn = step, future
                    return
                answer = step


def fields(request: HttpRequest) -> dict[str, str]:
    """The form that a request carries."""
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True))


def play(flow: Flow[Any], *script: Any) -> Any:
    """Drive a flow by hand: each step is the request expected and the answer given.

    An expectation is `(method, URL)`, or `(method, URL, fields of the form)`, of which others may be there too.
    """
    conversation = Conversation(flow)
    for (method, url, *form), answer in script:
        request = conversation.asked
        assert request is not None, f"the flow ended before {method} {url}"
        assert (request.method, request.url) == (method, url)
        if form:
            assert form[0].items() <= fields(request).items()
        conversation.answer(answer)
    assert conversation.over, f"the flow asked for more: {conversation.asked}"
    return conversation.result
