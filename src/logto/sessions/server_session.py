"""A session that lives in a store; the browser holds 256 random bits that name it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from ..errors import StorageError
from ..models.session import Identity, SignInAttempt
from ..protocol.base64url import encode_base64url
from ..protocol.http import Flow
from .key_ring import SealError
from .packing import UnpackError, pack, unpack
from .record import SessionRecord
from .record_session import RecordSession, Surroundings, ended
from .store import Call, SessionStore, Stored

logger = logging.getLogger("logto")

ID_BYTES = 32
"""256 bits: nobody guesses one (SECURITY.md, Sessions 1)."""

_ID_LENGTH = 43
_PURPOSE = "session"
_TRIES = 10


class ServerSession(RecordSession):
    """One browser's session in a `SessionStore`.

    Every change is committed when it is made, by version: what another request changed meanwhile is read and kept, and a
    session that was ended meanwhile is not brought back.

    Args:
        store: Where it lives.
        session_id: What the browser's cookie says; anything may stand there.
        surroundings: What else it may touch.
    """

    def __init__(self, store: SessionStore, session_id: str | None, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._store = store
        self._sent = session_id
        self._id: str | None = session_id if session_id and _is_id(session_id) else None
        self._version = 0
        self._reseal = False
        self._owner = encode_base64url(surroundings.random(16))

    def open(self) -> Flow[None]:
        """Reads the session from the store.

        Raises:
            StorageError: The store cannot be asked.
        """
        if self._id is None:
            return
        yield from self._read()
        if self._version == 0:
            self._id = None  # an id that names nothing is never used again: somebody may have planted it

    def reload(self) -> Flow[Identity | None]:
        """Who is signed in by now; as this request saw it last, if the store cannot be asked."""
        try:
            yield from self._read()
        except StorageError as error:
            logger.warning("a session could not be read again, and is taken for unchanged: %s", error)
        return self._record.identity

    def save(self, identity: Identity) -> Flow[None]:
        """Stores new tokens of the user who is signed in.

        If the store cannot be asked, the tokens are in this process's memory only (`Recent`), until it can.
        """
        base = self._record.identity

        def change(record: SessionRecord) -> SessionRecord:
            current = record.identity
            if current is None or base is None or current.refresh_token != base.refresh_token:
                raise ended()
            return record.with_identity(identity.with_newer_tokens_of(current))

        if self._version == 0:
            raise ended()
        try:
            yield from self._change(change)
        except StorageError as error:
            logger.error("new tokens could not be stored, and are in this process's memory only: %s", error)  # noqa: TRY400 - the trace tells nothing more
            self._record = self._record.with_identity(identity)

    def sign_in(self, identity: Identity) -> Flow[None]:
        """Replaces whoever was signed in, under a new id: one that was planted before sign-in is dead (fixation)."""
        former_id, sign_ins = self._id, self._record.sign_ins
        self._id, self._version = None, 0
        self._record = replace(self.blank(), identity=identity, sign_ins=sign_ins)
        try:
            yield from self._insert()
        except StorageError:
            self._id = former_id
            raise
        if former_id is not None:
            yield Call(self._store, "delete", (_key(former_id),))

    def save_sign_ins(self, attempts: tuple[SignInAttempt, ...]) -> Flow[None]:
        """Stores the sign-ins under way; those that other requests began meanwhile stay."""
        former = {attempt.seed for attempt in self._record.sign_ins}
        kept = {attempt.seed for attempt in attempts}

        def change(record: SessionRecord) -> SessionRecord:
            others = tuple(
                attempt for attempt in record.sign_ins if attempt.seed not in former and attempt.seed not in kept
            )
            return record.with_sign_ins((*others, *attempts))

        if self._version == 0:
            self._record = change(self._record)
            yield from self._insert()
        else:
            yield from self._change(change, again=True)

    def end(self) -> Flow[None]:
        """Removes whoever is signed in; the sign-ins under way stay, under a new id."""
        sign_ins = self._record.sign_ins
        yield from self.clear()
        if sign_ins:
            self._record = self._record.with_sign_ins(sign_ins)
            yield from self._insert()

    def clear(self) -> Flow[None]:
        """Removes the session from the store and from the browser."""
        former_id = self._id
        self._id, self._version, self._record = None, 0, self.blank()
        if former_id is not None:
            yield Call(self._store, "delete", (_key(former_id),))

    def acquire(self, lease: float) -> Flow[bool]:
        """Makes this request the only one of all processes to refresh; True also if the store cannot be asked."""
        if self._id is None:
            return True
        try:
            return bool((yield Call(self._store, "acquire", (_key(self._id), self._owner, lease))))
        except StorageError as error:
            logger.warning("a session's lock could not be taken; this process goes on alone: %s", error)
            return True

    def release(self) -> Flow[None]:
        """Lets others refresh."""
        if self._id is None:
            return
        try:
            yield Call(self._store, "release", (_key(self._id), self._owner))
        except StorageError as error:
            logger.warning("a session's lock could not be released, and ends with its lease: %s", error)

    def finish(self) -> Flow[tuple[str, ...]]:
        """Notes that the session was used, if that was long ago, and returns the cookie where it changed."""
        shape = self._around.cookie
        if self._id is None:
            return (shape.delete(),) if self._sent else ()
        noted = self._version > 0 and (self._reseal or self.is_worth_noting(self._record))
        if noted:
            try:
                yield from self._change(lambda record: record)
            except StorageError as error:
                logger.warning("a session's use could not be noted: %s", error)
        if self._id != self._sent or noted:
            return (shape.set(self._id, self.remaining(self._record)),)
        return ()

    def _read(self) -> Flow[None]:
        if self._id is None:
            return
        key = _key(self._id)
        stored: Stored | None = yield Call(self._store, "load", (key,))
        opened = None if stored is None else _unsealed(self._store, key, stored.value)
        if stored is None or opened is None or self.is_over(opened[0]):
            self._version, self._record = 0, self.blank()
        else:
            self._version, self._record, self._reseal = stored.version, opened[0], not opened[1]

    def _change(self, change: Callable[[SessionRecord], SessionRecord], *, again: bool = False) -> Flow[None]:
        """Commits a change to the newest version of the record.

        Args:
            change: Makes the new record from the newest, and is called again when that turns out to be older.
            again: Whether to begin a new session where this one has ended.
        """
        for _ in range(_TRIES):
            record = change(self._record).seen(self._around.now())
            stored = self._stored(record, self._version + 1)
            if (yield Call(self._store, "save", (_key(self._id or ""), stored))):
                self._version, self._record, self._reseal = stored.version, record, False
                return
            yield from self._read()
            if self._version == 0:
                if not again:
                    raise ended()
                self._record = change(self._record)
                yield from self._insert()
                return
        raise StorageError(
            "A session is changed by too many requests at once.", hint="Try again.", code="storage.contended"
        )

    def _insert(self) -> Flow[None]:
        session_id = encode_base64url(self._around.random(ID_BYTES))
        self._id = session_id
        stored = self._stored(self._record, 1)
        if not (yield Call(self._store, "save", (_key(session_id), stored))):
            raise StorageError("A new session's id is taken.", hint="Is the source of randomness sound?")
        self._version = 1

    def _stored(self, record: SessionRecord, version: int) -> Stored:
        value = pack(record)
        if self._store.keys is not None:
            value = self._store.keys.seal(value, purpose=_PURPOSE, place=_key(self._id or ""))
        indexes = () if record.identity is None else self._around.indexes_of(record.identity.id_token)
        return Stored(value, version, self._around.now() + self.remaining(record), indexes)


def _key(session_id: str) -> str:
    """What a session is stored under: the hash of its id, so that reading the store gives nobody a session."""
    return sha256(session_id.encode()).hexdigest()


def _is_id(value: str) -> bool:
    return len(value) == _ID_LENGTH and value.isascii() and value.replace("-", "a").replace("_", "a").isalnum()


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One of a user's sessions, for a list of devices or an administrator.

    Args:
        key: Its name in the store; of no use as a cookie.
        signed_in_at: When the user signed in, in seconds since the epoch.
        seen_at: When it was last known to be used.
    """

    key: str
    signed_in_at: int
    seen_at: int


def describe(store: SessionStore, key: str, stored: Stored | None) -> SessionInfo | None:
    """What a list shows of a stored session; None if it is gone or cannot be read."""
    record = None if stored is None else _unsealed(store, key, stored.value)
    if record is None:
        return None
    return SessionInfo(key, record[0].created_at, record[0].seen_at)


def _unsealed(store: SessionStore, key: str, value: bytes) -> tuple[SessionRecord, bool] | None:
    """The record in a stored value, and whether it is sealed with the first key; None if it cannot be read."""
    current = True
    try:
        if store.keys is not None:
            # The place is the row's own key, so that a value moved to another row opens for nobody.
            value, current = store.keys.open(value, purpose=_PURPOSE, place=key)
        return unpack(value), current
    except (SealError, UnpackError) as error:
        logger.warning("a stored session cannot be read, and counts as signed out: %s", error)
        return None
