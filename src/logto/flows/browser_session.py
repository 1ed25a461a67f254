"""One browser's session, from the request's cookies to the answer's; and ending sessions from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..errors import LogtoException, NotAuthenticatedError, StorageError
from ..models.claims import IdTokenClaims
from ..protocol.http import Flow
from ..sessions.cookie_session import CookieSession
from ..sessions.cookie_store import CookieStore
from ..sessions.record_session import RecordSession, Surroundings
from ..sessions.revocations import revoke
from ..sessions.server_session import ServerSession, SessionInfo, describe
from ..sessions.settings import CookieSettings, Lifetimes
from ..sessions.store import Call, SessionStore, index_of_provider_session, index_of_user


@dataclass(frozen=True, slots=True)
class SessionsContext:
    """What these conversations may touch.

    Args:
        store: Where sessions live.
        cookie: What their cookie looks like.
        lifetimes: How long they live.
        issuer: Whose users they are.
        now: Seconds since the epoch.
        random: So many random bytes.
        claims_of: The claims of a stored ID token.
        signed_out_without_store: Whether a store that cannot be asked counts as "nobody is signed in".
    """

    store: SessionStore | CookieStore
    cookie: CookieSettings
    lifetimes: Lifetimes
    issuer: str
    now: Callable[[], float]
    random: Callable[[int], bytes]
    claims_of: Callable[[str], IdTokenClaims]
    signed_out_without_store: bool = False

    def indexes_of(self, id_token: str) -> tuple[str, ...]:
        """By which a session with this ID token can be found."""
        claims = self.claims_of(id_token)
        user = index_of_user(claims.iss, claims.sub)
        return (user,) if not claims.sid else (user, index_of_provider_session(claims.iss, claims.sid))


def open_session(context: SessionsContext, cookies: Mapping[str, str], url: str) -> Flow[RecordSession]:
    """The session that a request's cookies name: pass it to `client.with_session`, and close it with the answer.

    Args:
        cookies: The request's cookies.
        url: The request's URL as the browser sees it; it decides whether cookies are `Secure`.

    Raises:
        StorageError: The store cannot be asked, and the application did not choose to take that for signed out.
    """
    shape = context.cookie.at(url)
    around = Surroundings(shape, context.lifetimes, context.now, context.random, context.indexes_of)
    session: CookieSession | ServerSession
    if isinstance(context.store, CookieStore):
        session = CookieSession(context.store, cookies, around)
    else:
        session = ServerSession(context.store, cookies.get(shape.name), around)
    try:
        yield from session.open()
    except StorageError:
        if not context.signed_out_without_store:
            raise
    return session


def close_session(_context: SessionsContext, session: RecordSession) -> Flow[tuple[str, ...]]:
    """Ends a request: the values of the `Set-Cookie` headers that its answer must carry, often none.

    An answer that carries one must not be cached: give it `Cache-Control: no-store` and `Vary: Cookie`.

    Args:
        session: What `open` returned.

    Raises:
        StorageError: The session is too large for cookies.
    """
    return (yield from session.finish())


def end_sessions(context: SessionsContext, *, sub: str | None = None, sid: str | None = None) -> Flow[int]:
    """Ends every session of a user, or of one session at the provider.

    Args:
        sub: The user.
        sid: The provider's session, where ID tokens have a `sid`.

    Returns:
        How many sessions were ended; with sessions in cookies nobody can count them, and it is 0.

    Raises:
        StorageError: The store cannot be asked.
        LogtoException: Sessions live in cookies, and no list of revocations is kept.
    """
    indexes = _indexes(context, sub, sid)
    if isinstance(context.store, CookieStore):
        yield from revoke(_revocations(context.store), indexes, context.now(), context.lifetimes.absolute)
        return 0
    keys = yield from _keys(context.store, indexes)
    for key in keys:
        yield Call(context.store, "delete", (key,))
    return len(keys)


def list_sessions(context: SessionsContext, sub: str) -> Flow[tuple[SessionInfo, ...]]:
    """The living sessions of a user, the one used last first.

    Args:
        sub: The user.

    Raises:
        StorageError: The store cannot be asked.
        LogtoException: Sessions live in cookies, and nobody can list them.
    """
    if isinstance(context.store, CookieStore):
        raise LogtoException(
            "Sessions that live in cookies cannot be listed.",
            hint="Keep them in Redis or SQL.",
            code="storage.no_index",
        )
    found: list[SessionInfo] = []
    for key in (yield from _keys(context.store, _indexes(context, sub, None))):
        info = describe(context.store, key, (yield Call(context.store, "load", (key,))))
        if info is not None:
            found.append(info)
    return tuple(sorted(found, key=lambda info: info.seen_at, reverse=True))


def _keys(store: SessionStore, indexes: Iterable[str]) -> Flow[tuple[str, ...]]:
    keys: dict[str, None] = {}
    for index in indexes:
        keys.update(dict.fromkeys((yield Call(store, "find", (index,)))))
    return tuple(keys)


def _indexes(context: SessionsContext, sub: str | None, sid: str | None) -> tuple[str, ...]:
    if sid is not None:
        return (index_of_provider_session(context.issuer, sid),)
    if sub is not None:
        return (index_of_user(context.issuer, sub),)
    raise NotAuthenticatedError("Whose sessions?", hint="Give `sub` or `sid`.")


def _revocations(store: CookieStore) -> SessionStore:
    if store.revocations is None:
        raise LogtoException(
            "Sessions that live in cookies cannot be ended from elsewhere.",
            hint="Give the CookieStore a list of revocations: CookieStore(key, revocations=RedisStore(…)).",
            code="storage.no_index",
        )
    return store.revocations
