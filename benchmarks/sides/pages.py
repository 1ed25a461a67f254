"""A signed-in page of each framework, beside the same route of an application that signs nobody in."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from benchmarks.interleave import Samples, interleaved
from benchmarks.sides import tokens
from benchmarks.sides.lines import serve
from logto.models.session import Identity
from logto.sessions import CookieStore, MemoryStore

BARE = "bare"
STORES: Mapping[str, Callable[[], Any]] = {
    "logto (sessions in a store)": MemoryStore,
    "logto (sessions in cookies)": lambda: CookieStore(KEY),
}
KEY = "a secret of more than 32 characters"
SHOP = "https://shop.example"
SETTINGS = {
    "LOGTO_ENDPOINT": "https://logto.example.com",
    "LOGTO_APP_ID": "application",
    "LOGTO_APP_SECRET": "secret",
    "LOGTO_REDIRECT_URI": f"{SHOP}/callback",
}
TEXT = "Hello, Alice Liddell"
GREETING = TEXT.encode()
ANYTHING = {"__Host-logto": "x" * 43}
"""The cookie that the browser sends to the bare application as well, where it means nothing."""


def flask_page(store: Any) -> tuple[Any, Any]:
    """An application of Flask, and its pages; without a store, the bare one."""
    from flask import Flask

    from logto.integrations.flask import Logto, current_user, login_required

    app = Flask("shop")
    app.config.update(SECRET_KEY=KEY, **(SETTINGS if store else {}))
    if store is None:
        app.add_url_rule("/", view_func=lambda: TEXT, endpoint="page")
        return app, None
    Logto(app, store=store)
    app.add_url_rule("/", view_func=login_required(lambda: f"Hello, {current_user.display_name}"), endpoint="page")
    return app, app.extensions["logto"].pages


def quart_page(store: Any) -> tuple[Any, Any]:
    """The same of Quart."""
    from quart import Quart

    from logto.integrations.quart import Logto, current_user, login_required

    app = Quart("shop")
    app.config.update(SECRET_KEY=KEY, **(SETTINGS if store else {}))

    async def bare() -> str:
        return TEXT

    async def page() -> str:
        return f"Hello, {current_user.display_name}"

    if store is None:
        app.add_url_rule("/", view_func=bare, endpoint="page")
        return app, None
    Logto(app, store=store)
    app.add_url_rule("/", view_func=login_required(page), endpoint="page")
    return app, app.extensions["logto"].pages


def starlette_page(store: Any) -> tuple[Any, Any]:
    """The same of Starlette."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    from logto.integrations.starlette import Logto, LogtoMiddleware, login_required

    async def bare(_request: Any) -> PlainTextResponse:
        return PlainTextResponse(TEXT)

    @login_required
    async def page(request: Any) -> PlainTextResponse:
        return PlainTextResponse(f"Hello, {request.user.display_name}")

    if store is None:
        return Starlette(routes=[Route("/", bare)]), None
    logto = Logto(store=store, **_keywords())
    middleware = [Middleware(LogtoMiddleware, logto=logto)]
    return Starlette(routes=[Route("/", page)], middleware=middleware), logto.pages


def fastapi_page(store: Any) -> tuple[Any, Any]:
    """The same of FastAPI."""
    from fastapi import Depends, FastAPI

    from logto.integrations.fastapi import Logto, LogtoUser

    app = FastAPI()
    if store is None:

        @app.get("/")
        async def bare() -> str:
            return TEXT

        return app, None
    logto = Logto(store=store, **_keywords())
    logto.install(app)

    @app.get("/")
    async def page(user: Annotated[LogtoUser, Depends(logto.user)]) -> str:
        return f"Hello, {user.display_name}"

    return app, logto.pages


def django_page(store: Any) -> tuple[Any, Any]:
    """The same of Django. One process has one set of settings, and here each application brings its own with a request."""
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from logto.integrations.django import site

    if not settings.configured:
        settings.configure(SECRET_KEY=KEY, ALLOWED_HOSTS=["shop.example"], USE_I18N=False, **SETTINGS)

    def bare(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(TEXT)

    def page(request: Any) -> HttpResponse:
        return HttpResponse(f"Hello, {request.logto.user.display_name}")

    own, pages = None, None
    settings.MIDDLEWARE = []
    if store is not None:
        from logto.integrations.django.guards import logto_required

        settings.MIDDLEWARE = ["logto.integrations.django.middleware.LogtoMiddleware"]
        settings.LOGTO_SESSION_STORE = store
        own = site._site = site.Site.from_settings()  # noqa: SLF001 - as its first request would
        pages = own.sync_pages
    routes = (path("", bare if store is None else logto_required(page)),)
    handler = WSGIHandler()

    def app(environ: Any, start_response: Any) -> Any:
        settings.ROOT_URLCONF = routes
        site._site = own  # noqa: SLF001 - the settings' other half
        return handler(environ, start_response)

    return app, pages


def _keywords() -> dict[str, str]:
    return {name.removeprefix("LOGTO_").lower(): value for name, value in SETTINGS.items()}


PAGES = {
    "Flask": flask_page,
    "Quart": quart_page,
    "Django": django_page,
    "Starlette": starlette_page,
    "FastAPI": fastapi_page,
}


def measure(framework: str, rounds: int, calls: int) -> Samples:
    """Seconds of the processor for one request, by contender and round.

    Args:
        framework: One of `PAGES`.
        rounds: How often each has its turn.
        calls: How many requests are timed together.
    """
    logging.disable(logging.WARNING)  # start-up checks want production's settings
    with asyncio.Runner() as runner:
        contenders = {}
        for name, store in {BARE: lambda: None, **STORES}.items():
            app, pages = PAGES[framework](store())
            cookies = ANYTHING if pages is None else runner.run(signed_in(pages))
            contenders[name] = _timer(runner, framework, app, cookies, calls)
        interleaved(contenders, 1)
        return interleaved(contenders, rounds)


async def signed_in(pages: Any) -> dict[str, str]:
    """The cookies of a browser in which the guide's user is signed in."""
    config = pages.config
    identity = Identity(tokens.IdTokens(config.expected_issuer, config.app_id).token(), "r" * 43)
    session = await _whole(pages.open({}, SHOP))
    await _whole(pages._run(session.sign_in(identity)))  # noqa: SLF001 - without a provider
    headers = await _whole(pages.close(session))
    return dict(header.partition(";")[0].split("=", 1) for header in headers)


async def _whole(result: Any) -> Any:
    return await result if isinstance(result, Awaitable) else result


def _timer(
    runner: asyncio.Runner, framework: str, app: Any, cookies: dict[str, str], calls: int
) -> Callable[[], float]:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    if framework in ("Flask", "Django"):
        return lambda: _timed(wsgi(app, cookie), calls)
    return lambda: runner.run(_timed_waiting(asgi(app, cookie), calls))


def _timed(request: Callable[[], None], calls: int) -> float:
    started = time.process_time()
    for _ in range(calls):
        request()
    return (time.process_time() - started) / calls


async def _timed_waiting(request: Callable[[], Awaitable[None]], calls: int) -> float:
    started = time.process_time()
    for _ in range(calls):
        await request()
    return (time.process_time() - started) / calls


def wsgi(app: Any, cookie: str) -> Callable[[], None]:
    """A request to `/` as a server makes it."""
    from werkzeug.test import EnvironBuilder

    environ = EnvironBuilder("/", base_url=SHOP, headers={"Cookie": cookie, "Accept": "text/html"}).get_environ()

    def answered(status: str, _headers: Any, _error: Any = None) -> None:
        assert status.startswith("200"), status

    def request() -> None:
        body = app(dict(environ), answered)
        assert GREETING in b"".join(body)
        body.close()

    return request


def asgi(app: Any, cookie: str) -> Callable[[], Awaitable[None]]:
    """The same for asynchronous applications."""
    headers = [(b"host", b"shop.example"), (b"accept", b"text/html"), (b"cookie", cookie.encode())]
    hung_up = asyncio.Event()
    said: list[bytes] = []

    async def send(message: Any) -> None:
        assert message.get("status", 200) == 200, message
        said.append(message.get("body", b""))

    async def request() -> None:
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if asked:
                await hung_up.wait()
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "https",
            "path": "/",
            "raw_path": b"/",
            "root_path": "",
            "query_string": b"",
            "headers": headers,
            "client": ("192.0.2.1", 1234),
            "server": ("shop.example", 443),
            "extensions": {},
        }
        await app(scope, receive, send)
        assert GREETING in b"".join(said), said
        said.clear()

    return request


if __name__ == "__main__":
    serve({"measure": measure})
