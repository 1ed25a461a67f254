"""`LogtoAuth`: requests of httpx2 with a program's access token."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncGenerator, Generator, Sequence
from typing import Any, TypeAlias

import httpx2

from ..errors import ConfigurationError, LogtoException
from .logto_client import LogtoClient
from .logto_sync_client import LogtoSyncClient
from .machine import LogtoMachineClient, LogtoMachineSyncClient

logger = logging.getLogger("logto")

TokenSource: TypeAlias = LogtoMachineClient | LogtoMachineSyncClient | LogtoClient | LogtoSyncClient
"""Who gets the tokens: a program for itself, or a client for the user who is signed in."""

# RFC 6750, 3.1: only this error means that another token may help.
_INVALID_TOKEN = re.compile(r'\bBearer\b.*\berror\s*=\s*"?invalid_token\b', re.IGNORECASE)


class _Wanted:
    """A token that a request needs; not the one that was refused."""

    def __init__(self, instead_of: str | None = None) -> None:
        self.instead_of = instead_of


class LogtoAuth(httpx2.Auth):
    """Adds an access token to requests, and replaces one that the API refuses, once.

    ```python
    api = httpx2.AsyncClient(auth=LogtoAuth(machine, resource="https://api.example.com", scopes=["read"]))
    orders = await api.get("https://api.example.com/orders")
    ```

    The token goes to the API's own origin only, also where it redirects. A request is repeated only after a 401 with
    `error="invalid_token"` (RFC 6750, 3.1), and only if its body can be sent again: a stream is not.

    Args:
        client: Who gets the tokens: one that awaits for `httpx2.AsyncClient`, one that blocks for `httpx2.Client`.
        resource: The API resource's indicator.
        organization_id: The organization, or the one within which the resource is used.
        scopes: What the token shall allow; a user's token has what was asked for at sign-in.
        origins: Where the token may go, such as `["http://localhost:8000"]`; the resource's own origin if not given.

    Raises:
        ConfigurationError: An argument is not usable, or nothing says where the token may go.
    """

    def __init__(
        self,
        client: TokenSource,
        *,
        resource: str = "",
        organization_id: str | None = None,
        scopes: Sequence[str] | str | None = None,
        origins: Sequence[str] = (),
    ) -> None:
        if not isinstance(client, TokenSource):  # pyright: ignore[reportUnnecessaryIsInstance] - who has no checker
            raise ConfigurationError(
                f"LogtoAuth takes a client of Logto, not a {type(client).__name__}.",
                hint="Write LogtoAuth(LogtoMachineClient(config), resource=…).",
                code="configuration.client",
            )
        self._client: Any = client  # of which colour, each request checks
        self._resource = resource
        self._arguments: dict[str, Any] = {"organization_id": organization_id}
        self._renews = isinstance(client, LogtoMachineClient | LogtoMachineSyncClient)
        if self._renews:
            self._arguments["scopes"] = scopes
        elif scopes is not None:
            raise ConfigurationError(
                "A user's token has the scopes that were asked for at sign-in.",
                hint="Leave `scopes` out here, and name them in LogtoConfig.",
                code="configuration.scopes",
            )
        self._origins = frozenset(_named_origin(one) for one in origins) if origins else _own_origin(resource)

    def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """What `httpx2.Client` calls."""
        self._check(request, LogtoMachineSyncClient | LogtoSyncClient, "httpx2.Client")
        conversation = self._conversation(request)
        step = next(conversation, None)
        while step is not None:
            answer = self._got(step) if isinstance(step, _Wanted) else (yield step)
            step = _next(conversation, answer)

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """What `httpx2.AsyncClient` calls."""
        self._check(request, LogtoMachineClient | LogtoClient, "httpx2.AsyncClient")
        conversation = self._conversation(request)
        step = next(conversation, None)
        while step is not None:
            answer = await self._awaited(step) if isinstance(step, _Wanted) else (yield step)
            step = _next(conversation, answer)

    def _conversation(self, request: httpx2.Request) -> Generator[httpx2.Request | _Wanted, Any, None]:
        token: str = yield _Wanted()
        request.headers["authorization"] = f"Bearer {token}"
        can_be_repeated = isinstance(request.stream, httpx2.ByteStream)
        response: httpx2.Response = yield request
        if not self._renews or not can_be_repeated or not self._is_refused(response):
            return
        newer: str = yield _Wanted(instead_of=token)
        if newer != token:
            request.headers["authorization"] = f"Bearer {newer}"
            yield request

    def _is_refused(self, response: httpx2.Response) -> bool:
        challenges = response.headers.get_list("www-authenticate")
        return (
            response.status_code == 401
            and _origin(response.request.url) in self._origins  # it may have been redirected elsewhere, without a token
            and any(_INVALID_TOKEN.search(challenge) for challenge in challenges)
        )

    def _got(self, wanted: _Wanted) -> str:
        try:
            return str(self._client.get_access_token(self._resource, **self._asked(wanted)))
        except LogtoException as error:
            return _kept(wanted, error)

    async def _awaited(self, wanted: _Wanted) -> str:
        try:
            return str(await self._client.get_access_token(self._resource, **self._asked(wanted)))
        except LogtoException as error:
            return _kept(wanted, error)

    def _asked(self, wanted: _Wanted) -> dict[str, Any]:
        return {**self._arguments, "instead_of": wanted.instead_of} if wanted.instead_of else self._arguments

    def _check(self, request: httpx2.Request, colour: Any, http: str) -> None:
        if not isinstance(self._client, colour):
            raise ConfigurationError(
                f"{http} cannot work with a {type(self._client).__name__}.",
                hint="LogtoMachineClient and LogtoClient are for httpx2.AsyncClient; LogtoMachineSyncClient and "
                "LogtoSyncClient for httpx2.Client.",
                code="configuration.client",
            )
        if _origin(request.url) not in self._origins:
            raise ConfigurationError(
                f"This request goes to {request.url.scheme}://{request.url.netloc.decode()}, which the token is not for.",
                hint="The token goes to the resource's own origin; name the API's real one in `origins`.",
                code="configuration.origin",
            )

    def __repr__(self) -> str:
        return f"LogtoAuth({self._client!r}, resource={self._resource!r})"


_Origin: TypeAlias = tuple[str, str, int | None]


def _next(conversation: Generator[httpx2.Request | _Wanted, Any, None], answer: Any) -> httpx2.Request | _Wanted | None:
    try:
        return conversation.send(answer)
    except StopIteration:
        return None


def _kept(wanted: _Wanted, error: LogtoException) -> str:
    """The token that was refused, where no other came: the API's own answer then stands."""
    if wanted.instead_of is None:
        raise error
    logger.warning("an access token that an API refused could not be replaced: %s", error.code)
    return wanted.instead_of


def _origin(url: httpx2.URL) -> _Origin:
    return url.scheme, url.host, url.port


def _own_origin(resource: str) -> frozenset[_Origin]:
    url = _url(resource)
    if url is None:
        raise ConfigurationError(
            "Nothing says where the token may go.",
            hint='The resource is no http address: name the API\'s own in origins=["https://api.example.com"].',
            code="configuration.origin",
        )
    return frozenset([_origin(url)])


def _named_origin(text: str) -> _Origin:
    url = _url(text)
    if url is None or url.path not in ("", "/") or url.query or url.fragment:
        raise ConfigurationError(
            "`origins` is a list of addresses without paths.",
            hint='Write origins=["https://api.example.com"].',
            code="configuration.origin",
        )
    return _origin(url)


def _url(text: object) -> httpx2.URL | None:
    try:
        url = httpx2.URL(str(text))
    except httpx2.InvalidURL:
        return None
    return url if url.scheme in ("http", "https") and url.host and not url.userinfo else None
