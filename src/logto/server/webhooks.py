"""Webhooks: what a hook is told of an event, signed, and how it gets there."""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection

from .outbound import Outbound, Result
from .store import hooks

SIGNATURE = "logto-signature-sha-256"
USER_AGENT = "Logto (https://logto.io/)"
TIMEOUT = 10.0  # seconds for one attempt
AT_ONCE = 10
PAUSES = (0.3, 0.6, 1.2)  # seconds before each of the three retries
_PASSING = frozenset({408, 413, 429, 500, 502, 503, 504})
_log = logging.getLogger("logto.server")


@dataclass(frozen=True)
class Delivery:
    """What one hook is told: the body's bytes are what the signature is of."""

    hook_id: str
    event: str
    url: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class Webhooks:
    """Carries deliveries while the server goes on, never to another machine unless that was allowed."""

    def __init__(self, *, beyond_loopback: bool) -> None:
        self._outbound = Outbound(beyond_loopback=beyond_loopback, option="--allow-webhooks-beyond-loopback")
        self._places = asyncio.Semaphore(AT_ONCE)

    def send(self, deliveries: Iterable[Delivery]) -> None:
        """Begin to carry deliveries; nobody waits for them."""
        for delivery in deliveries:
            self._outbound.start(self._deliver(delivery))

    async def attempt(self, delivery: Delivery) -> Result:
        """Carry a delivery once."""
        headers = {"User-Agent": USER_AGENT, **delivery.headers}
        async with self._places:
            return await self._outbound.post(delivery.url, delivery.body, headers, TIMEOUT, keep_answer=True)

    async def _deliver(self, delivery: Delivery) -> None:
        result = await self.attempt(delivery)
        for pause in PAUSES:
            if not _is_passing(result):
                break
            await asyncio.sleep(pause)
            result = await self.attempt(delivery)
        if result.failure is not None:
            host = urlsplit(delivery.url).hostname or ""
            _log.warning("hook %s at %s failed for %s: %s", delivery.hook_id, host, delivery.event, result.failure)


def _is_passing(result: Result) -> bool:
    """Tell whether another attempt may end better: there was no answer, or one that says "later"."""
    return result.status in _PASSING if result.status is not None else result.failure is not None and not result.refused


def signature(signing_key: str, body: bytes) -> str:
    """Return the HMAC-SHA256 of a body, in hexadecimal."""
    return hmac.new(signing_key.encode(), body, hashlib.sha256).hexdigest()


def deliveries(db: Connection, event: str, members: Mapping[str, Any], now: float) -> list[Delivery]:
    """Return a delivery for every hook that waits for an event; members without a value are left out."""
    made = {"event": event, "createdAt": moment(now)}
    made |= {name: value for name, value in members.items() if value is not None}
    return [delivery(row.id, row.signing_key, row.config, made) for row in hooks.waiting_for(db, event)]


def delivery(hook_id: str, signing_key: str, config: Mapping[str, Any], payload: Mapping[str, Any]) -> Delivery:
    """Return a signed delivery; no header of the configuration can stand in for the signature."""
    body = json.dumps({**payload, "hookId": hook_id}, ensure_ascii=False, separators=(",", ":")).encode()
    added = {name: value for name, value in config.get("headers", {}).items() if name.lower() != SIGNATURE}
    headers = {**added, "Content-Type": "application/json", SIGNATURE: signature(signing_key, body)}
    return Delivery(hook_id, str(payload["event"]), str(config["url"]), body, headers)


def moment(now: float) -> str:
    """Return a time as JavaScript writes it: UTC, with milliseconds."""
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
