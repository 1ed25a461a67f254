"""What a conversation needs of one browser's session, wherever that lives."""

from __future__ import annotations

from typing import Protocol

from ..models.session import Identity, SignInAttempt
from ..protocol.http import Flow


class Session(Protocol):
    """One browser's session.

    Reading what the request already holds is plain; whatever may have to go elsewhere is a conversation, so that one
    body serves blocking and awaiting stores.
    """

    def identity(self) -> Identity | None:
        """Who is signed in, as this request sees it.

        Raises:
            StorageError: What is stored cannot be read.
        """
        ...

    def id_token(self) -> str | None:
        """The ID token alone: all that most pages ask for."""
        ...

    def sign_ins(self) -> tuple[SignInAttempt, ...]:
        """The sign-ins under way, oldest first."""
        ...

    def reload(self) -> Flow[Identity | None]:
        """Who is signed in, as others may have left it meanwhile."""
        ...

    def save(self, identity: Identity) -> Flow[None]:
        """Stores new tokens of the user who is signed in."""
        ...

    def sign_in(self, identity: Identity) -> Flow[None]:
        """Replaces whoever was signed in, as a whole."""
        ...

    def save_sign_ins(self, attempts: tuple[SignInAttempt, ...]) -> Flow[None]:
        """Stores the sign-ins under way."""
        ...

    def end(self) -> Flow[None]:
        """Removes whoever is signed in; the sign-ins under way stay."""
        ...

    def clear(self) -> Flow[None]:
        """Removes everything."""
        ...

    def acquire(self, lease: float) -> Flow[bool]:
        """Makes this request the only one, of all processes, to refresh the session's tokens.

        Args:
            lease: Seconds after which others may, if it is not released before. Acquiring again renews it.
        """
        ...

    def release(self) -> Flow[None]:
        """Lets others refresh."""
        ...
