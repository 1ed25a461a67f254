"""The guide's code, for either package: what is measured is the package that this interpreter has."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from benchmarks.sides import tokens
from benchmarks.sides.lines import serve
from logto import LogtoClient, LogtoConfig, Storage

REDIRECT_URI = "http://localhost:3000/callback"
SPENT = "a token that lives no more"

session: ContextVar[str] = ContextVar("session", default="")
sessions: dict[str, dict[str, str]] = {}


class SessionStorage(Storage):
    """The session of whoever is being served, as the guide's storage reads `flask.session`."""

    def get(self, key: str) -> str | None:
        """What is stored."""
        return sessions[session.get()].get(key)

    def set(self, key: str, value: str | None) -> None:
        """Stores a value."""
        if value is None:
            self.delete(key)
        else:
            sessions[session.get()][key] = value

    def delete(self, key: str) -> None:
        """Forgets a value."""
        sessions[session.get()].pop(key, None)


class Application:
    """An application with one client for all of its users; `configure` makes a fresh one."""

    def __init__(self) -> None:
        self.client: Any = None

    async def configure(self, config: dict[str, Any], blocking: bool = False) -> None:
        """A client that knows nothing yet, of the sessions that there are.

        Args:
            config: `LogtoConfig`'s arguments.
            blocking: Take the client for code that blocks, which only our package has.
        """
        await self._close()
        kind: Any = LogtoClient
        if blocking:
            from logto import LogtoSyncClient

            kind = LogtoSyncClient
        self.client = kind(LogtoConfig(**config), storage=SessionStorage())

    async def sign_in(self, names: list[str]) -> dict[str, str]:
        """Begin a sign-in in each session, all at once; returns where to send each browser."""
        for name in names:
            sessions[name] = {}
        urls = await self._at_once(names, lambda _: self._do(self.client.signIn, redirectUri=REDIRECT_URI))
        return dict(zip(names, urls, strict=True))

    async def callback(self, urls: dict[str, str]) -> dict[str, float]:
        """Finish a sign-in in each session, all at once.

        Returns:
            Seconds of the clock and of the processor, and how many failed.
        """
        failed = 0

        async def one(name: str) -> None:
            nonlocal failed
            try:
                await self._do(self.client.handleSignInCallback, urls[name])
            except Exception as error:  # noqa: BLE001 - what each package raises differs, and a failure is a result
                failed += 1
                print(f"callback failed: {type(error).__name__}: {error}")

        clock, processor = time.perf_counter(), time.process_time()
        await self._at_once(list(urls), one)
        return {
            "clock": time.perf_counter() - clock,
            "processor": time.process_time() - processor,
            "failed": failed,
        }

    async def stall(self, urls: dict[str, str]) -> float:
        """The longest time for which the event loop did nothing else while a sign-in was finished, in seconds."""
        longest = 0.0

        async def tick() -> None:
            nonlocal longest
            last = time.perf_counter()
            while True:
                await asyncio.sleep(0)
                now = time.perf_counter()
                longest, last = max(longest, now - last), now

        ticking = asyncio.create_task(tick())
        await asyncio.sleep(0.01)
        longest = 0.0
        result = await self.callback(urls)
        ticking.cancel()
        if result["failed"]:
            raise RuntimeError("the sign-in failed")
        return longest

    def expire(self, name: str) -> None:
        """Let every access token of a session be spent; its refresh token stays."""
        stored = json.loads(sessions[name]["accessTokenMap"])
        stored["x"] = {key: {"token": SPENT, "expiresAt": 1} for key in stored["x"]}
        sessions[name]["accessTokenMap"] = json.dumps(stored)

    async def access_tokens(self, name: str, count: int, resource: str = "") -> dict[str, int]:
        """Ask for one access token as often as `count`, all at once; returns how many got one and how many did not."""
        failed = 0

        async def one(_: str) -> None:
            nonlocal failed
            try:
                token = await self.client.getAccessToken(resource)
            except Exception:  # noqa: BLE001 - what each package raises differs, and a failure is a result
                token = None
            failed += token in {None, SPENT}

        await self._at_once([name] * count, one)
        return {"got": count - failed, "failed": failed}

    def prepare_claims(self, issuer: str, client_id: str) -> None:
        """Put the guide's user into a session of its own."""
        sessions["claims"] = {}
        self._mint = tokens.IdTokens(issuer, client_id)

    def claims(self, how: str, calls: int) -> float:
        """Seconds of the processor for one `getIdTokenClaims()`.

        Args:
            how: `first`: of a token that nobody has seen; `again`: in the same request; `later`: in another request of
                the same user; `json`: no client at all, only `json.loads` of such a payload.
            calls: How many are timed together.
        """
        session.set("claims")
        values = sessions["claims"]
        fresh = [self._mint.token() for _ in range(calls if how == "first" else 1)]
        get, token = self.client.getIdTokenClaims, fresh[0]
        values["idToken"] = token
        if how == "json":
            payload = tokens.payload_of(token)
            return _timed(lambda: json.loads(payload), calls)

        def served(request: str) -> None:
            values["idToken"] = request
            get()

        if how == "first":
            return _timed_each(served, fresh)
        get()
        if how == "again":
            return _timed(get, calls)
        # Each request reads its session anew, so it is another string with the same text.
        copies = [f"{token} "[:-1] for _ in range(calls)]
        return _timed_each(served, copies)

    async def _do(self, operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        result = operation(*args, **kwargs)
        return await result if isinstance(result, Awaitable) else result

    async def _at_once(self, names: list[str], do: Callable[[str], Awaitable[Any]]) -> list[Any]:
        async def within(name: str) -> Any:
            session.set(name)
            return await do(name)

        return await asyncio.gather(*(within(name) for name in names))

    async def _close(self) -> None:
        close = getattr(self.client, "close", None)
        if close is not None:
            await self._do(close)


def _timed(call: Callable[[], Any], calls: int) -> float:
    started = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - started) / calls


def _timed_each(call: Callable[[str], Any], arguments: list[str]) -> float:
    started = time.process_time()
    for argument in arguments:
        call(argument)
    return (time.process_time() - started) / len(arguments)


if __name__ == "__main__":
    application = Application()
    serve(
        {
            "configure": application.configure,
            "sign_in": application.sign_in,
            "callback": application.callback,
            "stall": application.stall,
            "expire": application.expire,
            "access_tokens": application.access_tokens,
            "prepare_claims": application.prepare_claims,
            "claims": application.claims,
        }
    )
