"""What sessions of every store have in common: the record that a request works on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ..errors import SessionEndedError
from ..models.session import Identity, SignInAttempt
from ..models.user import LogtoUser
from ..protocol.http import Flow
from .opened_records import OpenedRecords
from .recent import Ended, Recent
from .record import SessionRecord
from .settings import CookieShape, Lifetimes


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session may touch besides its store.

    Args:
        cookie: The cookie for this request.
        lifetimes: How long sessions live.
        now: Seconds since the epoch.
        random: So many random bytes.
        indexes_of: By which a session can be found, given its ID token.
        recent: What became of refresh tokens a moment ago, in this process.
        opened: What was read from the store a moment ago, in this process.
    """

    cookie: CookieShape
    lifetimes: Lifetimes
    now: Callable[[], float]
    random: Callable[[int], bytes]
    indexes_of: Callable[[str], tuple[str, ...]]
    recent: Recent
    opened: OpenedRecords = field(default_factory=OpenedRecords)


_UNOPENED = SessionRecord(created_at=0.0, seen_at=0)
"""Stands until `open` knows better."""


class RecordSession(ABC):
    """One browser's session while a request is handled; it is what `client.with_session` takes."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._record = _UNOPENED
        self.seen: tuple[str, LogtoUser] | None = None
        """Who an ID token says is signed in, once somebody has looked."""

    def identity(self) -> Identity | None:
        """Who is signed in, as this request sees it."""
        return self._record.identity

    def id_token(self) -> str | None:
        """The ID token alone."""
        identity = self.identity()
        return None if identity is None else identity.id_token

    def sign_ins(self) -> tuple[SignInAttempt, ...]:
        """The sign-ins under way, oldest first."""
        return self._record.sign_ins

    @abstractmethod
    def reload(self) -> Flow[Identity | None]:
        """Who is signed in, as others may have left it meanwhile."""

    @abstractmethod
    def save(self, identity: Identity) -> Flow[None]:
        """Stores new tokens of the user who is signed in."""

    @abstractmethod
    def sign_in(self, identity: Identity) -> Flow[None]:
        """Replaces whoever was signed in, in a session with a new id."""

    @abstractmethod
    def save_sign_ins(self, attempts: tuple[SignInAttempt, ...]) -> Flow[None]:
        """Stores the sign-ins under way."""

    @abstractmethod
    def renew(self) -> Flow[None]:
        """Gives the session a new id, and leaves what it holds; the former id is dead."""

    @abstractmethod
    def end(self) -> Flow[None]:
        """Removes whoever is signed in; the sign-ins under way stay."""

    @abstractmethod
    def clear(self) -> Flow[None]:
        """Removes everything, and the session's id with it."""

    @abstractmethod
    def acquire(self, lease: float) -> Flow[bool]:
        """Makes this request the only one of all processes to refresh the session's tokens, where the store can."""

    @abstractmethod
    def release(self) -> Flow[None]:
        """Lets others refresh."""

    @abstractmethod
    def finish(self) -> Flow[tuple[str, ...]]:
        """Ends the request: notes that the session was used, and returns the values of the `Set-Cookie` headers."""

    @property
    def is_as_it_came(self) -> bool:
        """Whether `finish` would find nothing to do and nothing to say, as after most pages; False if in doubt."""
        return False

    def blank(self) -> SessionRecord:
        """A session in which nothing has happened yet."""
        now = self._around.now()
        return SessionRecord(created_at=round(now, 3), seen_at=int(now))

    def is_over(self, record: SessionRecord) -> bool:
        """Whether a session's time is up. A clock that jumps ends those that it takes a whole lifetime away, either way."""
        now = self._around.now()
        lifetimes = self._around.lifetimes
        if record.identity is None:
            return abs(now - record.seen_at) > lifetimes.unfinished
        return abs(now - record.seen_at) > lifetimes.idle or abs(now - record.created_at) > lifetimes.absolute

    def remaining(self, record: SessionRecord) -> int:
        """Seconds for which a session may live from now on."""
        lifetimes = self._around.lifetimes
        if record.identity is None:
            return lifetimes.unfinished
        return max(1, int(min(lifetimes.idle, record.created_at + lifetimes.absolute - self._around.now())))

    def is_worth_noting(self, record: SessionRecord) -> bool:
        """Whether enough time has passed since the last use for this one to be written down."""
        lifetime = self._around.lifetimes.idle if record.identity is not None else self._around.lifetimes.unfinished
        return abs(self._around.now() - record.seen_at) > lifetime / 20

    def settled(self, record: SessionRecord) -> SessionRecord | None:
        """A session with the tokens that another request of this process got for its own a moment ago.

        Returns:
            None if another request ended it.
        """
        identity = record.identity
        if identity is None:
            return record
        outcome = self._around.recent.latest(identity, self._around.now())
        if isinstance(outcome, Ended):
            return None
        if outcome.refresh_token == identity.refresh_token:
            return record
        return record.with_identity(outcome.with_newer_tokens_of(identity))

    def smaller(self, record: SessionRecord) -> Iterator[SessionRecord]:
        """A session as it is worth keeping, and with less and less in it of what can be had again.

        Access tokens that are over are never kept. The others go first, then the oldest sign-ins under way: whoever makes a
        browser begin sign-ins with long paths must not make its cookies too long for the server.
        """
        identity = record.identity
        if identity is not None and identity.access_tokens:
            now = self._around.now()
            live = {key: token for key, token in identity.access_tokens.items() if token.is_live(now)}
            if live:
                yield record.with_identity(replace(identity, access_tokens=live))
            record = record.with_identity(replace(identity, access_tokens={}))
        yield record
        for begin in range(1, len(record.sign_ins)):
            yield record.with_sign_ins(record.sign_ins[begin:])


def ended() -> SessionEndedError:
    """The error for a session that was signed out, or taken over, by another request."""
    return SessionEndedError("The session has ended meanwhile.", hint="Send the user to sign in again.")
