"""One HTTP exchange: what came in, the world it meets, and how a refusal leaves."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .cookies import Cookies
from .errors import ApiError, OidcError, Refusal, invalid_request
from .messages import hint
from .pages import render
from .pages.locale import Locale, negotiate
from .pages.views import ErrorView
from .params import Params
from .webhooks import Delivery
from .world import World

MAX_BODY = 64 * 1024

Result = TypeVar("Result")
Handler = Callable[["Exchange", Connection], Response]
AsyncHandler = Callable[["Exchange"], Awaitable[Response]]


class Exchange:
    """A request with its parameters read, and the moment at which it is answered."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.world: World = request.app.state.world
        self.now = self.world.clock.now()
        self.cookies = Cookies(request, self.world.cookie_key)
        self.query = Params({})
        self.form = Params({})
        self.json: Any = None
        self.deliveries: list[Delivery] = []

    async def read(self) -> None:
        """Read query and body.

        Raises: Refusal for what is too large or cannot be read.
        """
        self.query = Params.parse(self.request.url.query)
        if self.request.method in ("GET", "HEAD", "OPTIONS"):
            return
        body = await _bounded_body(self.request)
        media_type = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type == "application/json":
            self.json = _parsed_json(body)
            if isinstance(self.json, dict) and not self.request.url.path.startswith("/api/"):
                self.form = Params.from_json(self.json)
        elif media_type == "application/x-www-form-urlencoded":
            try:
                self.form = Params.parse(body.decode("ascii"))
            except UnicodeDecodeError as error:
                raise invalid_request("the parameters could not be read") from error

    @property
    def base(self) -> str:
        """Return scheme and host as the client addressed us: endpoints follow it (LOGTO.md 3.1)."""
        return f"{self.request.url.scheme}://{self.request.headers.get('host', '')}"

    @property
    def locale(self) -> Locale:
        """Return the language of the answer."""
        return negotiate(self.query.get("ui_locales"), self.request.headers.get("accept-language"))

    @property
    def address(self) -> str:
        """Return the address of the other side."""
        return self.request.client.host if self.request.client else ""

    @property
    def is_for_a_person(self) -> bool:
        """Whether a browser is navigating, rather than a script asking."""
        return "text/html" in self.request.headers.get("accept", "")

    def transact(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` in one transaction, which is kept also if it ends in a refusal (a reuse must revoke)."""
        refused: Refusal | None = None
        with self.world.transaction() as db:
            try:
                return work(db)
            except Refusal as refusal:
                refused = refusal
        raise refused

    def refused(self, refusal: Refusal, *, as_page: bool) -> Response:
        """Return a refusal as JSON, or as a page for a person where `as_page`."""
        if as_page and self.is_for_a_person:
            return render.error(self.request, self._error_view(refusal))
        plain = self.query.get("parse_error") == "false"
        body = refusal.body(self.locale, plain)
        return JSONResponse(body, refusal.status, headers=dict(refusal.headers))

    def _error_view(self, refusal: Refusal) -> ErrorView:
        body = refusal.body(self.locale)
        return ErrorView(
            status=refusal.status,
            code=str(body["code"]),
            description=str(body.get("error_description") or body["message"]),
            hint=hint(str(body["code"]), self.locale),
            locale=self.locale,
            request_id=str(self.request.scope.get("logto.request_id", "")),
        )


def endpoint(handle: Handler, *, as_page: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """Return an ASGI endpoint that runs `handle` in one transaction.

    Nothing is awaited within it, so that requests never interleave: a code or token can be used once only.
    """

    async def in_one_transaction(exchange: Exchange) -> Response:
        return exchange.transact(lambda db: handle(exchange, db))

    return async_endpoint(in_one_transaction, as_page=as_page)


def async_endpoint(handle: AsyncHandler, *, as_page: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """Return an ASGI endpoint for a handler that waits between its transactions."""

    async def answer(request: Request) -> Response:
        exchange = Exchange(request)
        try:
            await exchange.read()
            response = await handle(exchange)
            exchange.world.webhooks.send(exchange.deliveries)
        except Refusal as refusal:
            response = exchange.refused(refusal, as_page=as_page)
        exchange.cookies.apply(response)
        return response

    return answer


async def _bounded_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise ApiError("request.too_large", 413)
    return bytes(body)


def _parsed_json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise OidcError("invalid_request", "failed to parse the request body") from error
