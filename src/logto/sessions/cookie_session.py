"""A session that lives in its browser's cookies."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from ..errors import StorageError
from ..models.session import Identity, SignInAttempt
from ..protocol.base64url import decode_base64url, encode_base64url
from ..protocol.http import Flow
from .chunks import delete_chunks, join_chunks, split_chunks
from .cookie_store import CookieStore
from .key_ring import SealError
from .packing import UnpackError, pack, unpack
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

    def open(self) -> Flow[None]:
        """Reads the session from the cookies; what is not authentic, or over, counts as nothing.

        Raises:
            StorageError: The list of revocations cannot be asked.
        """
        record = self._read()
        if record is None or self.is_over(record):
            return
        if record.identity is not None and self._store.revocations is not None:
            names = (*self._around.indexes_of(record.identity.id_token), record.serial)
            if (yield from is_revoked(self._store.revocations, names, record.created_at)):
                return
        self._record = self._opened = record

    def reload(self) -> Flow[Identity | None]:
        """Who is signed in: nobody else can change this request's cookies."""
        yield from ()
        return self._record.identity

    def save(self, identity: Identity) -> Flow[None]:
        """Stores new tokens of the user who is signed in."""
        yield from ()
        self._record = self._record.with_identity(identity)

    def sign_in(self, identity: Identity) -> Flow[None]:
        """Replaces whoever was signed in."""
        yield from self._revoke()
        serial = encode_base64url(self._around.random(16))
        self._record = replace(self.blank(), identity=identity, sign_ins=self._record.sign_ins, serial=serial)

    def save_sign_ins(self, attempts: tuple[SignInAttempt, ...]) -> Flow[None]:
        """Stores the sign-ins under way."""
        yield from ()
        self._record = self._record.with_sign_ins(attempts)

    def end(self) -> Flow[None]:
        """Removes whoever is signed in; the sign-ins under way stay."""
        yield from self._revoke()
        self._record = self._record.with_identity(None)

    def clear(self) -> Flow[None]:
        """Removes everything."""
        yield from self._revoke()
        self._record = self.blank()

    def acquire(self, lease: float) -> Flow[bool]:
        """Always: the turns of this process are all there is."""
        yield from ()
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
        shape = self._around.cookie
        if self._record.is_empty:
            return delete_chunks(shape, self._cookies)
        changed = self._record != self._opened
        if not (changed or self._reseal or self.is_worth_noting(self._record)):
            return ()
        self._record = self._record.seen(self._around.now())
        return self._headers(self._record)

    def _read(self) -> SessionRecord | None:
        shape = self._around.cookie
        value = join_chunks(shape.name, self._cookies)
        if value is None:
            return None
        try:
            # Authenticated before anything of it is parsed.
            data, current = self._store.keys.open(decode_base64url(value), purpose=_PURPOSE, place=shape.name)
            self._reseal = not current
            return unpack(data)
        except (SealError, UnpackError, ValueError) as error:
            logger.info("a session cookie is not authentic, and counts as signed out: %s", error)
            return None

    def _headers(self, record: SessionRecord) -> tuple[str, ...]:
        headers = self._sealed(record)
        identity = record.identity
        if identity is not None and identity.access_tokens and (headers is None or _size(headers) > self._store.room):
            # Access tokens can be had again; the identity and the refresh token cannot.
            headers = self._sealed(record.with_identity(replace(identity, access_tokens={})))
        if headers is None or _size(headers) > self._store.limit:
            raise StorageError(
                f"The session is larger than {self._store.limit} bytes of cookies.",
                hint="Ask for fewer scopes, so that the ID token is smaller, or keep sessions in Redis or SQL.",
                code="storage.too_large",
            )
        return headers

    def _sealed(self, record: SessionRecord) -> tuple[str, ...] | None:
        shape = self._around.cookie
        sealed = self._store.keys.seal(pack(record), purpose=_PURPOSE, place=shape.name)
        return split_chunks(shape, encode_base64url(sealed), self.remaining(record), self._cookies)

    def _revoke(self) -> Flow[None]:
        """Makes copies of the cookie worthless, where there is a list to say so."""
        if self._record.identity is not None and self._store.revocations is not None:
            lifetime = self._around.lifetimes.absolute
            yield from revoke(self._store.revocations, (self._record.serial,), self._around.now(), lifetime)


def _size(headers: tuple[str, ...]) -> int:
    return sum(len(header) for header in headers)
