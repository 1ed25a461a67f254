"""Webhooks: who is told of which events, and a test of one."""

import asyncio
import re
from typing import Any

from sqlalchemy import select

from logto.server import hook_events, ids, shapes, webhooks
from logto.server.api import body, page
from logto.server.api.call import Answer, Call, Caller
from logto.server.errors import ApiError
from logto.server.exchange import Exchange
from logto.server.outbound import Result
from logto.server.schema import hooks as table
from logto.server.seed_checks import is_web_url
from logto.server.store import rows

from .found import found

MOST_HEADERS = 20
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{0,1024}")
_OURS = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection", webhooks.SIGNATURE})


def is_config(value: Any) -> bool:
    """Tell whether it is a URL with headers that may be sent there."""
    if not isinstance(value, dict) or not is_web_url(value.get("url")) or len(value["url"]) > 2048:
        return False
    headers = value.get("headers", {})
    return isinstance(headers, dict) and len(headers) <= MOST_HEADERS and all(map(_is_header, headers.items()))


def _is_header(item: tuple[str, Any]) -> bool:
    name, value = item
    named = _HEADER_NAME.fullmatch(name) is not None and name.lower() not in _OURS
    return named and isinstance(value, str) and _HEADER_VALUE.fullmatch(value) is not None


EVENTS = body.list_of(body.one_of(*hook_events.EVENTS), shortest=1)
FIELDS: body.Fields = {"name": body.text(256), "events": EVENTS, "config": is_config, "enabled": body.is_flag}
TESTED: body.Fields = {"events": EVENTS, "config": is_config}


def listed(call: Call) -> Answer:
    """List hooks, with their signing keys."""
    return page.listed(call, select(table).order_by(table.c.created_at, table.c.id), shapes.hook, optional=True)


def create(call: Call) -> Answer:
    """Add a hook, with a signing key of its own."""
    given = call.read(FIELDS, "config")
    if "events" not in given:
        raise ApiError("hook.missing_events", 400)
    hook_id = ids.application_id()
    values = {"id": hook_id, "name": given.get("name", ""), "enabled": given.get("enabled", True)}
    rows.add(call.db, table, {**values, **_kept(given), "signing_key": ids.secret(), "created_at": call.now})
    return Answer(201, shapes.hook(found(call, table, hook_id)))


def get(call: Call) -> Answer:
    """Return a hook."""
    return Answer(200, shapes.hook(found(call, table, call.path["id"])))


def change(call: Call) -> Answer:
    """Change a hook; its signing key stays."""
    hook, given = found(call, table, call.path["id"]), call.read(FIELDS)
    rows.change(call.db, table, hook.id, {**given, **_kept(given)})
    return Answer(200, shapes.hook(found(call, table, hook.id)))


def renew_signing_key(call: Call) -> Answer:
    """Give a hook another signing key; the former one signs nothing any more."""
    hook = found(call, table, call.path["id"])
    rows.change(call.db, table, hook.id, {"signing_key": ids.secret()})
    return Answer(200, shapes.hook(found(call, table, hook.id)))


def remove(call: Call) -> Answer:
    """Delete a hook."""
    return page.ended(rows.remove(call.db, table, call.path["id"]))


async def try_out(exchange: Exchange, _caller: Caller) -> list[Result]:
    """Send a made-up event of each named kind, once, and wait for the answers."""
    given = body.read(exchange.json, TESTED, tuple(TESTED))
    hook_id = exchange.request.path_params["id"]
    hook = exchange.transact(lambda db: rows.find(db, table, hook_id))
    if hook is None:
        raise ApiError("entity.not_exists_with_id", 404)
    payloads = [hook_events.made_up(event, webhooks.moment(exchange.now)) for event in dict.fromkeys(given["events"])]
    made = [webhooks.delivery(hook.id, hook.signing_key, given["config"], payload) for payload in payloads]
    return await asyncio.gather(*map(exchange.world.webhooks.attempt, made))


def test(call: Call) -> Answer:
    """Say how the test went."""
    for result in call.prepared:
        if result.status is not None and result.failure is not None:
            data = {"responseStatus": result.status, "responseBody": result.answer}
            raise ApiError("hook.endpoint_responded_with_error", 422, data)
        if result.failure is not None:
            raise ApiError("hook.send_test_payload_failed", 422, details=result.failure)
    return Answer(204)


def _kept(given: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if "events" in given:
        kept["events"] = list(dict.fromkeys(given["events"]))
    if "config" in given:
        kept["config"] = {name: given["config"][name] for name in ("url", "headers") if name in given["config"]}
    return kept
