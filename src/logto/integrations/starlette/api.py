"""`LogtoApi`: an API that is called with access tokens, in Starlette."""

from __future__ import annotations

import functools
import inspect
import ssl
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypedDict, TypeVar, Unpack

from starlette.concurrency import run_in_threadpool
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ...client.access_token_verifier import AccessTokenVerifier
from ...client.api_guard import ApiGuard
from ...errors import ConfigurationError, LogtoException
from ...models.claims import AccessTokenClaims
from ...models.verifier_config import Introspection
from ...protocol.resource_metadata import ProtectedResource, is_web_address
from ...protocol.token_requirement import NOTHING, TokenRequirement
from ...transports.base import AsyncTransport
from .caller import Caller, CallerCredentials
from .guards import OrganizationFrom, connection_in, organization_in

F = TypeVar("F", bound=Callable[..., Any])

PUBLISHED = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=3600"}
"""Anybody may read the metadata, programs in browsers too."""


class VerifierOptions(TypedDict, total=False):
    """What `LogtoApi` hands on; `AccessTokenVerifier` says what each one means."""

    organizations: bool
    issuer: str
    client_ids: Iterable[str] | None
    roles_claim: str
    introspection: Introspection | None
    clock_tolerance: float
    timeout: float
    remember: int
    transport: AsyncTransport | None
    verify: ssl.SSLContext | None
    clock: Callable[[], float]


class BaseApi:
    """What Starlette's and FastAPI's `LogtoApi` have in common.

    Args:
        endpoint: The address of Logto.
        audience: The API's identifier, as Logto's Console has it, or several.
        scopes: The API's scopes, for those who want to call it; with descriptions, if you give a mapping.
        resource: How the API describes itself to clients (RFC 9728), or its identifier; the audience if it is one URL.
        realm: The API's name, in challenges.
        options: Of `AccessTokenVerifier`.

    Raises:
        ConfigurationError: An argument is not usable.
    """

    def __init__(
        self,
        endpoint: str,
        audience: str | Iterable[str] = (),
        *,
        scopes: Collection[str] | Mapping[str, str] = (),
        resource: ProtectedResource | str | None = None,
        realm: str = "",
        **options: Unpack[VerifierOptions],
    ) -> None:
        self.verifier = AccessTokenVerifier(endpoint, audience, **options)
        names = [scopes] if isinstance(scopes, str) else scopes
        self.scopes = dict(scopes) if isinstance(scopes, Mapping) else dict.fromkeys(names, "")
        (only, *others) = (*self.verifier.config.audiences, "")
        if resource is None and others == [""] and is_web_address(only):
            resource = only
        if isinstance(resource, str):
            resource = ProtectedResource(resource, scopes_supported=tuple(self.scopes), name=realm)
        self.guard = ApiGuard(self.verifier, resource=resource, realm=realm)

    async def check(
        self,
        connection: HTTPConnection,
        requirement: TokenRequirement = NOTHING,
        organization_from: OrganizationFrom | None = None,
    ) -> AccessTokenClaims:
        """What the access token of a request says, if it is good and allows the request.

        Args:
            connection: The request, or the WebSocket.
            requirement: What is demanded.
            organization_from: Where the request names its organization: a path parameter, or a function of the request.

        Raises:
            LogtoException: It is not; `guard.answer` has the answer.
        """
        scope = connection.scope
        authorization = [value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"]
        query: bytes = scope.get("query_string", b"")
        organization_id = None
        if organization_from is not None:
            organization_id = organization_in(connection, organization_from)
        return await self.guard.check(
            authorization, requirement, query=query.decode("latin-1"), organization_id=organization_id
        )

    async def admit(
        self,
        connection: HTTPConnection,
        requirement: TokenRequirement = NOTHING,
        organization_from: OrganizationFrom | None = None,
    ) -> Response | None:
        """Makes the caller the request's user, or returns the refusal; otherwise as `check`."""
        try:
            claims = await self.check(connection, requirement, organization_from)
        except LogtoException as error:
            return self.refusal(error)
        connection.scope["user"], connection.scope["auth"] = Caller(claims), CallerCredentials(claims)
        return None

    def refusal(self, error: LogtoException) -> Response:
        """The answer to a request without a good token (RFC 6750).

        Args:
            error: What `check` raised.
        """
        answer = self.guard.answer(error)
        return Response(answer.content, answer.status, headers=answer.headers)

    @asynccontextmanager
    async def lifespan(self, _app: Any) -> AsyncIterator[None]:
        """Closes the connections to Logto after the last request."""
        try:
            yield
        finally:
            await self.verifier.close()

    async def metadata(self, _request: Request) -> Response:
        """What the API says of itself (RFC 9728)."""
        return JSONResponse(self.guard.metadata, headers=PUBLISHED)

    @property
    def routes(self) -> list[Route]:
        """The route at the well-known address, where the API describes itself."""
        path = self.guard.metadata_path
        return [] if path is None else [Route(path, self.metadata, methods=["GET"], name="protected_resource")]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.verifier!r})"


class LogtoApi(BaseApi):
    """An API of a Starlette application.

    ```python
    api = LogtoApi("https://tenant.logto.app", audience="https://shopping.your-app.com/api")

    @api.requires(scopes=["read"])
    async def orders(request):
        return JSONResponse({"caller": request.user.claims.sub})

    app = Starlette(routes=[Route("/orders", orders), *api.routes], lifespan=api.lifespan)
    ```
    """

    def requires(self, *, organization_from: OrganizationFrom | None = None, **demanded: Any) -> Callable[[F], F]:
        """Decorator: lets only those requests in whose access token allows them; the others are answered.

        For functions and methods of a request or a WebSocket, plain or `async`, and for classes of endpoints. They find
        the claims in `request.user.claims`, and the scopes in `request.auth.scopes`.

        Args:
            organization_from: The name of the path parameter with the organization's id, or a function of the request.
            demanded: As `TokenRequirement`: `scopes`, `any_scope`, `roles`, `any_role`, `organization_id`,
                `any_organization`, `client_ids`.

        Raises:
            ConfigurationError: What is demanded is not usable.
        """
        requirement = TokenRequirement(**demanded)

        async def refusal(connection: HTTPConnection) -> Response | None:
            return await self.admit(connection, requirement, organization_from)

        return lambda endpoint: _guarded(refusal, endpoint)


def _guarded(refusal: Callable[[HTTPConnection], Any], endpoint: Any) -> Any:
    if inspect.isclass(endpoint):
        return _guarded_class(refusal, endpoint)

    @functools.wraps(endpoint)
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        connection = connection_in(args, kwargs)
        refused: Response | None = await refusal(connection)
        if refused is None:
            if inspect.iscoroutinefunction(endpoint):
                return await endpoint(*args, **kwargs)
            return await run_in_threadpool(endpoint, *args, **kwargs)
        if connection.scope["type"] == "websocket":
            return await _refuse_socket(refused, connection)
        return refused

    return guarded


def _guarded_class(refusal: Callable[[HTTPConnection], Any], endpoint: type[Any]) -> type[Any]:
    if not issubclass(endpoint, HTTPEndpoint | WebSocketEndpoint):
        raise ConfigurationError(
            f"{endpoint.__name__} is no HTTPEndpoint and no WebSocketEndpoint.", code="configuration.guarded_endpoint"
        )

    async def dispatch(self: Any) -> None:
        connection = HTTPConnection(self.scope)
        refused = await refusal(connection)
        if refused is None:
            await endpoint.dispatch(self)
        else:
            await answer_refusal(refused, self.scope, self.receive, self.send)

    members = {"dispatch": dispatch, "__doc__": endpoint.__doc__, "__module__": endpoint.__module__}
    return type(endpoint.__name__, (endpoint,), members)


async def _refuse_socket(refused: Response, socket: Any) -> None:
    await answer_refusal(refused, socket.scope, socket.receive, socket.send)


async def answer_refusal(refused: Response, scope: Any, receive: Any, send: Any) -> None:
    """Sends a refusal, to a WebSocket as well as to a request.

    Args:
        refused: What to answer.
        scope: The request's.
        receive: The way in.
        send: The way out.
    """
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008 if refused.status_code < 500 else 1011})
        return
    await refused(scope, receive, send)
