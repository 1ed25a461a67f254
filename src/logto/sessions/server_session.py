"""A session that lives in a store; the browser holds 256 random bits that name it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256

from ..errors import SessionEndedError, StorageError
from ..models.session import MAX_SIGN_INS, Identity, SignInAttempt
from ..protocol.base64url import encode_base64url
from ..protocol.http import Flow
from .key_ring import SealError
from .opened_records import Opened
from .packing import UnpackError, pack, unpack
from .recent import UNSAVED
from .record import SessionRecord
from .record_session import RecordSession, Surroundings, ended
from .store import Call, SessionStore, Stored

logger = logging.getLogger("logto")

ID_BYTES = 32
"""256 bits: nobody guesses one (SECURITY.md, Sessions 1)."""

_ID_LENGTH = 43
_PURPOSE = "session"
_TRIES = 64


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
        self._unsaved: Identity | None = None
        self._undeleted: list[str] = []
        self._reseal = False
        self._renew = False
        self._drop = bool(session_id) and self._id is None
        self._owner = ""

    def open(self) -> Flow[None]:
        """Reads the session from the store.

        Raises:
            StorageError: The store cannot be asked.
        """
        if self._id is None:
            self._record = self.blank()
            return
        key = _key(self._id)
        try:
            stored: Stored | None = yield Call(self._store, "load", (key,))
        except StorageError:
            self._record = self.blank()
            raise
        self._take(key, stored)
        if self._version == 0:
            self._id = None  # an id that names nothing is never used again: somebody may have planted it
            return
        settled = self.settled(self._record)
        if settled is None:
            # Another request signs the user out just now, or could not: the store failed then.
            yield from self._leave(self._id)
        elif settled is not self._record:
            self._unsaved = settled.identity

    def identity(self) -> Identity | None:
        """Who is signed in, with the tokens that the store does not have yet."""
        return self._unsaved or self._record.identity

    def reload(self) -> Flow[Identity | None]:
        """Who is signed in by now; as this request saw it last, if the store cannot be asked."""
        try:
            yield from self._read()
        except StorageError as error:
            logger.warning("a session could not be read again, and is taken for unchanged: %s", error)
        return self.identity()

    def save(self, identity: Identity) -> Flow[None]:
        """Stores new tokens of the user who is signed in.

        If the store cannot be asked, the tokens are in this process's memory only (`Recent`), until it can. If another
        process was faster, its tokens stay.
        """
        base = self._record.identity
        if self._version == 0 or base is None:
            raise ended()

        def change(record: SessionRecord) -> SessionRecord:
            current = record.identity
            if current is None:
                raise ended()
            if current.refresh_token != base.refresh_token:
                return record.with_identity(current.with_newer_tokens_of(identity))
            return record.with_identity(identity.with_newer_tokens_of(current))

        try:
            yield from self._change(change)
            self._unsaved = None
        except StorageError as error:
            logger.error("new tokens could not be stored, and are in this process's memory only: %s", error)  # noqa: TRY400 - the trace tells nothing more
            self._unsaved = identity
            if base.refresh_token is not None:
                self._around.recent.put(base.refresh_token, identity, self._around.now(), UNSAVED)

    def sign_in(self, identity: Identity) -> Flow[None]:
        """Replaces whoever was signed in, under a new id: one that was planted before sign-in is dead (fixation)."""
        former_id = self._id
        yield from self._insert(replace(self.blank(), identity=identity, sign_ins=self._record.sign_ins))
        if former_id is not None:
            yield from self._delete(former_id)

    def save_sign_ins(self, attempts: tuple[SignInAttempt, ...]) -> Flow[None]:
        """Stores the sign-ins under way; those that other requests began meanwhile stay."""
        former = {attempt.seed for attempt in self._record.sign_ins}
        kept = {attempt.seed for attempt in attempts}

        def change(record: SessionRecord) -> SessionRecord:
            others = tuple(
                attempt for attempt in record.sign_ins if attempt.seed not in former and attempt.seed not in kept
            )
            return record.with_sign_ins((*others, *attempts)[-MAX_SIGN_INS:])

        if self._version == 0:
            yield from self._insert(change(self._record))
        else:
            yield from self._change(change, again=True)

    def renew(self) -> Flow[None]:
        """Gives the session a new id, and leaves what it holds; the former id is dead."""
        former_id = self._id
        if former_id is None:
            return
        yield from self._insert(self._record)
        yield from self._delete(former_id)

    def end(self) -> Flow[None]:
        """Removes whoever is signed in; the sign-ins under way stay, under a new id."""
        sign_ins = self._record.sign_ins
        yield from self.clear()
        if sign_ins:
            try:
                yield from self._insert(self._record.with_sign_ins(sign_ins))
            except StorageError as error:
                logger.warning("the sign-ins under way of a session that ended are lost: %s", error)

    def clear(self) -> Flow[None]:
        """Removes the session from the browser and from the store: from the browser also if the store fails."""
        self._drop = True
        if self._id is not None:
            yield from self._leave(self._id)

    def acquire(self, lease: float) -> Flow[bool]:
        """Makes this request the only one of all processes to refresh; True also if the store cannot be asked."""
        if self._id is None:
            return True
        self._owner = self._owner or encode_base64url(self._around.random(16))
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

    @property
    def is_as_it_came(self) -> bool:
        """Whether `finish` would find nothing to do and nothing to say, as after most pages."""
        return (
            self._version > 0
            and self._id == self._sent
            and not (self._renew or self._reseal or self._unsaved or self._undeleted)
            and not self.is_worth_noting(self._record)
        )

    def finish(self) -> Flow[tuple[str, ...]]:
        """Tries again what the store refused, notes that the session was used, and returns the cookie where it changed."""
        shape = self._around.cookie
        undeleted, self._undeleted = self._undeleted, []
        for session_id in undeleted:
            yield from self._delete(session_id)
        if self._id is None:
            # An id that names nothing any more stays: another request's sign-in may have replaced it, and its answer may
            # reach the browser before this one.
            return (shape.delete(),) if self._drop and self._sent else ()
        try:
            if self._unsaved is not None:
                yield from self.save(self._unsaved)
            if self._version > 0 and (self._reseal or self.is_worth_noting(self._record)):
                yield from self._change(lambda record: record)
        except StorageError as error:
            logger.warning("a session's use could not be noted: %s", error)
        except SessionEndedError:
            return ()  # by another request, whose answer takes care of the cookie
        if self._id != self._sent or self._renew:
            return (shape.set(self._id, self.remaining(self._record)),)
        return ()

    def _read(self) -> Flow[None]:
        if self._id is None:
            return
        key = _key(self._id)
        former = self._record.identity
        self._take(key, (yield Call(self._store, "load", (key,))))
        current = self._record.identity
        if current is None or former is None or current.refresh_token != former.refresh_token:
            self._unsaved = None  # another process was faster

    def _take(self, key: str, stored: Stored | None) -> None:
        opened = None
        if stored is not None:
            value = stored.value
            opened = self._around.opened.read(key, value, lambda: _unsealed(self._store, key, value))
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
            record = change(self._record)
            # The cookie lives on whenever the use is noted, and only then: both mean the same time.
            used = again or self.is_worth_noting(record)
            record = record.seen(self._around.now()) if used else record
            stored = self._stored(self._id or "", record, self._version + 1)
            if (yield Call(self._store, "save", (_key(self._id or ""), stored))):
                self._version, self._record, self._reseal = stored.version, record, False
                self._renew = self._renew or used
                return
            yield from self._read()
            if self._version == 0:
                if not again:
                    raise ended()
                yield from self._insert(change(self._record))
                return
        raise StorageError(
            "A session is changed by too many requests at once.", hint="Try again.", code="storage.contended"
        )

    def _insert(self, record: SessionRecord) -> Flow[None]:
        """Begins a session with a new id; if that fails, everything is as it was."""
        session_id = encode_base64url(self._around.random(ID_BYTES))
        if not (yield Call(self._store, "save", (_key(session_id), self._stored(session_id, record, 1)))):
            raise StorageError("A new session's id is taken.", hint="Is the source of randomness sound?")
        self._id, self._version, self._record, self._unsaved = session_id, 1, record, None

    def _leave(self, session_id: str) -> Flow[None]:
        self._id, self._version, self._record, self._unsaved = None, 0, self.blank(), None
        yield from self._delete(session_id)

    def _delete(self, session_id: str) -> Flow[None]:
        key = _key(session_id)
        self._around.opened.forget(key)
        try:
            yield Call(self._store, "delete", (key,))
        except StorageError as error:
            logger.error("a session that ended could not be removed from its store: %s", error)  # noqa: TRY400 - the trace tells nothing more
            self._undeleted.append(session_id)

    def _stored(self, session_id: str, record: SessionRecord, version: int) -> Stored:
        *larger, smallest = self.smaller(record)
        for candidate in larger:
            with suppress(StorageError):  # it is too large
                value = pack(candidate)
                break
        else:
            value = pack(smallest)
        if self._store.keys is not None:
            value = self._store.keys.seal(value, purpose=_PURPOSE, place=_key(session_id))
        indexes = () if record.identity is None else self._around.indexes_of(record.identity.id_token)
        return Stored(value, version, self._around.now() + self.remaining(record), indexes)


@lru_cache(maxsize=256)
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
    return SessionInfo(key, int(record[0].created_at), record[0].seen_at)


def _unsealed(store: SessionStore, key: str, value: bytes) -> Opened | None:
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
