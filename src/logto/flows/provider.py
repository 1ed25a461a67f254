"""The provider's metadata and keys: fetched once however many ask, renewed in the background, kept through outages."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Collection
from typing import Any, Protocol, TypeVar
from urllib.parse import urljoin, urlsplit

from ..errors import InvalidTokenError, LogtoException, UnexpectedResponseError
from ..models.metadata import OidcProviderMetadata
from ..protocol.discovery import discovery_request, read_discovery
from ..protocol.http import Flow, HttpRequest, HttpResponse, place
from ..protocol.jwt import ALGORITHMS
from ..protocol.keys import KeySet
from ..protocol.keys_request import keys_request, read_keys
from .context import Turns
from .provider_state import Cached, ProviderState

logger = logging.getLogger("logto")

T = TypeVar("T")

MAX_REDIRECTS = 3


class ProviderContext(Protocol):
    """What must be at hand to talk about a provider: a client's context, or a verifier's."""

    @property
    def issuer(self) -> str:
        """Its name."""
        ...

    @property
    def provider(self) -> ProviderState:
        """What is known of it."""
        ...

    @property
    def turns(self) -> Turns:
        """One at a time."""
        ...

    @property
    def now(self) -> Callable[[], float]:
        """Seconds since the epoch."""
        ...

    @property
    def background(self) -> Callable[[Any], Any]:
        """Makes a conversation one that nobody waits for."""
        ...


def metadata(context: ProviderContext) -> Flow[OidcProviderMetadata]:
    """The provider's metadata."""
    return (yield from _cached(context, context.provider.metadata, "discovery", _fetch_metadata))


def key_set(context: ProviderContext) -> Flow[KeySet]:
    """The provider's keys."""
    return (yield from _cached(context, context.provider.keys, "jwks", _fetch_keys))


def verified(context: ProviderContext, verify: Callable[[KeySet, Collection[str]], T]) -> Flow[T]:
    """What a verification with the provider's keys returns; with newer keys, where those at hand do not know the token.

    Args:
        context: Whose provider.
        verify: Called with a key set and the algorithms that the provider announces, once or more often.
    """
    found = yield from metadata(context)
    keys = yield from key_set(context)
    try:
        return verify(keys, found.id_token_signing_alg_values_supported)
    except InvalidTokenError as error:
        refused = error
    if _newer_metadata_may_cure(refused):
        # Keys were rotated to another kind, which the metadata tells first, and then the key set.
        newer = yield from _newer(context, context.provider.metadata, found, "discovery", _fetch_metadata)
        if newer is found:
            raise refused
        found = newer
        try:
            return verify(keys, found.id_token_signing_alg_values_supported)
        except InvalidTokenError as error:
            refused = error
    if not _newer_keys_may_cure(refused):
        raise refused
    newer_keys = yield from _newer(context, context.provider.keys, keys, "jwks", _fetch_keys)
    if newer_keys is keys:
        raise refused
    return verify(newer_keys, found.id_token_signing_alg_values_supported)


def may_be_cured(refused: InvalidTokenError) -> bool:
    """Whether newer metadata or keys could lead to another verdict."""
    return _newer_metadata_may_cure(refused) or _newer_keys_may_cure(refused)


def _newer_metadata_may_cure(refused: InvalidTokenError) -> bool:
    """Whether the algorithm is a good one that the metadata does not announce yet."""
    algorithm = refused.actual
    return refused.code == "token.algorithm_not_allowed" and isinstance(algorithm, str) and algorithm in ALGORITHMS


def _newer_keys_may_cure(refused: InvalidTokenError) -> bool:
    """Whether the `kid` is unknown, or, without `kid`s, the key may have been exchanged for another.

    What is forged under the name of a known key, which costs nothing, must not use up the fetches.
    """
    return refused.code == "token.key_not_found" or (
        refused.code == "token.signature_invalid" and refused.actual is None
    )


def _newer(
    context: ProviderContext, cache: Cached[T], known: T, name: str, fetch: Callable[[ProviderContext], Flow[T]]
) -> Flow[T]:
    turn = yield context.turns.take(name)
    try:
        if cache.value is not None and cache.value is not known:
            return cache.value  # somebody else fetched it meanwhile
        if not cache.bucket.take(context.now()):
            if cache.bucket.refused == 1:  # of a flood, the first
                logger.warning("unknown signing keys: the provider's %s is not fetched again for a while", name)
            return known
        return (yield from _fetch(context, cache, fetch))
    except LogtoException as error:
        logger.warning("the provider's %s could not be renewed: %s", name, error.code)
        return known
    finally:
        turn.release()


def _cached(
    context: ProviderContext, cache: Cached[T], name: str, fetch: Callable[[ProviderContext], Flow[T]]
) -> Flow[T]:
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


def _renew(
    context: ProviderContext, cache: Cached[T], name: str, fetch: Callable[[ProviderContext], Flow[T]]
) -> Flow[None]:
    turn = yield context.turns.take(name)
    try:
        yield from _fetch(context, cache, fetch)
    except LogtoException as error:
        logger.warning("the provider's %s could not be renewed, and stays as it is: %s", name, error.code)
    finally:
        turn.release()


def _fetch(context: ProviderContext, cache: Cached[T], fetch: Callable[[ProviderContext], Flow[T]]) -> Flow[T]:
    try:
        value = yield from fetch(context)
    except LogtoException as error:
        cache.failed(error)
        raise
    cache.fetched(value, context.now())
    return value


def _fetch_metadata(context: ProviderContext) -> Flow[OidcProviderMetadata]:
    request = discovery_request(context.issuer)
    response = yield from _get(request)
    return read_discovery(request, response, issuer=context.issuer)


def _fetch_keys(context: ProviderContext) -> Flow[KeySet]:
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
