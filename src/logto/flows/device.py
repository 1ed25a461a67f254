"""Signing in on a device without a browser: a code is shown here, and typed elsewhere (RFC 8628)."""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import replace
from typing import Any, TypeVar

from ..errors import LogtoException, TokenRequestError, TransportError, UnexpectedResponseError
from ..models.device import DeviceCode
from ..models.metadata import OidcProviderMetadata
from ..models.session import Identity
from ..models.token import TokenResponse
from ..protocol.device import (
    LONGEST_WAIT,
    device_request,
    expired,
    poll_refusal,
    poll_request,
    read_device_response,
)
from ..protocol.http import Flow, HttpRequest
from ..protocol.id_token import VerifiedIdToken, verify_id_token
from ..protocol.token import read_token_response
from ..sessions.pause import Pause
from . import provider
from .context import Context
from .token_cache import cached_token

logger = logging.getLogger("logto")

T = TypeVar("T")

LONGEST_PAUSE = 60.0
"""Seconds between two questions at most, however long the server is out of order."""


def begin(context: Context) -> Flow[DeviceCode]:
    """Asks for a code to show to the user, with the page to type it at.

    Returns:
        The code; show `verification_uri` and `user_code`, or `verification_uri_complete`, and hand it to `wait`.

    Raises:
        ConfigurationError: The server has no device flow.
        TokenRequestError: The server refused: the application must be one for the device flow.
        UnexpectedResponseError: The server made no sense.
        TransportError: No answer came.
    """
    return (yield from _each_within(context, _begin(context)))


def poll(context: Context, code: DeviceCode) -> Flow[DeviceCode | None]:
    """Asks once whether the user has signed in; if so, the session holds who it is from now on.

    Args:
        code: What `begin` returned, or the last `poll`.

    Returns:
        None once the user has signed in; until then the code to ask with again, not before `ask_at`.

    Raises:
        AuthorizationDeniedError: The user said no.
        SignInError: The code is over (`device.expired`), or was used already (`device.refused`).
        TokenError: The ID token is not good.
        TokenRequestError: The server refused for another reason.
        UnexpectedResponseError: The server made no sense.
        TransportError: No answer came; the code is as good as before.
        StorageError: The session's storage failed.
    """
    return (yield from _each_within(context, _poll(context, code)))


def wait(context: Context, code: DeviceCode) -> Flow[None]:
    """Waits until the user has signed in; the session holds who it is from then on.

    Networks that fail and servers that are out of order are asked again, more slowly, until the code is over.

    Args:
        code: What `begin` returned.

    Raises:
        LogtoException: As `poll`, except that no answer is no reason to give up.
    """
    return (yield from _each_within(context, _wait(context, code)))


def _begin(context: Context) -> Flow[DeviceCode]:
    found = yield from provider.metadata(context)
    request = device_request(config=context.config, metadata=found)
    response = yield request
    return read_device_response(request, response, issuer=context.config.expected_issuer, now=context.now())


def _wait(context: Context, code: DeviceCode) -> Flow[None]:
    while True:
        pause = min(code.ask_at, code.expires_at) - context.now()
        if pause > 0:
            yield Pause(pause)
        try:
            pending = yield from _poll(context, code)
            if pending is None:
                return
            code = pending
        except LogtoException as error:
            if not _will_pass(error):
                raise
            logger.warning("the server could not be asked about a device, and will be asked again: %s", error.code)
            asked_for = getattr(error, "retry_after", None) or 0.0
            # RFC 8628, 3.5: less often after each failure.
            slower = min(max(code.interval * 2, asked_for), LONGEST_PAUSE)
            code = code.later(context.now(), slower_by=max(0.0, slower - code.interval))


def _poll(context: Context, code: DeviceCode) -> Flow[DeviceCode | None]:
    if context.now() >= code.expires_at:
        raise expired()
    found = yield from provider.metadata(context)
    # The tokens come once: the keys to judge them by are fetched before.
    yield from provider.verified(context, lambda _keys, _algorithms: None)
    request = poll_request(code, config=context.config, metadata=found)
    response = yield request
    try:
        tokens = read_token_response(request, response)
    except TokenRequestError as error:
        meaning = poll_refusal(error, code, context.now())
        if isinstance(meaning, DeviceCode):
            return meaning
        raise meaning from None
    identity = yield from _identity(context, tokens, found)
    yield from context.session.sign_in(identity)
    return None


def _identity(context: Context, tokens: TokenResponse, found: OidcProviderMetadata) -> Flow[Identity]:
    if tokens.id_token is None:
        raise UnexpectedResponseError(
            "The token response has no ID token.",
            url=found.token_endpoint,
            status=200,
            code="token_response.id_token_missing",
            hint="The server does not speak OpenID Connect, or dropped the scope `openid`.",
        )
    id_token = tokens.id_token
    verified: VerifiedIdToken = yield from provider.verified(
        context,
        lambda keys, algorithms: verify_id_token(
            id_token,
            keys,
            issuer=context.config.expected_issuer,
            client_id=context.config.app_id,
            now=context.now(),
            clock_tolerance=context.config.clock_tolerance,
            algorithms=algorithms,
            nonce=None,  # none was sent: the device code is what ties the answer to the question
            access_token=tokens.access_token,
        ),
    )
    return Identity(
        id_token=verified.raw,
        refresh_token=tokens.refresh_token,
        access_tokens={"": cached_token(tokens, context.now())},
    )


def _will_pass(error: LogtoException) -> bool:
    return isinstance(error, TransportError) or error.code in ("response.server_error", "token_request.rate_limited")


def _each_within(context: Context, flow: Flow[T]) -> Generator[Any, Any, T]:
    """The same conversation, each request of which has an operation's time: a user may take longer than that."""
    answer: Any = None
    error: BaseException | None = None
    while True:
        try:
            step = flow.send(answer) if error is None else flow.throw(error)
        except StopIteration as end:
            result: T = end.value
            return result
        answer = error = None
        if isinstance(step, HttpRequest) and step.timeout is None:
            step = replace(step, timeout=context.config.timeout)
        try:
            answer = yield step
        except BaseException as raised:  # noqa: BLE001 - the conversation is told, and raises it again
            error = raised


LONGEST = LONGEST_WAIT + 2 * LONGEST_PAUSE
"""Seconds for all of a conversation: as long as a code may live, and a last question."""
