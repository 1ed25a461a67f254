"""What an application adds to what happens around a sign-in."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ...errors import LogtoException
from ...models.claims import IdTokenClaims
from ...models.user import LogtoUser

UserLoader: TypeAlias = "Callable[[IdTokenClaims], Any]"
"""Returns the application's own user for the claims of whoever is signed in, or None, who is nobody here."""

UserHook: TypeAlias = "Callable[[Request, LogtoUser], Response | Awaitable[Response | None] | None]"
"""Told of a user; may return another answer than the usual one."""

ErrorHook: TypeAlias = "Callable[[Request, LogtoException], Response | Awaitable[Response | None] | None]"
"""Told of an error; may return another answer than the usual one."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True)
class Hooks:
    """The functions that an application gave, plain or `async`; plain ones run in the thread pool."""

    user_loader: UserLoader | None = None
    signed_in: UserHook | None = None
    signed_out: UserHook | None = None
    sign_in_failed: ErrorHook | None = None


async def call(function: Callable[..., Any], *args: Any) -> Any:
    """Calls a function of the application, as Starlette calls its endpoints."""
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None)):  # noqa: B004 - an object with `async def __call__`
        return await function(*args)
    result = await run_in_threadpool(function, *args)
    return await result if inspect.isawaitable(result) else result
