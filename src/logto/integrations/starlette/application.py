"""What Starlette's and FastAPI's `Logto` have in common."""

from __future__ import annotations

import logging
import os
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Unpack
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from ...client.page_checks import page_problems
from ...client.page_configuration import page_configuration
from ...client.pages import LogtoPages
from ...errors import ConfigurationError
from ...models.config import LogtoConfig
from ...sessions.cookie_store import CookieStore
from ...sessions.store import SessionStore
from ...transports.base import AsyncTransport, Transport
from .endpoints import Endpoints
from .hooks import ErrorHook, F, UserHook, UserLoader
from .places import Places
from .settings import LogtoSettings
from .site import Site

logger = logging.getLogger("logto")


class LogtoApplication(Site):
    """Sign-in for an application: its routes, its hooks, and what it needs at its start and end.

    Args:
        config: Who we are, and whom we talk to; otherwise `LOGTO_ENDPOINT`, `LOGTO_APP_ID`, … of the environment.
        store: Where sessions live; otherwise `LOGTO_SESSION_STORE`, and cookies without it.
        transport: What carries the requests of awaiting code, instead of a pool of connections.
        sync_transport: What carries those of blocking code.
        verify: Trusted certificates, instead of the system's.
        clock: Seconds since the epoch; for tests.
        environ: Where settings are that are not given here.
        settings: Each `LOGTO_*` setting by its name in lower case, such as `redirect_uri`.

    Raises:
        ConfigurationError: A setting is missing, unknown or malformed; the message names it.
    """

    def __init__(
        self,
        config: LogtoConfig | None = None,
        *,
        store: SessionStore | CookieStore | None = None,
        transport: AsyncTransport | None = None,
        sync_transport: Transport | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
        environ: Mapping[str, str] = os.environ,
        **settings: Unpack[LogtoSettings],
    ) -> None:
        found = page_configuration(
            {f"LOGTO_{name.upper()}": value for name, value in settings.items()},
            environ,
            secret=environ.get("SECRET_KEY"),
            secret_name="SECRET_KEY",  # noqa: S106 - the name of a setting
            config=config,
            store=store,
        )
        pages = LogtoPages(
            found.config,
            found.store,
            found.settings,
            cookie=found.cookie,
            lifetimes=found.lifetimes,
            signed_out_without_store=found.signed_out_without_store,
            transport=transport,
            sync_transport=sync_transport,
            verify=verify,
            clock=clock,
        )
        super().__init__(pages)
        self._endpoints = Endpoints(self)
        self._checked = False

    @property
    def routes(self) -> list[Route]:
        """The sign-in routes: `sign_in`, `sign_up`, `callback`, `sign_out`, `backchannel_logout`."""
        return self._endpoints.routes()

    @asynccontextmanager
    async def lifespan(self, app: Any) -> AsyncIterator[None]:
        """Checks the settings before the first request, and closes the connections after the last one.

        Give it to the application as its `lifespan`, or enter it in your own: `async with logto.lifespan(app): yield`.

        Args:
            app: The application.

        Raises:
            ConfigurationError: A setting is unsafe or does not fit.
        """
        self.check({"app": app, "root_path": getattr(app, "root_path", "")})
        try:
            yield
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections to Logto and to the store; they open again when they are needed."""
        await self.pages.aclose()
        store = self.pages.store
        stores = (store.revocations,) if isinstance(store, CookieStore) else (store,)
        for one in stores:
            close, aclose = getattr(one, "close", None), getattr(one, "aclose", None)
            if aclose is not None:
                await aclose()
            if close is not None:
                await run_in_threadpool(close)

    def user_loader(self, function: F) -> F:
        """Decorator: how the claims of whoever is signed in become the application's own user, for `request.user`.

        Find the user by (`claims.iss`, `claims.sub`), never by an e-mail address. None is nobody here: guarded pages
        answer 403, and no page sends such a user to sign in again and again.
        """
        loader: UserLoader = function
        self.hooks.user_loader = loader
        return function

    def on_signed_in(self, function: F) -> F:
        """Decorator: called with the request and the user after each sign-in; may return another response.

        It comes before the `user_loader`, so that it may add somebody new to the application's own users.
        """
        hook: UserHook = function
        self.hooks.signed_in = hook
        return function

    def on_signed_out(self, function: F) -> F:
        """Decorator: called with the request and the user who was signed in; may return another response."""
        hook: UserHook = function
        self.hooks.signed_out = hook
        return function

    def on_sign_in_failed(self, function: F) -> F:
        """Decorator: called with the request and the error of a callback; may return another response."""
        hook: ErrorHook = function
        self.hooks.sign_in_failed = hook
        return function

    def places(self, scope: Any) -> Places:
        """Where the routes were mounted.

        Args:
            scope: Of a request, as the middleware got it.
        """
        return Places.within(scope, self.pages.settings, self._endpoints.landmarks)

    def check(self, scope: Any) -> None:
        """Looks once at what is missing or unsafe in the settings.

        Args:
            scope: Of a request or a lifespan.

        Raises:
            ConfigurationError: Something must be mended. What only should be is logged.
        """
        if self._checked:
            return
        callback = self.places(scope).callback
        path = urlsplit(self.pages.settings.redirect_uri or "").path
        if path.endswith(callback):
            callback = path  # servers tell the prefix that a proxy takes off (`--root-path`) with requests only
        app = scope.get("app")
        problems = page_problems(self.pages, callback_path=callback, debug=bool(getattr(app, "debug", False)))
        for problem in problems:
            if problem.level == "error":
                raise ConfigurationError(
                    f"({problem.id}) {problem.message}", hint=problem.hint, code="configuration.check"
                )
            logger.warning("%s", problem)
        self._checked = True

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.pages.config.endpoint}, {self.pages.config.app_id})"
