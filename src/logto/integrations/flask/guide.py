"""The guide's decorator, ready-made."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from flask import current_app, g, jsonify, redirect
from flask.typing import ResponseReturnValue

from ...client.logto_client import LogtoClient
from ...client.logto_sync_client import LogtoSyncClient
from ...errors import ConfigurationError, NotAuthenticatedError
from ...flows.pages import sign_in_location
from ..pallets.extension import NAME
from .current import asked, visit

SIGN_IN = "/sign-in"
"""The guide's own route."""


def authenticated(
    shouldRedirect: bool = False,  # noqa: N803 - the guide's name
    fetchUserInfo: bool = False,  # noqa: N803 - as above
    *,
    client: LogtoClient | LogtoSyncClient | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Lets a view be seen by whoever is signed in, and puts who that is into `g.user`, as the guide does.

    A session that turns out to be dead, there or in the view, is nobody's.

    Args:
        shouldRedirect: Whether anybody else is sent to the sign-in route, rather than answered 401.
        fetchUserInfo: Whether Logto is asked about the user, which tells more than the ID token.
        client: The client of the guide, at module level; the extension's, for the current request, if not given. An
            `async def` view needs one that awaits, a plain view one that blocks.

    Raises:
        ConfigurationError: The client and the view are of different colours; where the view is defined.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        waits = iscoroutinefunction(view)
        if client is not None and isinstance(client, LogtoClient) is not waits:
            raise ConfigurationError(
                f"{view.__name__} and its client are of different colours.",
                hint="LogtoClient goes with `async def` views, LogtoSyncClient with plain ones.",
                code="configuration.client",
            )

        @wraps(view)
        async def waiting(*args: Any, **kwargs: Any) -> Any:
            try:
                ours: Any = client or _async_client()
                g.user = await ours.fetch_user_info() if fetchUserInfo else ours.get_id_token_claims()
                return await view(*args, **kwargs)
            except NotAuthenticatedError:
                return _nobody(redirects=shouldRedirect, extension=client is None)

        @wraps(view)
        def plain(*args: Any, **kwargs: Any) -> Any:
            try:
                ours: Any = client or _sync_client()
                g.user = ours.fetch_user_info() if fetchUserInfo else ours.get_id_token_claims()
                return view(*args, **kwargs)
            except NotAuthenticatedError:
                return _nobody(redirects=shouldRedirect, extension=client is None)

        return waiting if waits else plain

    return decorate


def _async_client() -> LogtoClient:
    here = visit()
    here.look()
    client: LogtoClient = here.installed.pages.client(here.session)
    return client


def _sync_client() -> LogtoSyncClient:
    here = visit()
    here.look()
    client: LogtoSyncClient = here.installed.pages.sync_client(here.session)
    return client


def _nobody(*, redirects: bool, extension: bool) -> ResponseReturnValue:
    if not redirects:
        return jsonify({"error": "Not authenticated"}), 401
    return redirect(sign_in_location(asked()) if extension and NAME in current_app.extensions else SIGN_IN)
