"""Receiving a webhook: verified, fresh, and handled once."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import ConfigurationError, LogtoException, StorageError, WebhookError
from ..models.webhook import WebhookEvent
from ..protocol.base64url import encode_base64url
from ..protocol.http import Flow
from ..protocol.webhook import delivery_name, verify_webhook
from ..sessions.store import Call, SessionStore

logger = logging.getLogger("logto")

NO_STORE = {"Cache-Control": "no-store"}

HANDLING = 60.0
"""Seconds that handling may take before another process may begin anew."""

Handler = Callable[[WebhookEvent], Any]


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What Logto is answered.

    Args:
        status: 200 tells it not to send this again; from 500 on, it tries again.
        headers: Of the answer.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: NO_STORE)


@dataclass(frozen=True, slots=True)
class WebhooksContext:
    """What this conversation may touch.

    Args:
        keys: Of which one must have signed.
        handlers: What to call, by event; under `*`, for each event.
        seen: Where it is remembered which deliveries were handled.
        max_age: Seconds after which a delivery is refused.
        now: Seconds since the epoch.
        random: So many random bytes.
    """

    keys: tuple[bytes, ...] = field(repr=False)
    handlers: Mapping[str, list[Handler]]
    seen: SessionStore
    max_age: float
    now: Callable[[], float]
    random: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Handling:
    """Lets the application's own function see an event, as a step."""

    handler: Handler
    event: WebhookEvent

    def blocking(self, _timeout: float) -> None:
        """Calls it."""
        result = self.handler(self.event)
        if inspect.isawaitable(result):
            if inspect.iscoroutine(result):
                result.close()
            raise ConfigurationError(
                "An `async` function cannot handle webhooks of a blocking route.",
                hint="Write it with `def`, or mount the route in a framework that awaits.",
                code="configuration.webhook_handler",
            )

    async def awaiting(self, _timeout: float) -> None:
        """Calls it, and awaits what it returns where that is to be awaited."""
        result = self.handler(self.event)
        if inspect.isawaitable(result):
            await result


def receive_webhook(context: WebhooksContext, body: bytes, signature: str | None) -> Flow[WebhookAnswer]:
    """Verifies a delivery and lets the handlers of its event see it, once however often it comes.

    Mount it where no session and no CSRF check is. An exception of a handler goes on to the framework, whose 500 makes
    Logto try again.

    Args:
        body: The request's, as it came; do not read more than `protocol.webhook.MAX_BODY` bytes of it and one.
        signature: The header `logto-signature-sha-256`.
    """
    try:
        event = verify_webhook(body, signature, context.keys)
        _check_age(context, event)
    except WebhookError as error:
        logger.warning("a webhook was refused: %s", error)
        return WebhookAnswer(error.status)
    return (yield from _once(context, event, delivery_name(body)))


def _check_age(context: WebhooksContext, event: WebhookEvent) -> None:
    if abs(context.now() - event.created_at.timestamp()) > context.max_age:
        raise WebhookError(
            "The webhook is too old, or from the future.",
            code="webhook.expired",
            hint="It was replayed, or this machine's clock is wrong; `max_age` says how old it may be.",
        )


def _once(context: WebhooksContext, event: WebhookEvent, name: str) -> Flow[WebhookAnswer]:
    """Handles a delivery, if it was not, and nobody is about to.

    Owning a name until its lease ends is remembering it: atomic, in every process, and forgotten by itself.
    """
    owner, done = encode_base64url(context.random(16)), f"done {name}"
    try:
        if not (yield Call(context.seen, "acquire", (name, owner, HANDLING))):
            return WebhookAnswer(
                503, {**NO_STORE, "Retry-After": "5"}
            )  # being handled: if that fails, this one is needed
        if not (yield Call(context.seen, "acquire", (done, owner, HANDLING))):
            yield Call(context.seen, "release", (name, owner))
            return WebhookAnswer(200)
    except StorageError as error:
        logger.error("a webhook could not be handled: %s", error)  # noqa: TRY400 - the trace tells nothing more
        return WebhookAnswer(503, {**NO_STORE, "Retry-After": "5"})
    handled = False
    try:
        for handler in (*context.handlers.get(event.event, ()), *context.handlers.get("*", ())):
            yield Handling(handler, event)
        handled = True
    finally:
        if handled:
            yield from _try(Call(context.seen, "acquire", (done, owner, 2 * context.max_age)))
        else:
            logger.warning("a handler of %s failed, and is asked again when the delivery comes again", event.event)
            yield from _try(Call(context.seen, "release", (done, owner)))
        yield from _try(Call(context.seen, "release", (name, owner)))
    return WebhookAnswer(200)


def _try(call: Call) -> Flow[None]:
    """What comes after handling: a store that fails now cannot undo it."""
    try:
        yield call
    except LogtoException as error:
        logger.warning("the store of handled webhooks failed, and a delivery may be handled twice: %s", error.code)
