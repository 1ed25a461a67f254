"""What a conversation may touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

from ..errors import NotAuthenticatedError
from ..models.claims import IdTokenClaims
from ..models.config import LogtoConfig
from ..models.session import Identity
from ..sessions.recent import Recent
from ..sessions.session import Session
from .provider_state import ProviderState


class Turn(Protocol):
    """Somebody's turn, to be given back."""

    def release(self) -> None:
        """Lets the next one go on."""
        ...


class Turns(Protocol):
    """One at a time, by name."""

    def take(self, name: str) -> Any:
        """A step to yield; its answer is a `Turn`."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What a conversation may touch. Time and chance are here, and nowhere else.

    Args:
        config: Who we are, and whom we talk to.
        session: This browser's.
        provider: What is known of the provider, shared by all users.
        turns: One at a time.
        recent: What became of sign-ins and refresh tokens a moment ago.
        now: Seconds since the epoch.
        random: So many random bytes.
        claims_of: The claims of a stored ID token, remembered.
        background: Makes a conversation one that nobody waits for.
        to_the_end: Makes a conversation one that goes on even if nobody waits for it any more.
    """

    config: LogtoConfig
    session: Session
    provider: ProviderState
    turns: Turns
    recent: Recent
    now: Callable[[], float]
    random: Callable[[int], bytes]
    claims_of: Callable[[str], IdTokenClaims]
    background: Callable[[Any], Any]
    to_the_end: Callable[[Any], Any]

    @property
    def issuer(self) -> str:
        """The provider's name."""
        return self.config.expected_issuer

    def with_session(self, session: Session) -> Self:
        """The same for another browser."""
        return replace(self, session=session)

    def claims(self) -> IdTokenClaims | None:
        """The claims of whoever is signed in, to this application; None if nobody is.

        Raises:
            StorageError: The stored ID token cannot be read.
            NotAuthenticatedError: It was made for another application, or by another issuer.
        """
        return self.claims_in(self.session)

    def claims_in(self, session: Session) -> IdTokenClaims | None:
        """The claims of whoever is signed in in another session.

        Raises:
            StorageError: The stored ID token cannot be read.
            NotAuthenticatedError: It was made for another application, or by another issuer.
        """
        id_token = session.id_token()
        return None if id_token is None else self._our_claims(id_token)

    def require_claims(self) -> IdTokenClaims:
        """The claims of whoever is signed in.

        Raises:
            NotAuthenticatedError: Nobody is.
            StorageError: The stored ID token cannot be read.
        """
        claims = self.claims()
        if claims is None:
            raise _nobody()
        return claims

    def require(self, identity: Identity | None) -> Identity:
        """Somebody is signed in, to this application.

        Raises:
            NotAuthenticatedError: Nobody is.
            StorageError: The stored ID token cannot be read.
        """
        if identity is None:
            raise _nobody()
        self._our_claims(identity.id_token)
        return identity

    def _our_claims(self, id_token: str) -> IdTokenClaims:
        claims = self.claims_of(id_token)
        ours = self.config.app_id
        if claims.iss == self.config.expected_issuer and (
            claims.aud == ours or (isinstance(claims.aud, list) and ours in claims.aud)
        ):
            return claims
        raise NotAuthenticatedError(
            "The session belongs to another application or another Logto.",
            code="session.foreign",
            hint="`endpoint` or `app_id` changed since, or two clients share one storage. Sign in again.",
        )


def _nobody() -> NotAuthenticatedError:
    return NotAuthenticatedError("Nobody is signed in.", hint="Send the user to the sign-in route.")
