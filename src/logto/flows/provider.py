"""The provider's metadata and keys: fetched once however many ask, renewed in the background, kept through outages."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from ..errors import InvalidTokenError, LogtoException, UnexpectedResponseError
from ..models.metadata import OidcProviderMetadata
from ..protocol.discovery import discovery_request, read_discovery
from ..protocol.http import Flow, HttpRequest, HttpResponse, place
from ..protocol.keys import KeySet
from ..protocol.keys_request import keys_request, read_keys
from .context import Context
from .provider_state import Cached

logger = logging.getLogger("logto")

T = TypeVar("T")

MAX_REDIRECTS = 3

_REFETCH = frozenset({"token.key_not_found", "token.signature_invalid"})
"""What a newer key set may cure: an unknown `kid`, or, without `kid`s, a key that was exchanged for another."""


def metadata(context: Context) -> Flow[OidcProviderMetadata]:
    """The provider's metadata."""
    return (yield from _cached(context, context.provider.metadata, "discovery", _fetch_metadata))


def verified(context: Context, verify: Callable[[KeySet], T]) -> Flow[T]:
    """What a verification with the provider's keys returns; with newer keys, where those at hand do not know the token.

    Args:
        context: Whose provider.
        verify: Called with a key set, once or twice.
    """
    keys = yield from _cached(context, context.provider.keys, "jwks", _fetch_keys)
    try:
        return verify(keys)
    except InvalidTokenError as error:
        if error.code not in _REFETCH:
            raise
        refused = error
    newer = yield from _newer_keys(context, keys)
    if newer is keys:
        raise refused
    return verify(newer)


def _newer_keys(context: Context, known: KeySet) -> Flow[KeySet]:
    cache = context.provider.keys
    turn = yield context.turns.take("jwks")
    try:
        if cache.value is not None and cache.value is not known:
            return cache.value  # somebody else fetched them meanwhile
        if not context.provider.bucket.take(context.now()):
            logger.warning("unknown signing keys: the key set is not fetched again for a while")
            return known
        return (yield from _fetch(context, cache, _fetch_keys))
    except LogtoException as error:
        logger.warning("the key set could not be renewed: %s", error.code)
        return known
    finally:
        turn.release()


def _cached(context: Context, cache: Cached[T], name: str, fetch: Callable[[Context], Flow[T]]) -> Flow[T]:
    if cache.value is not None:
        if cache.due(context.now()):
            yield context.background(_renew(context, cache, name, fetch))
        return cache.value
    failures = cache.failures
    turn = yield context.turns.take(name)
    try:
        arrived = cache.current()
        if arrived is not None:
            return arrived  # while we waited
        if cache.error is not None and cache.failures != failures:
            raise copy.copy(cache.error)  # it failed while we waited: not everyone must try again
        return (yield from _fetch(context, cache, fetch))
    finally:
        turn.release()


def _renew(context: Context, cache: Cached[T], name: str, fetch: Callable[[Context], Flow[T]]) -> Flow[None]:
    turn = yield context.turns.take(name)
    try:
        yield from _fetch(context, cache, fetch)
    except LogtoException as error:
        logger.warning("the provider's %s could not be renewed, and stays as it is: %s", name, error.code)
    finally:
        turn.release()


def _fetch(context: Context, cache: Cached[T], fetch: Callable[[Context], Flow[T]]) -> Flow[T]:
    try:
        value = yield from fetch(context)
    except LogtoException as error:
        cache.failed(error)
        raise
    cache.fetched(value, context.now())
    return value


def _fetch_metadata(context: Context) -> Flow[OidcProviderMetadata]:
    issuer = context.config.expected_issuer
    request = discovery_request(issuer)
    response = yield from _get(request)
    return read_discovery(request, response, issuer=issuer)


def _fetch_keys(context: Context) -> Flow[KeySet]:
    found = yield from metadata(context)
    request = keys_request(found)
    response = yield from _get(request)
    keys = read_keys(request, response)
    if not keys.is_usable:
        # As good as no answer: nothing to keep, and nothing to replace the keys that we know with.
        raise UnexpectedResponseError(
            f"{request.place} has no usable keys.",
            url=request.place,
            status=response.status,
            code="jwks.empty",
            hint="The server is out of order, or its keys are of kinds that we do not accept.",
        )
    return keys


def _get(request: HttpRequest) -> Flow[HttpResponse]:
    """A GET of something public, redirects followed within its origin only."""
    current = request
    response: HttpResponse = yield current
    for _ in range(MAX_REDIRECTS):
        if response.status not in (301, 302, 303, 307, 308):
            break
        target = _target(current.url, response)
        if _origin(target) != _origin(request.url):
            raise UnexpectedResponseError(
                f"{request.place} redirects to another origin.",
                url=request.place,
                status=response.status,
                code="response.redirected",
                hint="Set `endpoint` to the address that Logto itself uses (with https, without a redirect).",
            )
        current = HttpRequest("GET", target, request.headers)
        response = yield current
    return response


def _target(url: str, response: HttpResponse) -> str:
    location = response.headers.get("location", "")
    try:
        target = urljoin(url, location)
    except ValueError:
        target = ""
    if not (location and target) or not target.isascii() or not target.isprintable() or " " in target:
        raise UnexpectedResponseError(
            f"{place(url)} redirects to nowhere.",
            url=place(url),
            status=response.status,
            code="response.redirected",
            hint="Is `endpoint` Logto's address, and does nothing in between answer in its place?",
        )
    return target


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
