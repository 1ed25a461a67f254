"""Bytes as text in a URL: base64url without padding (RFC 7515, appendix C), in the one spelling that they have."""

from __future__ import annotations

import binascii

# The standard decoder's alphabet, with what is not base64url turned into what is not base64 either.
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/***")

_TO_URL = bytes.maketrans(b"+/", b"-_")

# A last character that carries 2 or 4 bits has nothing in its others, or one value would have several spellings.
_LAST_CHARACTERS = {2: "AQgw", 3: "AEIMQUYcgkosw048"}


def decode_base64url(text: str) -> bytes:
    """The bytes that the text stands for.

    Raises:
        ValueError: It has padding, white space, other characters, or bits that belong to no byte.
    """
    rest = len(text) % 4
    if rest and text[-1] not in _LAST_CHARACTERS.get(rest, ""):
        raise ValueError("is not base64url")
    try:
        standard = text.encode("ascii").translate(_TO_STANDARD)
        return binascii.a2b_base64(standard + b"==="[rest - 1 :] if rest else standard, strict_mode=True)
    except ValueError:
        raise ValueError("is not base64url") from None


def encode_base64url(data: bytes) -> str:
    """The text that stands for the bytes."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")
