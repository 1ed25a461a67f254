"""Covers protocol/base64url.py."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.protocol.base64url import decode_base64url


@settings(derandomize=True, max_examples=200)
@given(st.binary(max_size=200))
def test_every_value_has_one_spelling(octets):
    """What base64url encodes is decoded to the same bytes."""
    assert decode_base64url(base64.urlsafe_b64encode(octets).rstrip(b"=").decode()) == octets


@settings(derandomize=True, max_examples=500)
@given(st.text(max_size=20) | st.text(alphabet="AQgwz-_+/= \n", max_size=8))
def test_what_is_decoded_was_encoded(text):
    """Text is either refused with a ValueError, or is exactly what encoding its bytes gives."""
    try:
        octets = decode_base64url(text)
    except ValueError:
        return
    assert base64.urlsafe_b64encode(octets).rstrip(b"=").decode() == text


@pytest.mark.parametrize(
    "text", ["A", "AA=", "AA==", "AB", "AAB", "A A", "AAAA\n", "AA+A", "AA/A", "\u00e9AAA", "\ud800"]
)
def test_refused(text):
    """Padding, white space, the other alphabet, spare bits and anything that is not ASCII are refused, unquoted."""
    with pytest.raises(ValueError, match=r"^is not base64url$"):
        decode_base64url(text)
