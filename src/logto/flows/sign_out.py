"""Signing out: here first, then at the server."""

from __future__ import annotations

import logging

from ..errors import StorageError
from ..models.session import Identity
from ..protocol.authorization import check_redirect_uri
from ..protocol.end_session import end_session_url
from ..protocol.http import Flow
from ..sessions.recent import Ended
from . import provider
from .context import Context
from .tokens import revoke

logger = logging.getLogger("logto")


def sign_out(context: Context, post_logout_redirect_uri: str | None = None) -> Flow[str]:
    """Clears the session, revokes the refresh token, and returns the URL to send the browser to.

    The session is cleared first and whatever happens next, also with the server down. Revoking is a best effort:
    Logto's own sign-out would leave the refresh token alive (LOGTO.md 3.7).

    Args:
        post_logout_redirect_uri: Where Logto sends the browser afterwards, exactly as registered with the application;
            without one, Logto shows a page of its own.

    Returns:
        Logto's end-session URL.

    Raises:
        TransportError: The server could not be asked for that URL; the session is cleared.
        StorageError: The session's storage failed.
    """
    if post_logout_redirect_uri is not None:
        check_redirect_uri(post_logout_redirect_uri, "post_logout_redirect_uri")
    refresh_token = _refresh_token(context)
    newest = None if refresh_token is None else _mark_ended(context, refresh_token)
    try:
        yield from context.session.clear()
    except StorageError:
        if newest is not None:
            yield from revoke(context, newest)  # what is left of the session is worth little
        raise
    if newest is not None:
        yield from revoke(context, newest)
    found = yield from provider.metadata(context)
    return end_session_url(
        client_id=context.config.app_id, post_logout_redirect_uri=post_logout_redirect_uri, metadata=found
    )


def _refresh_token(context: Context) -> str | None:
    try:
        identity = context.session.identity()
    except StorageError:
        return None  # what cannot be read is cleared all the same
    return None if identity is None else identity.refresh_token


def _mark_ended(context: Context, refresh_token: str) -> str:
    """Makes a refresh that is under way find out, and names the newest refresh token of the session."""
    now = context.now()
    outcome = context.recent.latest(Identity("", refresh_token), now)
    newest = outcome.refresh_token if isinstance(outcome, Identity) and outcome.refresh_token else refresh_token
    for spent in {refresh_token, newest}:
        context.recent.put(spent, Ended(), now)
    return newest
