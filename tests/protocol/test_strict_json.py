"""Covers protocol/strict_json.py; what tokens must not contain is in tests/rejections."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.protocol.strict_json import MAX_DEPTH, MAX_DIGITS, MAX_VALUES, parse_object, parse_value

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(derandomize=True, max_examples=200)
@given(st.dictionaries(st.text(), VALUES, max_size=5), st.booleans())
def test_honest_objects_are_read(value, escaped):
    """Whatever object JSON can hold is read as it was written, with escapes or without."""
    assert parse_object(json.dumps(value, ensure_ascii=escaped).encode()) == value


@settings(derandomize=True, max_examples=500)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,\\u0d8-+e.1tfn ', max_size=40).map(str.encode))
def test_nothing_but_a_value_error(text):
    """Any bytes are an object or a ValueError."""
    try:
        value = parse_object(text)
    except ValueError:
        return
    assert isinstance(value, dict)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"[]", "is not a JSON object"),
        (b"secret", "is not JSON in UTF-8"),
        (b'{"secret": 1, "secret": 1}', "has a member twice"),
        (b'{"secret": "\\udc00"}', "has half a surrogate pair in a string"),
        (b'{"secret": 1e999}', "has a number without a finite value"),
        (b'{"secret": NaN}', "has the number NaN, which JSON does not know"),
        (b'{"secret": ' + b"1" * (MAX_DIGITS + 1) + b"}", "has an integer of too many digits"),
        (b'{"secret":[' + b"1," * MAX_VALUES + b"1]}", "has too many values"),
        (b'{"secret":[' + b"[]," * (MAX_VALUES // 2) + b"[]]}", "has too many values"),
        (b'{"secret":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), "is nested too deeply"),
        (b'{"secret":' + b"[" * 50_000, "is not JSON in UTF-8"),
        (b'{"secret":' + b"[" * 50_000 + b"]" * 50_000 + b"}", "is not JSON in UTF-8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_reasons(text, reason):
    """The error says what is wrong, and quotes nothing."""
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse_object(text)


def test_the_bounds_themselves_are_allowed():
    """The most levels and digits that are allowed are read, and escaped surrogate pairs are characters."""
    deep = b'{"a":' * MAX_DEPTH + b"1" * MAX_DIGITS + b"}" * MAX_DEPTH

    assert parse_object(deep)["a"]
    assert parse_object(b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}


@pytest.mark.parametrize("value", [[], [{"a": 1}], "text", 7, None, True, {"a": []}])
def test_values_of_other_kinds_are_read_where_they_are_expected(value):
    """Lists, texts and the rest by `parse_value`; only objects by `parse_object`."""
    text = json.dumps(value).encode()

    assert parse_value(text) == value
    if not isinstance(value, dict):
        with pytest.raises(ValueError, match="not a JSON object"):
            parse_object(text)


@pytest.mark.parametrize("text", [b'[{"a": 1, "a": 2}]', b"[NaN]", b"[1e999]", b'["\\ud800"]', b"[" * 200 + b"]" * 200])
def test_lists_are_read_as_strictly(text):
    """What makes an object untrustworthy makes a list so."""
    with pytest.raises(ValueError, match=r"\w"):
        parse_value(text)
