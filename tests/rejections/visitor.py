"""A user of the SDK in either colour, who visits a provider and keeps what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from logto import LogtoClient, LogtoConfig, LogtoException, LogtoSyncClient, MemoryStorage
from tests.rejections.wreck import APP_ID, APP_SECRET, RESOURCE, Wreck

REDIRECT_URI = "http://localhost:3000/callback"
IDENTITY = ("idToken", "refreshToken", "accessTokenMap")
COLOURS = ("blocking", "awaiting")


class Visitor:
    """One browser's session and the client that serves it.

    Args:
        wreck: Whom it talks to.
        colour: `blocking` or `awaiting`.
        timeout: Seconds for one operation.
        verify: Trusted certificates.
        settings: More of the client's configuration.
    """

    def __init__(
        self, wreck: Wreck, colour: str, timeout: float = 5, verify: ssl.SSLContext | None = None, **settings: Any
    ) -> None:
        self.wreck = wreck
        self.storage = MemoryStorage()
        self._config = LogtoConfig(
            **{
                "endpoint": wreck.endpoint,
                "app_id": APP_ID,
                "app_secret": APP_SECRET,
                "resources": [RESOURCE],
                "timeout": timeout,
                **settings,
            }
        )
        self._verify = verify
        self._kind = LogtoClient if colour == "awaiting" else LogtoSyncClient
        self._runner = asyncio.Runner() if colour == "awaiting" else None
        self.client = self._kind(self._config, self.storage, verify=self._verify)

    def do(self, operation: str, *args: Any) -> Any:
        """One operation of the client."""
        result = getattr(self.client, operation)(*args)
        return self.run(result) if self._runner else result

    def run(self, awaitable: Any) -> Any:
        """To the end, in this visitor's event loop."""
        assert self._runner
        return self._runner.run(awaitable)

    def forget_the_provider(self, timeout: float = 5) -> None:
        """Start a new client on the same session, as after a restart of the application."""
        self.do("close")
        self._config = self._config.model_copy(update={"timeout": timeout})
        self.client = self._kind(self._config, self.storage, verify=self._verify)

    def sign_in(self) -> None:
        """From the sign-in route to the end of the callback route."""
        self.do("handle_sign_in_callback", self.wreck.authorize(self.do("sign_in", REDIRECT_URI)))

    def visit(self, endpoint: str) -> Any:
        """The shortest operation that asks an endpoint."""
        match endpoint:
            case "discovery":
                return self.do("sign_in", REDIRECT_URI)
            case "jwks" | "token":
                return self.sign_in()
            case "refresh":
                return self.do("get_access_token", RESOURCE)
            case _:
                return self.do("fetch_user_info")

    def identity(self) -> dict[str, str | None]:
        """What the session holds of its user."""
        return {key: self.storage.get(key) for key in IDENTITY}

    def close(self) -> None:
        self.do("close")
        if self._runner:
            self._runner.close()


@contextlib.contextmanager
def visiting(wreck: Wreck, colour: str, timeout: float = 5, **settings: Any) -> Iterator[Visitor]:
    """A visitor, whose connections are closed in the end; the arguments are those of `Visitor`."""
    visitor = Visitor(wreck, colour, timeout, **settings)
    try:
        yield visitor
    finally:
        visitor.close()


def refused(visitor: Visitor, endpoint: str, log: Any) -> LogtoException:
    """The exception that a visit ends with; it must end in time, lose nothing, and give nothing away.

    Args:
        visitor: Signed in.
        endpoint: What to visit.
        log: pytest's `caplog`, which listens at every level.
    """
    before = visitor.identity()
    began = time.monotonic()
    with pytest.raises(LogtoException) as caught:
        visitor.visit(endpoint)
    assert time.monotonic() - began < 3
    assert visitor.identity() == before
    assert visitor.client.is_authenticated() is True
    assert caught.value.hint
    given_away(caught.value, visitor.wreck, log.text)
    return caught.value


def given_away(error: LogtoException, wreck: Wreck, log: str) -> None:
    """Fails if the exception, what it brings along, or the log shows anything confidential."""
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error)) + log
    shown = [value for value in wreck.confidential if value in told]
    assert not shown, f"{len(shown)} confidential values are shown in: {told}"
