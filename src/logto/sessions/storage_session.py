"""A session over the guide's `Storage`: what its four strings mean, and in which order they are written."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import LogtoException, StorageError
from ..models.session import CachedToken, Identity, SignInAttempt
from ..protocol.access_token import read_access_token
from ..protocol.http import Flow
from ..protocol.id_token import read_id_token
from .storage import LockingStorage, PersistKey, Storage

logger = logging.getLogger("logto")

_IDENTITY: tuple[PersistKey, ...] = ("idToken", "refreshToken", "accessTokenMap")
_READS = 4
_VERSION = 1


class StorageSession:
    """One browser's session, in a `Storage`.

    Args:
        storage: The application's.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def identity(self) -> Identity | None:
        """Who is signed in; None without an ID token."""
        id_token = self._get("idToken")
        for _ in range(_READS):
            if not id_token:
                return None
            identity = Identity(
                id_token=id_token,
                refresh_token=self._get("refreshToken") or None,
                access_tokens=_read_access_tokens(self._get("accessTokenMap"), id_token),
            )
            # Another thread may have replaced the user meanwhile: one's name must not meet another's tokens.
            former, id_token = id_token, self._get("idToken")
            if id_token == former:
                return identity
        raise StorageError(
            "The storage returned another ID token each time.",
            hint="Does the storage return each value as it was given, to the same browser only?",
            code="storage.unsteady",
        )

    def id_token(self) -> str | None:
        """The ID token alone: all that a page asks for most of the time."""
        return self._get("idToken") or None

    def sign_ins(self) -> tuple[SignInAttempt, ...]:
        """The sign-ins under way, oldest first; none where the stored value cannot be read."""
        return _read_sign_ins(self._get("signInSession"))

    def reload(self) -> Flow[Identity | None]:
        """Who is signed in now: a `Storage` always answers for the current request."""
        yield from ()
        return self.identity()

    def save(self, identity: Identity) -> Flow[None]:
        """Stores new tokens, the refresh token first: the former one may already be spent."""
        yield from ()
        self._write(
            {
                "refreshToken": identity.refresh_token,
                "idToken": identity.id_token,
                "accessTokenMap": _write_access_tokens(identity.access_tokens),
            }
        )

    def sign_in(self, identity: Identity) -> Flow[None]:
        """Replaces whoever was signed in.

        The former ID token goes first and the new one comes last: whoever reads half-way meets nobody, never one user's
        name with another's tokens.
        """
        yield from ()
        self._write(
            {
                "idToken": None,
                "refreshToken": identity.refresh_token,
                "accessTokenMap": _write_access_tokens(identity.access_tokens),
            },
            last=("idToken", identity.id_token),
        )

    def save_sign_ins(self, attempts: tuple[SignInAttempt, ...]) -> Flow[None]:
        """Stores the sign-ins under way, or removes the value where none is left."""
        yield from ()
        self._write({"signInSession": _write_sign_ins(attempts) if attempts else None})

    def end(self) -> Flow[None]:
        """Removes whoever is signed in, the ID token first; the sign-ins under way stay."""
        yield from ()
        self._delete(_IDENTITY)

    def clear(self) -> Flow[None]:
        """Removes all four strings, the ID token first."""
        yield from ()
        self._delete((*_IDENTITY, "signInSession"))

    def acquire(self, lease: float) -> Flow[bool]:
        """Whether nobody else refreshes. Most storages cannot lock: the turns of this process are all there is."""
        yield from ()
        storage = self._storage
        if not isinstance(storage, LockingStorage):
            return True
        taken: bool = self._call("acquire", lambda: storage.acquire(lease))
        return taken

    def release(self) -> Flow[None]:
        """Lets others refresh, where the storage can lock."""
        yield from ()
        storage = self._storage
        if isinstance(storage, LockingStorage):
            self._call("release", storage.release)

    def _delete(self, keys: tuple[PersistKey, ...]) -> None:
        failures: list[LogtoException] = []
        for key in keys:
            try:
                self._set(key, None)
            except LogtoException as error:
                failures.append(error)  # the others go all the same
        if failures:
            raise failures[0]

    def _write(self, values: Mapping[PersistKey, str | None], *, last: tuple[PersistKey, str] | None = None) -> None:
        former: dict[PersistKey, str | None] = {key: self._get(key) for key in values}
        try:
            for key, value in values.items():
                self._set(key, value)
            if last is not None:
                self._set(*last)
        except LogtoException:
            self._restore(former)
            raise

    def _restore(self, former: Mapping[PersistKey, str | None]) -> None:
        # The identity must not come back before what belongs to it.
        for key in sorted(former, key=lambda key: key == "idToken"):
            try:
                self._set(key, former[key])
            except LogtoException:
                logger.warning("the session's storage failed while %s was put back", key)
                return

    def _get(self, key: PersistKey) -> str | None:
        value: object = self._call("get", lambda: self._storage.get(key))
        if value is not None and not isinstance(value, str):
            raise StorageError(
                f"The storage returned {type(value).__name__} for {key!r}, where str or None was expected.",
                hint="Decode what your backend returns; with redis-py, `decode_responses=True`.",
                code="storage.wrong_type",
            )
        try:
            if value is not None and not value.isascii():  # which is known of each string, without a look at it
                value.encode()  # half a surrogate pair, which no request could carry
        except UnicodeEncodeError:
            raise StorageError(
                f"The storage returned text for {key!r} that cannot be encoded.",
                hint="Does the storage return each value as it was given, to the same browser only?",
            ) from None
        return value

    def _set(self, key: PersistKey, value: str | None) -> None:
        if value is None:
            self._call("delete", lambda: self._storage.delete(key))
        else:
            self._call("set", lambda: self._storage.set(key, value))

    @staticmethod
    def _call(operation: str, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except LogtoException:
            raise
        except Exception as error:
            # The application's own code failed. Its exception stays readable as the cause.
            raise StorageError(
                f"The session's storage failed in {operation}(): {type(error).__name__}.",
                hint=_FAILURES.get(_kind_of(error), "Its own exception is the cause of this one."),
                code="storage.failed",
            ) from error


_FAILURES = {
    "no secret key": "Flask keeps no session without a key: set `app.secret_key` to a long random value.",
    "no request": "The storage reads the current request's session: call the client while a request is being handled.",
}


def _kind_of(error: Exception) -> str:
    text = str(error)
    if isinstance(error, RuntimeError) and "secret" in text and "key" in text:
        return "no secret key"
    if isinstance(error, RuntimeError) and "outside of request context" in text:
        return "no request"
    return ""


def _read_access_tokens(text: str | None, id_token: str) -> dict[str, CachedToken]:
    """The access tokens of a stored map, the published SDK's included; what cannot be read can be had again."""
    if not text:
        return {}
    try:
        stored = json.loads(text)
        tokens = {
            str(key): CachedToken(token=entry["token"], expires_at=_time(entry["expiresAt"]))
            for key, entry in stored["x"].items()
            if entry["token"] and isinstance(entry["token"], str)
        }
        # The published SDK leaves the former user's tokens in the map when the next one signs in. Ours says that it does not.
        return tokens if stored.get("v") == _VERSION else _of_the_user(tokens, id_token)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        logger.warning("the stored accessTokenMap could not be read, and is taken for empty")
        return {}


def _of_the_user(tokens: Mapping[str, CachedToken], id_token: str) -> dict[str, CachedToken]:
    try:
        subject = read_id_token(id_token).sub
    except StorageError:
        return {}
    return {key: token for key, token in tokens.items() if _subject(token.token) == subject}


def _subject(access_token: str) -> str | None:
    try:
        return read_access_token(access_token).sub
    except LogtoException:
        return None  # opaque: nobody can tell whose it is


def _write_access_tokens(tokens: Mapping[str, CachedToken]) -> str | None:
    if not tokens:
        return None
    entries = {key: {"token": token.token, "expiresAt": token.expires_at} for key, token in tokens.items()}
    return json.dumps({"v": _VERSION, "x": entries}, separators=(",", ":"))


def _read_sign_ins(text: str | None) -> tuple[SignInAttempt, ...]:
    if not text:
        return ()
    try:
        return tuple(_read_sign_in(**entry) for entry in json.loads(text)["attempts"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        logger.warning("the stored signInSession could not be read, and is taken for empty")
        return ()


def _read_sign_in(*, s: object, r: object, t: object, p: object = None, m: object = None) -> SignInAttempt:
    if not isinstance(s, str) or not isinstance(r, str) or not isinstance(p, str | None):
        raise TypeError("not text")
    return SignInAttempt(
        seed=s,
        redirect_uri=r,
        started_at=int(_time(t)),
        post_redirect_uri=p,
        max_age=None if m is None else int(_time(m)),
    )


def _time(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError("not a time")
    return float(value)


def _write_sign_ins(attempts: tuple[SignInAttempt, ...]) -> str:
    entries: list[dict[str, Any]] = []
    for attempt in attempts:
        entry: dict[str, Any] = {"s": attempt.seed, "r": attempt.redirect_uri, "t": attempt.started_at}
        if attempt.post_redirect_uri is not None:
            entry["p"] = attempt.post_redirect_uri
        if attempt.max_age is not None:
            entry["m"] = attempt.max_age
        entries.append(entry)
    return json.dumps({"attempts": entries}, separators=(",", ":"))
