"""The authorization request and its URL; the callback's cases are in tests/rejections."""

import pytest

from logto.errors import SignInSessionInvalidError
from logto.protocol.authorization import (
    check_callback,
    read_callback,
    same_state,
    with_query,
)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://a/auth", "https://a/auth?x=1+2&y=%26"),
        ("https://a/auth?", "https://a/auth?x=1+2&y=%26"),
        ("https://a/auth?tenant=b", "https://a/auth?tenant=b&x=1+2&y=%26"),
    ],
)
def test_parameters_join_a_query_that_is_there(url, whole):
    """An endpoint's own query stays (RFC 6749, 3.1)."""
    assert with_query(url, [("x", "1 2"), ("y", "&")]) == whole


def test_a_callback_s_secrets_are_in_no_repr():
    """Neither code nor state nor the URL is shown."""
    callback = read_callback("https://me/cb?code=c0de&state=st4te&iss=i")

    assert repr(callback) == "Callback(iss='i', error=None, error_description='')"


def test_states_are_compared_whole():
    """A prefix is not the state, nor is a state with more behind it."""
    callback = read_callback("https://me/cb?state=st4te")

    assert [same_state(callback, state) for state in ("st4te", "st4t", "st4tex", "")] == [True, False, False, False]


@pytest.mark.parametrize(("state", "checked"), [("st4te", True), ("other", False)])
def test_a_callback_is_checked_against_its_own_sign_in(state, checked):
    """Whoever asks for the check, a callback with another state yields nothing to exchange."""
    callback = read_callback("https://me/cb?code=c0de&state=st4te")
    sign_in = {"code_verifier": "v", "redirect_uri": "https://me/cb", "issuer": "https://a", "iss_promised": False}

    try:
        code = check_callback(callback, state=state, **sign_in).code
    except SignInSessionInvalidError as error:
        code = error.code

    assert code == ("c0de" if checked else "sign_in_session.state_mismatch")


def test_a_redirect_uri_with_other_letters_fits_however_it_is_written():
    """Frameworks show a callback's path decoded where the redirect URI has it percent-encoded: both are one place."""
    for shown in ("https://me.example/r%C3%BCckkehr", "https://me.example/r\u00fcckkehr"):
        checked = check_callback(
            read_callback(f"{shown}?state=s&code=c"),
            state="s",
            code_verifier="v",
            redirect_uri="https://me.example/r%C3%BCckkehr",
            issuer="https://i.example",
            iss_promised=False,
        )
        assert checked.redirect_uri == "https://me.example/r%C3%BCckkehr"
