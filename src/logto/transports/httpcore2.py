"""Requests over a pool of connections, blocking and awaiting, on httpcore2 (docs/decisions/0010-httpcore2.md)."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
import weakref
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import httpcore2

from ..protocol.http import HttpRequest, HttpResponse
from .deadline import DeadlineBackend
from .exchange import Incoming, Outgoing, outgoing
from .failure import FAILURES, explained
from .log import answered, discreet
from .proxy import Proxies, split_proxy
from .tidy import TidyBackend
from .trust import Trust

KEEPALIVE = 4.0
"""Seconds that an idle connection is kept. Logto closes it after 5 (Node's default); with the same number here, a token
request could cross with the closing on the wire, and a token request may not be sent twice."""

Route: TypeAlias = "tuple[bool, str | None]"
"""Whether TLS is needed, and through which proxy."""


class PooledTransport:
    """Blocking requests over kept connections; for threads, and for greenlets.

    Args:
        verify: Trusted certificates, in place of the system's: for a private certificate authority.
    """

    def __init__(self, *, verify: ssl.SSLContext | None = None) -> None:
        self._trust = Trust(verify)
        self._proxies = Proxies()
        self._pools: dict[Route, httpcore2.ConnectionPool] = {}
        # Also for a client that nobody closes, at the latest when the interpreter ends.
        weakref.finalize(self, _close, self._pools)
        _LIVING.add(self)

    def send(self, request: HttpRequest, timeout: float) -> HttpResponse:
        """Carry one request. Redirects are not followed, cookies neither kept nor sent, nothing is sent twice.

        Args:
            request: What to ask.
            timeout: Seconds for the whole exchange, looking up the host's name excepted.

        Raises:
            TransportError: No answer came.
            UnexpectedResponseError: The answer is too large, or compressed in a way that cannot be read.
        """
        ready = outgoing(request)
        try:
            with discreet():
                return self._exchange(request, ready, time.monotonic() + timeout)
        except FAILURES as error:
            failure = explained(error, request, timeout)
        raise failure  # outside of `except`, so that it does not carry the engine's error as its context

    def close(self) -> None:
        """Close the idle connections; a later request opens new ones."""
        _close(self._pools)

    def _exchange(self, request: HttpRequest, ready: Outgoing, deadline: float) -> HttpResponse:
        with self._pool(ready).stream(
            ready.method,
            ready.url,
            headers=ready.headers,
            content=ready.content,
            extensions={
                "timeout": {
                    "pool": deadline - time.monotonic(),
                    # Instants, not durations: see logto.transports.deadline.
                    "connect": deadline,
                    "read": deadline,
                    "write": deadline,
                }
            },
        ) as response:
            incoming = Incoming(request, response.status, response.headers)
            for chunk in response.iter_stream():
                incoming.add(chunk)
        whole = incoming.whole()
        answered(request, whole)
        return whole

    def _pool(self, ready: Outgoing) -> httpcore2.ConnectionPool:
        proxy = self._proxies.proxy_for(ready.url.scheme.decode(), ready.host)
        route = (ready.secure, proxy)
        pool = self._pools.get(route)
        if pool is None:
            context = self._trust.context() if _needs_tls(route) else None
            # Atomic, so of two threads one wins; the pool of the other was never used.
            pool = self._pools.setdefault(
                route, httpcore2.ConnectionPool(network_backend=DeadlineBackend(), **_settings(route, context))
            )
        return pool

    def _after_fork(self) -> None:
        # The sockets belong to the parent: using one would mix its answers with ours. Closing our copies of them tells
        # the server nothing. Past the pool's lock, which a thread of the parent may have held.
        for pool in self._pools.values():
            for connection in pool.connections:
                connection.close()
        self._pools.clear()
        self._trust.after_fork()


class AsyncPooledTransport:
    """Awaiting requests over kept connections (asyncio), with a pool for each event loop that uses it.

    Each loop's pool is closed inside that loop when it shuts down, so a client that is made once serves a framework
    which runs every view in a loop of its own.

    Args:
        verify: Trusted certificates, in place of the system's: for a private certificate authority.
    """

    def __init__(self, *, verify: ssl.SSLContext | None = None) -> None:
        self._trust = Trust(verify)
        self._proxies = Proxies()
        self._loops: dict[asyncio.AbstractEventLoop, _LoopPools] = {}
        # For a client that is dropped while its loop goes on.
        weakref.finalize(self, _end_all, self._loops)

    async def send(self, request: HttpRequest, timeout: float) -> HttpResponse:
        """Carry one request. Redirects are not followed, cookies neither kept nor sent, nothing is sent twice.

        Args:
            request: What to ask.
            timeout: Seconds for the whole exchange.

        Raises:
            TransportError: No answer came.
            UnexpectedResponseError: The answer is too large, or compressed in a way that cannot be read.
        """
        ready = outgoing(request)
        try:
            with discreet():
                async with asyncio.timeout(timeout):
                    return await self._exchange(request, ready)
        except FAILURES as error:
            failure = explained(error, request, timeout)
        raise failure  # outside of `except`, so that it does not carry the engine's error as its context

    async def close(self) -> None:
        """Close the idle connections of the running event loop; a later request opens new ones."""
        pools = self._loops.get(asyncio.get_running_loop())
        if pools:
            await pools.end()

    async def _exchange(self, request: HttpRequest, ready: Outgoing) -> HttpResponse:
        pool = await self._pool(ready)
        async with pool.stream(ready.method, ready.url, headers=ready.headers, content=ready.content) as response:
            incoming = Incoming(request, response.status, response.headers)
            async for chunk in response.aiter_stream():
                incoming.add(chunk)
        whole = incoming.whole()
        answered(request, whole)
        return whole

    async def _pool(self, ready: Outgoing) -> httpcore2.AsyncConnectionPool:
        proxy = self._proxies.proxy_for(ready.url.scheme.decode(), ready.host)
        route = (ready.secure, proxy)
        context = None
        if _needs_tls(route):
            context = self._trust.built or await asyncio.to_thread(self._trust.context)
        pools = (await self._loop_pools()).pools
        if route not in pools:
            pools[route] = httpcore2.AsyncConnectionPool(network_backend=TidyBackend(), **_settings(route, context))
        return pools[route]

    async def _loop_pools(self) -> _LoopPools:
        loop = asyncio.get_running_loop()
        pools = self._loops.get(loop)
        if pools is None:
            self._forget_closed_loops()
            pools = self._loops[loop] = _LoopPools()
            pools.keeper = _until_shutdown(self._loops, loop)
            await anext(pools.keeper)
        return pools

    def _forget_closed_loops(self) -> None:
        # For those who close a loop without shutting it down.
        for loop in list(self._loops):
            if loop.is_closed():
                self._loops.pop(loop, None)


@dataclass(eq=False, slots=True)
class _LoopPools:
    """The pools of one event loop, and the generator which closes them when the loop shuts down."""

    pools: dict[Route, httpcore2.AsyncConnectionPool] = field(default_factory=dict)
    keeper: AsyncGenerator[None] | None = None
    ending: asyncio.Future[None] | None = None  # referred to, as the loop itself does not

    async def end(self) -> None:
        if self.keeper:
            await self.keeper.aclose()


async def _until_shutdown(
    loops: dict[asyncio.AbstractEventLoop, _LoopPools], loop: asyncio.AbstractEventLoop
) -> AsyncGenerator[None]:
    """Suspended while its event loop lives: a loop that shuts down ends its asynchronous generators."""
    try:
        yield
    finally:
        for pool in loops.pop(loop).pools.values():
            await pool.aclose()


def _end_all(loops: dict[asyncio.AbstractEventLoop, _LoopPools]) -> None:
    for loop, pools in list(loops.items()):
        if not loop.is_closed():
            loop.call_soon_threadsafe(_end, pools)


def _end(pools: _LoopPools) -> None:
    pools.ending = asyncio.ensure_future(pools.end())


def _needs_tls(route: Route) -> bool:
    secure, proxy = route
    return secure or (proxy is not None and proxy.startswith("https:"))


def _settings(route: Route, context: ssl.SSLContext | None) -> dict[str, Any]:
    """The settings that pools of both colours share."""
    settings: dict[str, Any] = {
        "ssl_context": context,
        "max_connections": 100,
        "max_keepalive_connections": 20,
        "keepalive_expiry": KEEPALIVE,
        "retries": 0,  # stated, because a token request is never repeated
    }
    _, proxy = route
    if proxy is not None:
        url, auth = split_proxy(proxy)
        settings["proxy"] = httpcore2.Proxy(url, auth, ssl_context=context if url.startswith("https:") else None)
    return settings


def _close(pools: dict[Route, httpcore2.ConnectionPool]) -> None:
    while pools:
        pools.popitem()[1].close()


_LIVING: weakref.WeakSet[PooledTransport] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for transport in list(_LIVING):
        transport._after_fork()  # noqa: SLF001 - of the class above


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_after_fork_in_child)
