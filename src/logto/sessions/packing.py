"""A session as few bytes: what makes an encrypted cookie with four tokens fit into 1.9 kB.

A JWT is base64 of JSON, which no compression sees through. So each is taken apart: headers and payloads go, decoded, into
one text that is compressed together (tokens of one issuer repeat each other), signatures and random strings go as the bytes
they are. A JWT that would not come back letter by letter is kept as text.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from ..errors import StorageError
from ..models.session import CachedToken, Identity, SignInAttempt
from ..protocol.base64url import decode_base64url, encode_base64url
from ..protocol.claims import LAST_SECOND
from .record import SessionRecord

FORMAT = 1
"""The first byte: which reader a value needs."""

MAX_PACKED = 64 * 1024
"""Bytes of the largest value that is packed or unpacked."""

MAX_TEXT = 512 * 1024
"""Bytes of text in it, decompressed."""

_LEVEL = 6

# What tokens of Logto have in common: matches from the first byte on. It belongs to the format, and never changes.
_DICTIONARY = (
    b'"phone_number_verified":"email_verified":true,"phone_number":"preferred_username":"family_name":"given_name":'
    b'"organization_roles":["organizations":["organization_id":"address":{"formatted":"locality":"roles":["picture":null,'
    b'"https://"email":"username":"name":"created_at":17"updated_at":17"scope":"openid offline_access profile email '
    b'read write","nonce":"auth_time":"sid":"jti":"sub":"iat":17,"exp":17,"client_id":"iss":"https://localhost:3001/oidc",'
    b'"aud":"urn:logto:organization:https://{"alg":"ES384","typ":"at+jwt","kid":"RS256{"alg":"ES384","kid":"'
)


_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

_SHORT = tuple(bytes((size,)) for size in range(0x80))
"""The lengths that take one byte."""


class UnpackError(ValueError):
    """Bytes that are no session of this format."""


def pack(record: SessionRecord) -> bytes:
    """The bytes of a session.

    Args:
        record: The session.

    Raises:
        StorageError: It is too large ever to be read again.
    """
    writer = _Writer()
    identity = record.identity
    head: dict[str, Any] = {"c": record.created_at, "s": record.seen_at}
    if record.serial:
        head["n"] = record.serial
    if record.sign_ins:
        head["a"] = [
            [attempt.redirect_uri, attempt.started_at, attempt.post_redirect_uri, attempt.max_age]
            for attempt in record.sign_ins
        ]
    if identity is not None:
        head["t"] = [[key, token.expires_at] for key, token in identity.access_tokens.items()]
        head["r"] = identity.refresh_token is not None
    writer.text(_encode(head).encode())
    for attempt in record.sign_ins:
        writer.value(attempt.seed)
    if identity is not None:
        writer.value(identity.id_token)
        if identity.refresh_token is not None:
            writer.value(identity.refresh_token)
        for token in identity.access_tokens.values():
            writer.value(token.token)
    return writer.finish()


def unpack(data: bytes) -> SessionRecord:
    """The session that bytes stand for.

    Args:
        data: What `pack` returned, authenticated.

    Raises:
        UnpackError: They are no session, or one of another format.
    """
    try:
        reader = _Reader(data)
        head = _read_head(reader.text())
        sign_ins = tuple(
            SignInAttempt(
                reader.value(),
                _text(redirect_uri),
                _whole(started_at),
                None if post_redirect_uri is None else _text(post_redirect_uri),
                None if max_age is None else _whole(max_age),
            )
            for redirect_uri, started_at, post_redirect_uri, max_age in head.get("a", ())
        )
        identity = None
        if "t" in head:
            identity = Identity(
                id_token=reader.value(),
                refresh_token=reader.value() if head["r"] else None,
                access_tokens={_text(key): CachedToken(reader.value(), _time(end)) for key, end in head["t"]},
            )
        reader.end()
        return SessionRecord(_time(head["c"]), _whole(head["s"]), identity, sign_ins, _text(head.get("n", "")))
    except UnpackError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, zlib.error):
        raise UnpackError("not a session of this format") from None


def _read_head(text: bytes) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(text)
    if b"\\u" in text:
        _encode(head).encode()  # fails on half a surrogate pair, which no request could carry later
    return head


def _text(value: Any) -> str:
    if type(value) is not str:
        raise UnpackError("not a session of this format")
    return value


def _time(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= LAST_SECOND:
        raise UnpackError("not a session of this format")
    time: float = value
    return time


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LAST_SECOND:
        raise UnpackError("not a session of this format")
    return value


_TEXT, _RANDOM, _JWT = range(3)


class _Writer:
    """Collects text, which is compressed, and bytes, which cannot be."""

    def __init__(self) -> None:
        self._texts = bytearray()
        self._raw = bytearray()

    def text(self, text: bytes) -> None:
        self._texts += _length(len(text))
        self._texts += text

    def value(self, value: str) -> None:
        """A string: a JWT, base64url of something random, or any other."""
        try:
            parts = [decode_base64url(segment) for segment in value.split(".")]
        except ValueError:
            parts = []  # it would not come back letter by letter
        if len(parts) == 3:
            self._texts.append(_JWT)
            self.text(parts[0])
            self.text(parts[1])
            self._bytes(parts[2])
        elif len(parts) == 1:
            self._texts.append(_RANDOM)
            self._bytes(parts[0])
        else:
            self._texts.append(_TEXT)
            self.text(value.encode())

    def finish(self) -> bytes:
        compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=_DICTIONARY)
        packed = compressor.compress(bytes(self._texts)) + compressor.flush()
        value = bytes((FORMAT,)) + _length(len(packed)) + packed + self._raw
        if len(value) > MAX_PACKED or len(self._texts) > MAX_TEXT:
            raise StorageError(
                f"A session of {len(value)} bytes is too large to be stored.",
                hint="Ask for fewer scopes, so that the ID token is smaller.",
                code="storage.too_large",
            )
        return value

    def _bytes(self, data: bytes) -> None:
        self._texts += _length(len(data))
        self._raw += data


class _Reader:
    """Reads what `_Writer` wrote, in the same order."""

    def __init__(self, data: bytes) -> None:
        if not data or data[0] != FORMAT:
            raise UnpackError("a session of another format")
        if len(data) > MAX_PACKED:
            raise UnpackError("too large a session")
        size, start = _read_length(data, 1)
        decompressor = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_DICTIONARY)
        self._texts = decompressor.decompress(data[start : start + size], MAX_TEXT + 1)
        if not decompressor.eof or decompressor.unused_data or start + size > len(data):
            raise UnpackError("a session cut short, or too large")
        self._raw = data[start + size :]
        self._at = 0
        self._raw_at = 0

    def text(self) -> bytes:
        size, start = _read_length(self._texts, self._at)
        self._at = start + size
        return _slice(self._texts, start, size)

    def value(self) -> str:
        kind = self._texts[self._at]
        self._at += 1
        if kind == _JWT:
            header, payload, signature = self.text(), self.text(), self._bytes()
            return f"{encode_base64url(header)}.{encode_base64url(payload)}.{encode_base64url(signature)}"
        if kind == _RANDOM:
            return encode_base64url(self._bytes())
        if kind == _TEXT:
            return self.text().decode()
        raise UnpackError("not a session of this format")

    def end(self) -> None:
        if self._at != len(self._texts) or self._raw_at != len(self._raw):
            raise UnpackError("a session with something after its end")

    def _bytes(self) -> bytes:
        size, self._at = _read_length(self._texts, self._at)
        data = _slice(self._raw, self._raw_at, size)
        self._raw_at += size
        return data


def _slice(data: bytes, start: int, size: int) -> bytes:
    if start + size > len(data):
        raise UnpackError("a session cut short")
    return data[start : start + size]


def _length(size: int) -> bytes:
    """A length in seven bits a byte, the lowest first."""
    if size < 0x80:
        return _SHORT[size]
    found = bytearray()
    while size > 0x7F:
        found.append(size & 0x7F | 0x80)
        size >>= 7
    found.append(size)
    return bytes(found)


def _read_length(data: bytes, at: int) -> tuple[int, int]:
    size = data[at]
    if size < 0x80:
        return size, at + 1
    size = shift = 0
    while True:
        byte = data[at]
        at += 1
        size |= (byte & 0x7F) << shift
        if byte < 0x80:
            return size, at
        shift += 7
        if shift > 21:
            raise UnpackError("not a session of this format")
