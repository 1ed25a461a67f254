"""`LogtoWebhooks`: what an application does when Logto tells it something."""

from __future__ import annotations

import difflib
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, get_args

from ..errors import ConfigurationError
from ..flows.webhooks import HANDLING, Handler, WebhookAnswer, WebhooksContext, receive_webhook
from ..models.webhook import (
    DataEventName,
    ExceptionEventName,
    InteractionEventName,
    WebhookEvent,
    WebhookEventName,
)
from ..protocol.http import Flow
from ..protocol.webhook import signing_keys, verify_webhook
from ..sessions.memory_store import MemoryStore
from ..sessions.store import SessionStore
from ..transports.base import NOBODY, ToTheEnd, run, run_async

H = TypeVar("H", bound=Callable[[WebhookEvent], Any])

MAX_AGE = 300.0
"""Seconds after which a delivery is refused: Logto's last try comes within one minute."""

PATH = "/webhooks/logto"
"""Where the integrations' routes are, unless they are told otherwise."""

LONGEST_AGE = 1800.0
"""The most that can be asked for: stores believe that leases which end much later come from a clock that is wrong."""

_KNOWN = frozenset(
    name for names in (InteractionEventName, DataEventName, ExceptionEventName) for name in get_args(names)
)


class LogtoWebhooks:
    """Receives Logto's webhooks: verified, not older than some minutes, each handled once.

    ```python
    webhooks = LogtoWebhooks(os.environ["LOGTO_WEBHOOK_KEY"])

    @webhooks.on("User.Created")
    def welcome(event: WebhookEvent) -> None:
        print(event.data["id"])
    ```

    Each framework's integration mounts it as a route. Without one, pass the raw body and the header to `receive`.

    Args:
        signing_key: The webhook's, from its page in Logto's Console; several while you exchange it.
        seen: Where it is remembered which deliveries were handled. The default is this process's memory; with several
            processes, give them a store that they share, as for sessions.
        max_age: Seconds after which a delivery is refused, at most half an hour.
        clock: Seconds since the epoch; for tests.

    Raises:
        ConfigurationError: There is no signing key, or `max_age` is not usable.
    """

    def __init__(
        self,
        signing_key: str | bytes | Sequence[str | bytes],
        *,
        seen: SessionStore | None = None,
        max_age: float = MAX_AGE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not 0 < max_age <= LONGEST_AGE:
            raise ConfigurationError(
                "`max_age` is not usable.",
                hint=f"It is in seconds, at most {LONGEST_AGE:.0f}: Logto's last try comes within one minute.",
                code="configuration.webhook_age",
            )
        self._handlers: dict[str, list[Handler]] = {}
        self._context = WebhooksContext(
            keys=signing_keys(signing_key),
            handlers=self._handlers,
            seen=seen if seen is not None else MemoryStore(clock=clock),
            max_age=max_age,
            now=clock,
            random=secrets.token_bytes,
        )

    def on(self, *events: WebhookEventName) -> Callable[[H], H]:
        """Makes a function, plain or `async`, see each of these events.

        Args:
            events: Such as `User.Created`.

        Raises:
            ConfigurationError: Logto sends no such event.
        """
        for event in events:
            if event not in _KNOWN:
                near = difflib.get_close_matches(event, _KNOWN, n=1)
                raise ConfigurationError(
                    "Logto sends no such event.",
                    hint=f"Did you mean `{near[0]}`?"
                    if near
                    else "Use `on_any` for events that this version does not know.",
                    code="configuration.webhook_event",
                )
        if not events:
            raise ConfigurationError("Which events?", hint='Write @webhooks.on("User.Created").')
        return self._registering(events)

    def on_any(self, function: H) -> H:
        """Makes a function see each event, also those that this version does not know."""
        return self._registering(("*",))(function)

    def receive(self, body: bytes, signature: str | None) -> WebhookAnswer:
        """Verifies a delivery and calls the handlers of its event, blocking.

        Args:
            body: The request's, as it came.
            signature: The header `logto-signature-sha-256`.

        Returns:
            What to answer; exceptions of handlers are not caught.
        """
        return run(receive_webhook(self._context, body, signature), NOBODY, HANDLING)

    async def areceive(self, body: bytes, signature: str | None) -> WebhookAnswer:
        """As `receive`, awaiting handlers that are `async`; plain ones are called in the event loop.

        Handlers go on if the request is cancelled, as some frameworks do when Logto has waited for ten seconds: cut short
        at each of its tries, a slow one would never come to its end.
        """
        return await run_async(_to_the_end(receive_webhook(self._context, body, signature)), NOBODY, HANDLING)

    def verify(self, body: bytes, signature: str | None) -> WebhookEvent:
        """What a delivery says, if Logto signed it. Does not check its age, or whether it came before.

        Raises:
            WebhookError: Logto did not sign this.
        """
        return verify_webhook(body, signature, self._context.keys)

    def _registering(self, events: Sequence[str]) -> Callable[[H], H]:
        def register(function: H) -> H:
            for event in events:
                self._handlers.setdefault(event, []).append(function)
            return function

        return register

    def __repr__(self) -> str:
        return f"LogtoWebhooks({sorted(self._handlers)})"


def _to_the_end(flow: Flow[WebhookAnswer]) -> Flow[WebhookAnswer]:
    answer: WebhookAnswer = yield ToTheEnd(flow)
    return answer
