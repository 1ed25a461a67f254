"""One browser's session, from the request's cookies to the answer's; and ending sessions from elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from ..errors import ConfigurationError, InvalidTokenError, LogtoException, StorageError
from ..models.session import Identity
from ..protocol.base64url import encode_base64url
from ..protocol.http import Flow
from ..protocol.logout_token import LogoutToken, read_logout_request, verify_logout_token
from ..sessions.cookie_session import CookieSession
from ..sessions.cookie_store import CookieStore
from ..sessions.opened_records import OpenedRecords
from ..sessions.pause import Pause
from ..sessions.record_session import RecordSession, Surroundings
from ..sessions.revocations import revoke
from ..sessions.server_session import ServerSession, SessionInfo, describe
from ..sessions.settings import CookieSettings, Lifetimes
from ..sessions.storage import Storage
from ..sessions.storage_session import StorageSession
from ..sessions.store import (
    Call,
    SessionStore,
    index_of_provider_session,
    index_of_unnamed_session,
    index_of_user,
)
from . import provider
from .context import Context
from .tokens import LEASE_SHARE, LOCK_INTERVAL

logger = logging.getLogger("logto")


@dataclass(frozen=True, slots=True)
class SessionsContext:
    """What these conversations may touch.

    Args:
        client: Whose users they are, and what that client's conversations may touch.
        store: Where sessions live.
        cookie: What their cookie looks like.
        lifetimes: How long they live.
        signed_out_without_store: Whether a store that cannot be asked counts as "nobody is signed in".
    """

    client: Context
    store: SessionStore | CookieStore
    cookie: CookieSettings
    lifetimes: Lifetimes
    signed_out_without_store: bool = False
    _around: dict[bool, Surroundings] = field(
        init=False, repr=False, compare=False, default_factory=dict[bool, Surroundings]
    )
    _opened: OpenedRecords = field(init=False, repr=False, compare=False, default_factory=OpenedRecords)

    def around(self, url: str) -> Surroundings:
        """What sessions of requests to a URL may touch, besides the store: the same for all that get the same cookie."""
        secure = self.cookie.is_secure_at(url)
        found = self._around.get(secure)
        if found is None:
            client, shape = self.client, self.cookie.shape(secure=secure)
            found = self._around[secure] = Surroundings(
                shape, self.lifetimes, client.now, client.random, self.indexes_of, client.recent, self._opened
            )
        return found

    def indexes_of(self, id_token: str) -> tuple[str, ...]:
        """By which a session with this ID token can be found."""
        claims = self.client.claims_of(id_token)
        if claims.sid:
            named = index_of_provider_session(claims.iss, claims.sid)
        else:
            named = index_of_unnamed_session(claims.iss, claims.sub)
        return index_of_user(claims.iss, claims.sub), named


def open_session(context: SessionsContext, cookies: Mapping[str, str], url: str) -> Flow[RecordSession]:
    """The session that a request's cookies name: pass it to `client.with_session`, and close it with the answer.

    Args:
        cookies: The request's cookies.
        url: The request's URL as the browser sees it; it decides whether cookies are `Secure`.

    Raises:
        StorageError: The store cannot be asked, and the application did not choose to take that for signed out.
    """
    around = context.around(url)
    session: CookieSession | ServerSession
    if isinstance(context.store, CookieStore):
        session = CookieSession(context.store, cookies, around)
    else:
        session = ServerSession(context.store, cookies.get(around.cookie.name), around)
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


def renew_session(context: SessionsContext, session: RecordSession) -> Flow[None]:
    """Gives a session a new id after a change of what its user may do: a former id that leaked is worthless from then on.

    Signing in does so by itself. Call it when the application raises the user's rights, before you close the session.

    Args:
        session: What `open` returned.

    Raises:
        StorageError: The store cannot be asked.
    """
    # Not while another request refreshes: it would find its session gone, and give up the tokens that it got.
    while not (yield from session.acquire(context.client.config.timeout * LEASE_SHARE)):
        yield Pause(LOCK_INTERVAL)
    try:
        yield from session.reload()
        yield from session.renew()
    finally:
        yield from session.release()


def carry_over(context: SessionsContext, session: RecordSession, storage: Storage) -> Flow[bool]:
    """Moves whoever is signed in from a `Storage` of the guide, also one that the published SDK wrote, into a session.

    Call it between `open` and `close` for as long as old sessions may live; it does nothing where there is nothing to move.

    Args:
        session: What `open` returned.
        storage: The former home of the same browser's session; it is emptied.

    Returns:
        Whether somebody was moved.

    Raises:
        StorageError: One of the two cannot be used.
    """
    client = context.client
    former = StorageSession(storage)
    identity = former.identity()
    if identity is None:
        return False
    outcome = client.recent.latest(identity, client.now())
    # What is left of a session that was moved, or signed out, must not come back when the new one ends.
    moves = session.identity() is None and isinstance(outcome, Identity) and _is_ours(client, outcome)
    if moves and isinstance(outcome, Identity):
        yield from session.sign_in(outcome)
    yield from former.clear()
    return moves


def _is_ours(client: Context, identity: Identity) -> bool:
    try:
        client.require(identity)
    except LogtoException as error:
        logger.warning("a session in a former storage is not carried over: %s", error.code)
        return False
    return True


def end_sessions(context: SessionsContext, *, sub: str | None = None, sid: str | None = None) -> Flow[int]:
    """Ends every session of a user, or of one session at the provider.

    Args:
        sub: The user.
        sid: The provider's session, where ID tokens have a `sid`.

    Returns:
        How many sessions were ended; with sessions in cookies nobody can count them, and it is 0.

    Raises:
        ConfigurationError: Neither is given, or both.
        StorageError: The store cannot be asked.
        LogtoException: Sessions live in cookies, and no list of revocations is kept.
    """
    return (yield from _end(context, _indexes(context, sub, sid)))


def _end(context: SessionsContext, indexes: tuple[str, ...]) -> Flow[int]:
    if isinstance(context.store, CookieStore):
        yield from revoke(_revocations(context.store), indexes, context.client.now(), context.lifetimes.absolute)
        return 0
    keys = yield from _keys(context.store, indexes)
    for key in keys:
        yield Call(context.store, "delete", (key,))
    return len(keys)


def handle_back_channel_logout(
    context: SessionsContext, body: bytes, content_type: str | None, *, demand_type: bool = False
) -> Flow[int]:
    """Ends the sessions that the provider says are over (OpenID Connect Back-Channel Logout 1.0).

    Mount it where no session and no CSRF check is: the request comes from the provider, not from a browser. Answer 200, or
    400 for any `LogtoException`, with `Cache-Control: no-store`; set no cookie.

    Args:
        body: The request's body, as it came.
        content_type: The request's, if it has one.
        demand_type: Whether to refuse a token without `typ`, as many older providers send.

    Returns:
        How many sessions were ended; 0 with sessions in cookies, where nobody can count them.

    Raises:
        InvalidTokenError: The token is malformed, forged, not for us, no logout token, or came before.
        ExpiredTokenError: Its times do not fit our clock.
        StorageError: The store cannot be asked: answer 503 or 400, and the provider may try again.
        TransportError: The provider's keys could not be had.
    """
    client = context.client
    token = read_logout_request(body, content_type)
    logout: LogoutToken = yield from provider.verified(
        client,
        lambda keys, algorithms: verify_logout_token(
            token,
            keys,
            issuer=client.config.expected_issuer,
            client_id=client.config.app_id,
            now=client.now(),
            clock_tolerance=client.config.clock_tolerance,
            algorithms=algorithms,
            demand_type=demand_type,
        ),
    )
    store = context.store
    jtis = _revocations(store) if isinstance(store, CookieStore) else store
    # Owning its name until it expires is remembering it: atomic, in every process, and forgotten by itself. It is ours for
    # as long as this takes at first, so that the provider may try again if we fail half-way, or die.
    name = sha256(f"jti\0{logout.issuer}\0{logout.jti}".encode()).hexdigest()
    owner = encode_base64url(client.random(16))
    if not (yield Call(jtis, "acquire", (name, owner, client.config.timeout))):
        raise InvalidTokenError("The logout token came before.", claim="jti", code="logout_token.replayed")
    ended = yield from _end(context, _indexes_of_logout(logout))
    yield Call(jtis, "acquire", (name, owner, max(1.0, logout.expires_at - client.now())))
    return ended


def _indexes_of_logout(logout: LogoutToken) -> tuple[str, ...]:
    """Which sessions a logout token ends: those with its `sid`; all of the user, if it names none (2.7).

    Logto names the session in each logout token, but in ID tokens only where the application is set to want it
    (LOGTO.md 3.2, 3.8). The user's sessions that do not know their `sid` may be the one that is meant, and end.
    """
    indexes: list[str] = []
    if logout.session_id is not None:
        indexes.append(index_of_provider_session(logout.issuer, logout.session_id))
        if logout.subject is not None:
            indexes.append(index_of_unnamed_session(logout.issuer, logout.subject))
    elif logout.subject is not None:
        indexes.append(index_of_user(logout.issuer, logout.subject))
    return tuple(indexes)


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
    issuer = context.client.config.expected_issuer
    if sid and sub is None:
        return (index_of_provider_session(issuer, sid),)
    if sub and sid is None:
        return (index_of_user(issuer, sub),)
    raise ConfigurationError("Whose sessions?", hint="Give either `sub` or `sid`.", code="configuration.whose_sessions")


def _revocations(store: CookieStore) -> SessionStore:
    if store.revocations is None:
        raise LogtoException(
            "Sessions that live in cookies cannot be ended from elsewhere.",
            hint="Give the CookieStore a list of revocations: CookieStore(key, revocations=RedisStore(…)).",
            code="storage.no_index",
        )
    return store.revocations
