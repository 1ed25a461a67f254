"""Encryption of sessions: AES-256-GCM under a ring of keys, of which the first writes and all read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..errors import ConfigurationError

MIN_SECRET = 32
"""Bytes of the shortest secret that is accepted."""

MOST_KEYS = 16

_VERSION = 1
_NONCE = 12
_TAG = 16
_HEADER = 2 + _NONCE


_HINT = 'Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'


class SealError(ValueError):
    """Bytes that were not sealed with any key of the ring, or for another purpose or place."""


class KeyRing:
    """Seals bytes so that only the holder of a key can read or make them.

    Sealed for one purpose and one place, bytes open for no other: both are in the authenticated data, and the purpose
    derives a key of its own (HKDF-SHA256).

    A key serves 2^32 seals with random nonces (NIST SP 800-38D, 8.3): exchange keys before that, once a year in any case.

    Args:
        secrets: One secret or several, each of at least 32 bytes. The first seals, all open; what opens with another than
            the first should be sealed again. Remove a secret once nothing sealed with it may live any more.
        random: So many random bytes.

    Raises:
        ConfigurationError: A secret is none, too short, or given twice.
    """

    def __init__(
        self, secrets: str | bytes | Sequence[str | bytes], *, random: Callable[[int], bytes] = os.urandom
    ) -> None:
        keys = [_bytes(secret) for secret in _several(secrets)]
        if not keys or len(keys) > MOST_KEYS:
            raise ConfigurationError("A key ring takes 1 to 16 secrets.", code="configuration.key")
        if any(len(key) < MIN_SECRET for key in keys):
            raise ConfigurationError(
                f"A session key is shorter than {MIN_SECRET} bytes.",
                hint=_HINT,
                code="configuration.key",
            )
        if len(set(keys)) != len(keys):
            raise ConfigurationError("A session key is given twice.", code="configuration.key")
        self._keys = keys
        self._random = random
        self._derived: dict[str, list[tuple[int, AESGCM]]] = {}

    def seal(self, data: bytes, *, purpose: str, place: str) -> bytes:
        """Encrypts bytes.

        Args:
            data: What to keep secret.
            purpose: What it is, such as `session`.
            place: Where it belongs, such as a cookie's name.
        """
        key_id, cipher = self._ciphers(purpose)[0]
        header = bytes((_VERSION, key_id))
        nonce = self._random(_NONCE)
        return header + nonce + cipher.encrypt(nonce, data, _associated(header, purpose, place))

    def open(self, sealed: bytes, *, purpose: str, place: str) -> tuple[bytes, bool]:
        """Decrypts bytes, if they are authentic.

        Args:
            sealed: What `seal` returned.
            purpose: As it was sealed for.
            place: As it was sealed for.

        Returns:
            The bytes, and whether they were sealed with the first key: if not, seal them again.

        Raises:
            SealError: They are not authentic, or their key is not in the ring any more.
        """
        # Shorter bytes would have a tag that can be guessed (CVE-2025-47275).
        if len(sealed) < _HEADER + _TAG or sealed[0] != _VERSION:
            raise SealError("not sealed by this version")
        header, nonce, body = sealed[:2], sealed[2:_HEADER], sealed[_HEADER:]
        for index, (key_id, cipher) in enumerate(self._ciphers(purpose)):
            if key_id != sealed[1]:
                continue
            try:
                return cipher.decrypt(nonce, body, _associated(header, purpose, place)), index == 0
            except InvalidTag:
                continue  # two keys may share an id of one byte
        raise SealError("not authentic")

    def __repr__(self) -> str:
        return f"KeyRing({len(self._keys)} keys)"

    def _ciphers(self, purpose: str) -> list[tuple[int, AESGCM]]:
        ciphers = self._derived.get(purpose)
        if ciphers is None:
            ciphers = self._derived[purpose] = [_derive(key, purpose) for key in self._keys]
        return ciphers


def _several(secrets: object) -> Sequence[object]:
    return secrets if isinstance(secrets, Sequence) and not isinstance(secrets, str | bytes) else [secrets]


def _bytes(secret: object) -> bytes:
    if not isinstance(secret, str | bytes):  # bytes(32) would be 32 zeros
        raise ConfigurationError("A session key is a string or bytes.", hint=_HINT, code="configuration.key")
    return secret.encode() if isinstance(secret, str) else secret


def _derive(secret: bytes, purpose: str) -> tuple[int, AESGCM]:
    derived = HKDF(SHA256(), 33, salt=None, info=f"logto session v{_VERSION} {purpose}".encode()).derive(secret)
    return derived[32], AESGCM(derived[:32])


def _associated(header: bytes, purpose: str, place: str) -> bytes:
    return header + f"{purpose}\0{place}".encode()
