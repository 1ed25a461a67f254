"""A browser's visits to an application of one process, with sessions in a store and the honest provider behind."""

import asyncio
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

from logto import LogtoClient, LogtoSyncClient
from logto.client.sessions import LogtoSessions, LogtoSyncSessions
from logto.errors import LogtoException
from logto.protocol.http import Flow
from logto.sessions import CookieStore, MemoryStore, NoSession, SessionStore
from logto.sessions.store import Call
from tests.client.either import AsyncWire, Wire
from tests.flows.dialogue import REDIRECT_URI, config
from tests.flows.honest_provider import HonestProvider
from tests.rejections.mint import CLIENT_ID, ISSUER, mint

KEY = "the first key of thirty-two bytes"
OTHER_KEY = "another key of thirty-two bytes..."
URL = "https://app.example/page"
FLAGS = ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"]


class Jar(dict[str, str]):
    """A browser's cookies: takes what a browser takes.

    Attributes:
        headers: Every `Set-Cookie` so far.
    """

    def __init__(self, cookies: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(cookies)
        self.headers: list[str] = []

    def take(self, headers: Iterable[str]) -> None:
        """Do as the headers of an answer say."""
        for header in headers:
            self.headers.append(header)
            pair, max_age, *_ = header.split("; ")
            name, _, value = pair.partition("=")
            if len(header.encode()) > 4096:
                continue  # Chromium ignores it, and keeps the former one
            if max_age == "Max-Age=0":
                self.pop(name, None)
            else:
                self[name] = value

    def copy(self) -> "Jar":
        """The same cookies, in another browser or at another time."""
        return Jar(self.items())


def key_of(jar: Jar, name: str = "__Host-logto") -> str:
    """What the browser's session is stored under."""
    return sha256(jar[name].encode()).hexdigest()


class ProviderWithSid(HonestProvider):
    """Puts a `sid` into ID tokens, as Logto does where the application asks for it.

    Attributes:
        sid: The next one; "" for none.
    """

    sid = ""

    def id_token(self, sub: str, nonce: str, number: int = 0) -> str:
        now = int(self.clock())
        named = {"sid": self.sid} if self.sid else {}
        payload = {"iss": ISSUER, "aud": CLIENT_ID, "sub": sub, "nonce": nonce, "iat": now, "exp": now + 3600}
        return mint({**payload, **named, "n": number}, signer=self.signer)


class Application:
    """One process of an application.

    Args:
        store: Where it keeps sessions; a `MemoryStore` on the provider's clock if not given.
        provider: Whom it trusts.
        colour: `blocking` or `awaiting`.
        settings: Of its sessions.
    """

    def __init__(
        self,
        store: SessionStore | CookieStore | None = None,
        provider: HonestProvider | None = None,
        colour: str = "blocking",
        **settings: Any,
    ) -> None:
        self.provider = provider or ProviderWithSid()
        self.store = store or MemoryStore(clock=self.provider.clock)
        client, kind, wire = {
            "blocking": (LogtoSyncClient, LogtoSyncSessions, Wire),
            "awaiting": (LogtoClient, LogtoSessions, AsyncWire),
        }[colour]
        self.client = client(config(), NoSession(), clock=self.provider.clock, transport=wire(self.provider))
        self.sessions = kind(self.client, self.store, **settings)

    def manage(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        """One of the operations of `LogtoSessions`."""
        return done(getattr(self.sessions, operation)(*args, **kwargs))

    def open(self, jar: Jar, url: str = URL) -> Any:
        """The session that a request begins with."""
        return self.manage("open", dict(jar), url)

    def close(self, jar: Jar, session: Any) -> tuple[str, ...]:
        """The end of a request: the browser gets its answer."""
        headers = self.manage("close", session)
        jar.take(headers)
        return headers

    def within(self, session: Any, operation: str, *args: Any) -> Any:
        """One of the client's operations, for an open session."""
        return done(getattr(self.client.with_session(session), operation)(*args))

    def visit(self, jar: Jar, operation: str = "is_authenticated", *args: Any, url: str = URL) -> Any:
        """A whole request, in which the client does one thing; its answer is sent whatever came of it."""
        session = self.open(jar, url)
        try:
            return self.within(session, operation, *args)
        finally:
            self.close(jar, session)

    def begin(self, jar: Jar, sub: str = "alice") -> str:
        """A sign-in up to the callback's URL."""
        return self.provider.authorize(self.visit(jar, "sign_in", REDIRECT_URI), sub)

    def sign_in(self, jar: Jar, sub: str = "alice") -> Jar:
        """A whole sign-in."""
        self.visit(jar, "handle_sign_in_callback", self.begin(jar, sub))
        self.provider.asked.clear()
        return jar

    def user(self, jar: Jar) -> str | None:
        """Who is signed in."""
        session = self.open(jar)
        claims = self.within(session, "get_id_token_claims") if self.within(session, "is_authenticated") else None
        self.close(jar, session)
        return None if claims is None else claims.sub


def done(result: Any) -> Any:
    """What an operation comes to, in either colour."""
    return asyncio.run(_awaited(result)) if asyncio.iscoroutine(result) else result


async def _awaited(operation: Any) -> Any:
    return await operation


def code_of(operation: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """The code of the error that a call ends with; "" if it ends well."""
    try:
        operation(*args, **kwargs)
    except LogtoException as error:
        return error.code
    return ""


def carried(flow: Flow[Any], between: Callable[[Call], object] = lambda call: None) -> Any:
    """What a conversation with a store comes to.

    Args:
        flow: The conversation.
        between: Called before each call of the store.
    """
    answer = None
    while True:
        try:
            step = flow.send(answer)
        except StopIteration as end:
            return end.value
        between(step)
        answer = step.blocking(1)


def failing(*names: str) -> Callable[[str, int], bool]:
    """Makes every call of these names fail."""
    return lambda name, number: name in names


class Failing(MemoryStore):
    """A store that fails where it is told to.

    Attributes:
        calls: The names of all calls so far.
        fails: Asked with each call's name and number; True makes it fail.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.calls: list[str] = []
        self.fails: Callable[[str, int], bool] = lambda name, number: False

    def load(self, key: str) -> Any:
        self._called("load")
        return super().load(key)

    def save(self, key: str, stored: Any) -> bool:
        self._called("save")
        return super().save(key, stored)

    def delete(self, key: str) -> None:
        self._called("delete")
        super().delete(key)

    def find(self, index: str) -> Any:
        self._called("find")
        return super().find(index)

    def acquire(self, key: str, owner: str, lease: float) -> bool:
        self._called("acquire")
        return super().acquire(key, owner, lease)

    def release(self, key: str, owner: str) -> None:
        self._called("release")
        super().release(key, owner)

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.fails(name, len(self.calls)):
            raise ConnectionError("the store is down; its password is s3cr3t")
