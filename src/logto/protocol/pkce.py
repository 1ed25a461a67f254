"""The secrets of one sign-in: `state`, `nonce` and PKCE's verifier, all derived from one seed.

Ten attempts may wait in a session that is itself a cookie of 4,096 bytes, so each stores 32 random bytes instead of 96.
HMAC-SHA256 with a label for each purpose keeps the three independent: knowing `state` and `nonce`, which travel through
the browser, says nothing of the verifier. The client is part of the labels, which binds an attempt to the configuration
that made it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import sha256

from .base64url import decode_base64url, encode_base64url

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignInSecrets:
    """What one sign-in is recognised by.

    Args:
        state: Ties the callback to the browser that began (RFC 6749, 10.12).
        nonce: Ties the ID token to the sign-in (OpenID Connect Core 15.5.2).
        code_verifier: Ties the code to us (RFC 7636).
    """

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)

    @property
    def code_challenge(self) -> str:
        """S256 of the verifier (RFC 7636, 4.2)."""
        return encode_base64url(sha256(self.code_verifier.encode("ascii")).digest())


def derive_secrets(seed: str, *, issuer: str, client_id: str, redirect_uri: str) -> SignInSecrets:
    """The secrets that belong to a seed, for one client and one redirect URI.

    Args:
        seed: base64url of `SEED_BYTES` random bytes.
        issuer: The issuer the sign-in goes to.
        client_id: The application that asks.
        redirect_uri: Where it wants the answer.

    Raises:
        ValueError: The seed is not one.
    """
    key = decode_base64url(seed)
    if len(key) != SEED_BYTES:
        raise ValueError("not a seed")

    def derive(purpose: str) -> str:
        label = f"logto sign-in\0{purpose}\0{issuer}\0{client_id}\0{redirect_uri}"
        return encode_base64url(hmac.digest(key, label.encode(), "sha256"))

    return SignInSecrets(state=derive("state"), nonce=derive("nonce"), code_verifier=derive("code_verifier"))
