"""What the verification of a token may touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from ..errors import TokenError
from ..models.claims import AccessTokenClaims
from ..models.verifier_config import VerifierConfig
from ..protocol.keys import KeySet
from .context import Turns
from .provider_state import ProviderState


class VerifiedTokens(Protocol):
    """The memory of verified tokens; `client/verified_tokens.py` says more."""

    def name(self, token: str) -> bytes | None:
        """What a token is remembered by; None for one that is not remembered."""
        ...

    def get(self, keys: KeySet, name: bytes) -> AccessTokenClaims | None:
        """The claims of a token that was verified with these keys."""
        ...

    def put(self, keys: KeySet, name: bytes, claims: AccessTokenClaims, length: int) -> None:
        """Remembers them, of a token of so many characters."""
        ...

    def forget(self, name: bytes) -> None:
        """Forgets them."""
        ...


class IntrospectedTokens(Protocol):
    """The memory of what the server said of opaque tokens; `client/introspected_tokens.py` says more."""

    def name(self, token: str) -> str:
        """What a token is remembered by."""
        ...

    def get(self, token: str, now: float) -> AccessTokenClaims | TokenError | None:
        """What is remembered of a token: its claims, or why it is refused."""
        ...

    def put(self, token: str, answer: AccessTokenClaims | TokenError, now: float, lifetime: float) -> None:
        """Remembers it for so many seconds."""
        ...


@dataclass(frozen=True, slots=True)
class VerifierContext:
    """What the verification of a token may touch.

    Args:
        config: Whose tokens, and for whom.
        provider: What is known of the provider.
        turns: One at a time.
        now: Seconds since the epoch.
        background: Makes a conversation one that nobody waits for.
        verified: The tokens that were verified before.
        introspected: What the server said of opaque tokens.
    """

    config: VerifierConfig
    provider: ProviderState
    turns: Turns
    now: Callable[[], float]
    background: Callable[[Any], Any]
    verified: VerifiedTokens
    introspected: IntrospectedTokens

    @property
    def issuer(self) -> str:
        """The provider's name."""
        return self.config.issuer
