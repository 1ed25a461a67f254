"""Access tokens for all that is behind a middleware: Starlette's own, or ours."""

from __future__ import annotations

from typing import Any

from starlette.authentication import AuthCredentials, AuthenticationBackend, AuthenticationError, BaseUser
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ...errors import LogtoException, MissingTokenError
from ...protocol.token_requirement import TokenRequirement
from .api import BaseApi, answer_refusal
from .caller import Caller, CallerCredentials


class BearerError(AuthenticationError):
    """A request brought a token that is not good.

    Args:
        refusal: The answer to it.
    """

    def __init__(self, refusal: Response) -> None:
        super().__init__("The access token is not good.")
        self.refusal = refusal


class BearerBackend(AuthenticationBackend):
    """Knows callers by their access token, in Starlette's own `AuthenticationMiddleware`.

    ```python
    Middleware(AuthenticationMiddleware, backend=BearerBackend(api), on_error=BearerBackend.refuse)
    ```

    A request without a token is nobody's: Starlette's `requires("read")` then answers it.

    Args:
        api: What the tokens are for.
    """

    def __init__(self, api: BaseApi) -> None:
        self._api = api

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser] | None:
        """The credentials and the caller of a request, or None where it brings no token.

        Raises:
            BearerError: It brings one that is not good.
        """
        try:
            claims = await self._api.check(conn)
        except MissingTokenError:
            return None
        except LogtoException as error:
            raise BearerError(self._api.refusal(error)) from error
        return CallerCredentials(claims), Caller(claims)

    @staticmethod
    def refuse(_conn: HTTPConnection, error: AuthenticationError) -> Response:
        """Answers a token that is not good, as `on_error` of the middleware.

        Args:
            error: What `authenticate` raised.
        """
        return error.refusal if isinstance(error, BearerError) else Response(status_code=401)


class LogtoApiMiddleware:
    """Lets only requests with a good access token through to what is behind it, such as a mounted application.

    ```python
    Mount("/reports", app=reports, middleware=[Middleware(LogtoApiMiddleware, api=api, scopes=["read"])])
    ```

    Args:
        app: What is behind it.
        api: What the tokens are for.
        demanded: As `TokenRequirement`: `scopes`, `any_scope`, `roles`, …

    Raises:
        ConfigurationError: What is demanded is not usable.
    """

    def __init__(self, app: ASGIApp, api: BaseApi, **demanded: Any) -> None:
        self.app = app
        self._api = api
        self._requirement = TokenRequirement(**demanded)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] in ("http", "websocket"):
            refused = await self._api.admit(HTTPConnection(scope), self._requirement)
            if refused is not None:
                await answer_refusal(refused, scope, receive, send)
                return
        await self.app(scope, receive, send)
