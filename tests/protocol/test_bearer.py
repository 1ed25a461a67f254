"""Covers protocol/bearer.py."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto import InvalidRequestError, MissingTokenError, TokenError
from logto.protocol.bearer import read_bearer

TOKEN = "eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiJhIn0.c2ln-_~+/=="


@pytest.mark.parametrize(
    "value",
    [
        f"Bearer {TOKEN}",
        f"bearer {TOKEN}",
        f"BEARER {TOKEN}",
        f"Bearer    {TOKEN}",
        f"  Bearer {TOKEN} ",
        f"\tBearer {TOKEN}\t",
    ],
)
def test_one_token_in_its_place(value):
    """The scheme's case does not matter, nor do the spaces that the grammar allows."""
    assert read_bearer([value], "a=b&token=c&x_access_token=d") == TOKEN


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["   "],
        ["Basic YTpi"],
        [f"DPoP {TOKEN}"],
        [f"Bearer{TOKEN}"],
        [f"Bearer:{TOKEN}"],
        ["Token x"],
        [TOKEN],
    ],
    ids=repr,
)
def test_no_token(values):
    """Without a bearer token the answer is 401, with a challenge that names no error but says what is needed."""
    with pytest.raises(MissingTokenError) as caught:
        read_bearer(values, scope="read")

    assert (caught.value.status_code, caught.value.www_authenticate) == (401, 'Bearer scope="read"')


@pytest.mark.parametrize(
    ("values", "query"),
    [
        ([f"Bearer {TOKEN}", f"Bearer {TOKEN}"], ""),
        ([f"Bearer {TOKEN}", "Basic YTpi"], ""),
        (["", ""], ""),
        ([f"Bearer {TOKEN}, Bearer {TOKEN}"], ""),
        ([f"Bearer {TOKEN},"], ""),
        ([f"Bearer {TOKEN} {TOKEN}"], ""),
        (["Bearer"], ""),
        (["Bearer  "], ""),
        ([f"Bearer \t{TOKEN}"], ""),
        ([f"Bearer\t{TOKEN}"], ""),
        ([f"Bearer {TOKEN}\n"], ""),
        ([f"Bearer {TOKEN}\r\nX: y"], ""),
        ([f"Bearer \x00{TOKEN}"], ""),
        ([f"Bearer \u00a0{TOKEN}"], ""),
        ([f"Bearer\u2003{TOKEN}"], ""),
        ([f"Be\u0430rer {TOKEN}"], ""),
        ([f'Bearer "{TOKEN}"'], ""),
        (["Bearer a=b"], ""),
        (["Bearer " + "a" * 70_000], ""),
        ([f"Bearer {TOKEN}"], f"access_token={TOKEN}"),
        ([f"Bearer {TOKEN}"], "access_token"),
        ([], f"access_token={TOKEN}"),
        ([], f"a=b&access_token={TOKEN}&c=d"),
        ([], f"access%5Ftoken={TOKEN}"),
        ([], f"%61%63%63%65%73%73%5F%74%6F%6B%65%6E={TOKEN}"),
    ],
    ids=range(25),
)
def test_a_token_doubled_misplaced_or_malformed(values, query):
    """Whatever two readers could understand differently is 400 invalid_request, and shows nothing of what came."""
    with pytest.raises(InvalidRequestError) as caught:
        read_bearer(values, query)

    assert (caught.value.status_code, caught.value.oauth_error) == (400, "invalid_request")
    assert "eyJ" not in f"{caught.value}{caught.value!r}{vars(caught.value)}"


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    st.lists(st.text(max_size=40) | st.text(max_size=20).map(lambda text: f"Bearer {text}"), max_size=3),
    st.text(max_size=40),
)
def test_anything(values, query):
    """Whatever stands in the header and the query ends with a token that HTTP allows, or an exception of ours."""
    try:
        token = read_bearer(values, query)
    except TokenError:
        return
    assert token
    assert token.isascii()
    assert values[0].strip().lower().startswith("bearer ")
