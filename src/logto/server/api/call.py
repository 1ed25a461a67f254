"""One call of an API route: who calls, what for, within one transaction; and the rows of the route tables."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response
from starlette.routing import Route

from logto.server import webhooks
from logto.server.errors import ApiError
from logto.server.exchange import Exchange, async_endpoint
from logto.server.store import sessions, users

from . import body

PREFIX = "/api"


@dataclass(frozen=True)
class Caller:
    """Who calls: an application (or user) with the Management API's scope, or a user about themself."""

    id: str
    scopes: frozenset[str]
    client_id: str
    session_id: str | None = None
    is_verified: bool = False


@dataclass(frozen=True)
class Answer:
    """What a route answers; None is an empty body. With a `refusal` that is raised, once everything is stored."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    refusal: ApiError | None = None


class Call:
    """A call whose caller is known, with the database for as long as it takes."""

    def __init__(self, exchange: Exchange, db: Connection, caller: Caller, prepared: Any) -> None:
        self.exchange, self.db, self.caller, self.prepared = exchange, db, caller, prepared
        self.world, self.now = exchange.world, exchange.now
        self.path: Mapping[str, str] = exchange.request.path_params
        self.events: list[tuple[str, dict[str, Any]]] = []

    def read(self, fields: body.Fields, *required: str) -> dict[str, Any]:
        """Return the checked members of the body.

        Raises: ApiError (guard.invalid_input).
        """
        return body.read(self.exchange.json, fields, required)

    def asks(self, name: str) -> bool:
        """Tell whether the query says yes to `name`."""
        return (self.exchange.query.get(name) or "").lower() in ("true", "1", "yes", "y")

    def emit(self, event: str, **members: Any) -> None:
        """Let the hooks that wait for `event` know, once everything is stored."""
        self.events.append((event, members))


Handler = Callable[[Call], Answer]
Prepare = Callable[[Exchange, Caller], Awaitable[Any]]
Authenticate = Callable[[Exchange], Caller]


class Row(NamedTuple):
    """A row of a route table: `event` is what hooks are told of a success, `prepare` what takes long."""

    method: str
    path: str
    handle: Handler
    event: str | None = None
    prepare: Prepare | None = None


def route(row: Row, authenticate: Authenticate, dress: Callable[[Exchange, Response], Response] | None = None) -> Route:
    """Return the Starlette route of a row.

    All writes of a call are kept, or none: a refusal takes back what came before it.
    """

    async def handle(exchange: Exchange) -> Response:
        caller = authenticate(exchange)
        prepared = await row.prepare(exchange, caller) if row.prepare is not None else None
        try:
            with exchange.world.transaction() as db:
                answer = _handled(row, Call(exchange, db, caller, prepared))
        except IntegrityError as error:
            raise ApiError("entity.db_constraint_violated", 422) from error
        if answer.refusal is not None:
            raise answer.refusal
        response = _response(answer)
        return response if dress is None else dress(exchange, response)

    return Route(PREFIX + row.path, async_endpoint(handle), methods=[row.method])


def _handled(row: Row, call: Call) -> Answer:
    answer = row.handle(call)
    if row.event is not None and answer.refusal is None:
        call.emit(row.event, data=answer.body)
    for event, members in call.events:
        about = {**_context(row, call, answer.status), **members}
        call.exchange.deliveries += webhooks.deliveries(call.db, event, about, call.now)
    return answer


def _response(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=dict(answer.headers))
    content = json.dumps(answer.body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(content.encode(), answer.status, dict(answer.headers), "application/json")


def _context(row: Row, call: Call, status: int) -> dict[str, Any]:
    request = call.exchange.request
    return {
        "userAgent": request.headers.get("user-agent"),
        "ip": call.exchange.address,
        "path": request.url.path.removeprefix(PREFIX),
        "method": row.method,
        "status": status,
        "params": dict(call.path),
        "matchedRoute": row.path.replace("{", ":").replace("}", ""),
    }


def found_user(call: Call, user_id: str) -> users.User:
    """Return a user.

    Raises: ApiError (entity.not_exists_with_id).
    """
    user = users.find(call.db, user_id)
    if user is None:
        raise ApiError("entity.not_exists_with_id", 404)
    return user


def own_session(call: Call, user_id: str) -> Any:
    """Return the live session that the path names, of this user.

    Raises: ApiError (oidc.session_not_found, oidc.invalid_session_account_id).
    """
    session = sessions.find_by_id(call.db, call.path["sessionId"], call.now)
    if session is None:
        raise ApiError("oidc.session_not_found", 404)
    if session.user_id != user_id:
        raise ApiError("oidc.invalid_session_account_id", 404)
    return session
