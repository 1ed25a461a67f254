"""`LogtoMiddleware`: opens the session with the request, and lets its cookies go out with the answer."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ...client.page_refusals import refusal
from ...errors import LogtoException
from ...models.pages import PageAnswer, PageRequest
from .answer import Answer
from .application import LogtoApplication
from .hooks import call
from .incoming import Incoming
from .places import Places
from .site import Site
from .visit import open_nobodys_visit, open_visit


class LogtoMiddleware:
    """Binds a browser's session to each request: `request.user`, `request.auth`, and the client.

    An error of the SDK that the application does not handle itself is answered: a browser that must sign in first is sent to
    do so, a program gets JSON.

    Args:
        app: What is behind it.
        logto: Whose users are meant.
    """

    def __init__(self, app: ASGIApp, logto: LogtoApplication) -> None:
        self.app = app
        self.logto = logto
        self._places: tuple[Any, Places] = (None, Places("", "", ""))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        self.logto.check(scope)
        places = self._found(scope)
        path: str = scope["path"]
        incoming = Incoming(scope, places)
        if path == places.back_channel_logout or path.startswith(places.static):
            open_nobodys_visit(self.logto, scope, incoming)
            await self.app(scope, receive, send)  # no browser's session has to do with these
            return
        can_deny = scope["type"] == "websocket" and "websocket.http.response" in scope.get("extensions", {})
        answer = Answer(self.logto, incoming, send, can_deny=can_deny)
        try:
            answer.visit = await open_visit(self.logto, scope, incoming)
            await self.app(scope, receive, answer.send)
        except LogtoException as error:
            if answer.has_begun and scope["type"] == "http":
                raise
            answer.take_back()
            await _refuse(error, answer, scope, receive)
        except Exception as error:
            if scope["type"] == "http" and not answer.is_there and await answer.close():
                await _fail(error, answer, scope, receive)
            raise
        finally:
            if answer.is_held:
                await answer.let_go()

    def _found(self, scope: Scope) -> Places:
        """Where the routes are, looked for again when there are others."""
        routes = getattr(scope.get("app"), "routes", ())
        state = (scope.get("app"), len(routes), scope.get("root_path", ""), scope.get("app_root_path"))
        if self._places[0] != state:
            self._places = (state, self.logto.places(scope))
        return self._places[1]


async def _refuse(error: LogtoException, answer: Answer, scope: Scope, receive: Receive) -> None:
    app = scope.get("app")
    logto, request = _refused_by(error, answer)
    hints = logto.pages.settings.show_hints or bool(getattr(app, "debug", False))
    refused = refusal(error, request, show_hints=hints)
    if scope["type"] == "websocket":
        await _refuse_socket(error, refused, answer, scope, receive)
        return
    found = _handler(app, error, refused)
    result = (
        answer.logto.response(refused) if found is None else await call(found[0], Request(scope, receive), found[1])
    )
    if isinstance(result, Response):
        await result(scope, receive, answer.send)


def _refused_by(error: LogtoException, answer: Answer) -> tuple[Site, PageRequest]:
    """Whose guard an error comes from: within several middlewares, each sends to its own sign-in."""
    visit = answer.visit
    while visit is not None and visit.refusal is not error:
        visit = visit.outer
    return (answer.logto, answer.incoming.page_request) if visit is None else (visit.application, visit.request)


def _handler(app: Any, error: LogtoException, refused: PageAnswer) -> tuple[Any, Exception] | None:
    """The application's own handler: for what is raised out here, and for statuses, for which it may have a page.

    That of `Exception` is not meant: it is for what nobody foresaw.
    """
    handlers = getattr(app, "exception_handlers", {})
    for kind in type(error).__mro__:
        if kind in handlers and kind is not Exception:
            return handlers[kind], error
    if refused.location is None and refused.status in handlers and refused.status != 500:
        known = HTTPException(refused.status, headers=dict(refused.headers))
        known.__cause__ = error
        return handlers[refused.status], known
    return None


async def _refuse_socket(
    error: LogtoException, refused: PageAnswer, answer: Answer, scope: Scope, receive: Receive
) -> None:
    if not answer.has_begun and "websocket.http.response" in scope.get("extensions", {}):
        await answer.logto.response(refused)(scope, receive, answer.send)
        return
    # Before the handshake is answered, servers make this a 403.
    code = 1008 if refused.status < 500 else 1011
    await answer.send({"type": "websocket.close", "code": code, "reason": error.code})


async def _fail(error: Exception, answer: Answer, scope: Scope, receive: Receive) -> None:
    """Answers an unforeseen error here, as the application would: what answers it further out would forget the cookies.

    New tokens that the browser never gets are a session lost.
    """
    app = scope.get("app")
    handler = None
    for kind, function in getattr(app, "exception_handlers", {}).items():
        if kind in (500, Exception):
            handler = function

    async def fail_again(*_: object) -> None:
        raise error

    debug = bool(getattr(app, "debug", False))
    with suppress(type(error)):
        await ServerErrorMiddleware(fail_again, handler=handler, debug=debug)(scope, receive, answer.send)
