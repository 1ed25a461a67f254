"""A session that lives in its browser's cookies."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from ..errors import StorageError
from ..models.session import Identity, SignInAttempt
from ..protocol.base64url import decode_base64url, encode_base64url
from ..protocol.http import Flow
from .chunks import delete_chunks, join_chunks, split_chunks
from .cookie_store import CookieStore
from .key_ring import SealError
from .opened_records import Opened
from .packing import UnpackError, pack, unpack
from .recent import Ended
from .record import SessionRecord
from .record_session import RecordSession, Surroundings
from .revocations import is_revoked, revoke

logger = logging.getLogger("logto")

_PURPOSE = "session cookie"


class CookieSession(RecordSession):
    """One browser's session in a `CookieStore`. Changes take effect when `finish` hands out the cookies.

    Args:
        store: Its keys and limits.
        cookies: The request's.
        surroundings: What else it may touch.
    """

    def __init__(self, store: CookieStore, cookies: Mapping[str, str], surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._store = store
        self._cookies = cookies
        self._opened: SessionRecord | None = None
        self._reseal = False
        self._drop = False
        self._answered = False

    def open(self) -> Flow[None]:
        """Reads the session from the cookies; what is not authentic, over, or revoked counts as nothing.

        Raises:
            StorageError: The list of revocations cannot be asked.
        """
        self._record = self.blank()
        record = self._read()
        if record is None:
            return
        if self.is_over(record):
            self._drop = True
            return
        settled = None if self._was_left(record) else self.settled(record)
        if settled is None or (yield from self._is_revoked(record, (record.serial,))):
            return
        if (yield from self._is_revoked(record, self._indexes(record))):
            self._drop = True
            return
        self._opened, self._record = record, settled

    def reload(self) -> Flow[Identity | None]:
        """Who is signed in: nobody else can change this request's cookies, but they may be revoked meanwhile."""
        if self._was_left(self._record):
            return None
        try:
            names = (self._record.serial, *self._indexes(self._record))
            revoked = yield from self._is_revoked(self._record, names)
        except StorageError as error:
            logger.warning("the list of revoked sessions cannot be read again: %s", error)
            revoked = False
        return None if revoked else self._record.identity

    def save(self, identity: Identity) -> Flow[None]:
        """Stores new tokens of the user who is signed in."""
        yield from ()
        self._record = self._record.with_identity(identity)

    def sign_in(self, identity: Identity) -> Flow[None]:
        """Replaces whoever was signed in."""
        yield from self._leave()
        serial = encode_base64url(self._around.random(16))
        self._record = replace(self.blank(), identity=identity, sign_ins=self._record.sign_ins, serial=serial)

    def save_sign_ins(self, attempts: tuple[SignInAttempt, ...]) -> Flow[None]:
        """Stores the sign-ins under way."""
        yield from ()
        self._record = self._record.with_sign_ins(attempts)

    def renew(self) -> Flow[None]:
        """Gives the session a new serial: copies of the former cookie are worthless, where there is a list to say so."""
        if self._record.identity is not None:
            record = self._record
            yield from self._leave()
            self._record = replace(record, serial=encode_base64url(self._around.random(16)))

    def end(self) -> Flow[None]:
        """Removes whoever is signed in; the sign-ins under way stay."""
        yield from self._leave()
        self._record = self.blank().with_sign_ins(self._record.sign_ins)

    def clear(self) -> Flow[None]:
        """Removes everything."""
        yield from self._leave()
        self._record = self.blank()
        self._drop = True

    def acquire(self, lease: float) -> Flow[bool]:
        """Always: the turns of this process are all there is.

        Raises:
            StorageError: The cookies have been handed out: a refresh would spend the browser's token and keep the new one
                from it.
        """
        yield from ()
        if self._answered:
            raise StorageError(
                "The answer has begun, and its cookies with it: tokens cannot be refreshed any more.",
                hint="Get the tokens before the answer begins to stream, or keep sessions in Redis or SQL.",
                code="storage.answered",
            )
        return True

    def release(self) -> Flow[None]:
        """Nothing to release."""
        yield from ()

    def finish(self) -> Flow[tuple[str, ...]]:
        """The cookies, where they changed, or where they are to live on.

        Raises:
            StorageError: The session is too large for cookies.
        """
        yield from ()
        self._answered = True
        settled = None if self._was_left(self._record) else self.settled(self._record)
        if settled is None:
            # Another request signed the user out, or in, while this one was under way: its answer has the cookies.
            return ()
        if settled.is_empty:
            is_over = self._drop or self._opened is not None
            return delete_chunks(self._around.cookie, self._cookies) if is_over else ()
        changed = settled != self._opened
        if not (changed or self._reseal or self.is_worth_noting(settled)):
            return ()
        self._record = settled.seen(self._around.now())
        return self._headers(self._record)

    def _read(self) -> SessionRecord | None:
        name = self._around.cookie.name
        value = join_chunks(name, self._cookies) or ""
        opened = self._around.opened.read(f"{name}={value}", b"", lambda: self._unsealed(name, value))
        if opened is None:
            return None
        record, current = opened
        self._reseal = not current
        return record

    def _unsealed(self, name: str, value: str) -> Opened | None:
        try:
            # Authenticated before anything of it is parsed.
            data, current = self._store.keys.open(decode_base64url(value), purpose=_PURPOSE, place=name)
        except (SealError, ValueError) as error:
            if name in self._cookies:
                logger.info("a session cookie is not authentic, and counts as signed out: %s", error)
            self._drop = True
            return None
        try:
            return unpack(data), current
        except UnpackError as error:
            # Ours, of a newer version that runs beside this one: it can still read the cookie, which stays.
            logger.warning("a session cookie cannot be read, and counts as signed out: %s", error)
            return None

    def _headers(self, record: SessionRecord) -> tuple[str, ...]:
        candidates = list(self.smaller(record))
        for most in (self._store.room, self._store.limit):
            for candidate in candidates:
                headers = self._sealed(candidate)
                if headers is not None and _size(headers) <= most:
                    return headers
            # Access tokens can be had again, and are not worth the room; the identity and the refresh token are.
            candidates = [other for other in candidates if other.identity is None or not other.identity.access_tokens]
        raise StorageError(
            f"The session is larger than {self._store.limit} bytes of cookies.",
            hint="Ask for fewer scopes, so that the ID token is smaller, or keep sessions in Redis or SQL.",
            code="storage.too_large",
        )

    def _sealed(self, record: SessionRecord) -> tuple[str, ...] | None:
        shape = self._around.cookie
        with suppress(StorageError):  # too large for any cookie
            sealed = self._store.keys.seal(pack(record), purpose=_PURPOSE, place=shape.name)
            return split_chunks(shape, encode_base64url(sealed), self.remaining(record), self._cookies)
        return None

    def _leave(self) -> Flow[None]:
        """Makes copies of the cookie worthless: in this process, and wherever the list of revocations is read."""
        serial, revocations = self._record.serial, self._store.revocations
        if not serial:
            return
        self._around.recent.put(_secret(serial), Ended(), self._around.now())
        if revocations is not None:
            try:
                yield from revoke(revocations, (serial,), self._around.now(), self._around.lifetimes.absolute)
            except StorageError as error:
                logger.error("a session that ended could not be revoked, and copies of its cookie work: %s", error)  # noqa: TRY400 - the trace tells nothing more

    def _was_left(self, record: SessionRecord) -> bool:
        """Whether another request of this process signed the user out, or in, a moment ago."""
        return bool(record.serial) and self._around.recent.get(_secret(record.serial), self._around.now()) is not None

    def _is_revoked(self, record: SessionRecord, names: tuple[str, ...]) -> Flow[bool]:
        if record.identity is None or self._store.revocations is None:
            return False
        return (yield from is_revoked(self._store.revocations, names, record.created_at))

    def _indexes(self, record: SessionRecord) -> tuple[str, ...]:
        return () if record.identity is None else self._around.indexes_of(record.identity.id_token)


def _secret(serial: str) -> str:
    return f"session {serial}"


def _size(headers: tuple[str, ...]) -> int:
    """Bytes that they make a request's header longer."""
    return sum(len(header.partition(";")[0]) + 2 for header in headers)
