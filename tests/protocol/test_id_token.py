"""Covers protocol/id_token.py; the refusals, one by one, are in tests/rejections."""

import json
import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.errors import LogtoException, StorageError
from logto.models.claims import IdTokenClaims
from logto.protocol.id_token import VerifiedIdToken, read_id_token
from tests.protocol.test_strict_json import VALUES
from tests.rejections.mint import NONCE, base64url, claims, key, key_set, mint, verify


def test_a_verified_token_is_itself_and_its_claims():
    """A token that passed is kept as it came, beside what it says."""
    token = mint(claims(name="Alice"))
    verified = verify(token)

    assert verified.raw == token
    assert verified.claims.model_dump(exclude_unset=True) == claims(name="Alice")
    assert token not in repr(verified)


def test_proof_cannot_be_made():
    """A verified ID token comes from verifying one, and from nothing else."""
    with pytest.raises(TypeError):
        VerifiedIdToken(mint(), IdTokenClaims.model_validate(claims()), object())


def test_issuer_and_audience_come_before_the_key():
    """A token for somebody else is refused as such, and does not make anyone look for its key."""
    for changes, claim in (({"iss": "https://other.example"}, "iss"), ({"aud": "other"}, "aud")):
        with pytest.raises(LogtoException) as caught:
            verify(mint(claims(**changes), header={"kid": "unknown"}))
        assert (caught.value.code, caught.value.claim) == ("token.claim_invalid", claim)


def test_signature_comes_before_times_and_nonce():
    """Of a token that nobody signed, no further claim is judged."""
    with pytest.raises(LogtoException) as caught:
        verify(mint(claims(exp=1, nonce="x"), sign=bytes))
    assert caught.value.code == "token.signature_invalid"


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["iss", "sub", "aud", "exp", "iat", "nbf", "azp", "auth_time", "at_hash", "nonce", "sid", "name"]
        )
        | st.text(max_size=3),
        VALUES,
        min_size=1,
    )
)
def test_any_claims(changes):
    """Whatever a token says that was really signed, it is accepted as said, or refused with an exception of ours."""
    said = {**claims(), **changes}
    try:
        verified = verify(mint(said), max_age=300, access_token="x")
    except LogtoException:
        return
    assert {name: said[name] for name in ("iss", "aud", "nonce")} == {
        name: claims()[name] for name in ("iss", "aud", "nonce")
    }
    assert verified.claims.sub == said["sub"]


def test_errors_hold_no_token_and_no_nonce():
    """Neither message, attributes nor traceback text of a refusal repeat the token or the nonce."""
    for token in (mint(claims(nonce="other")), mint(sign=bytes), mint(b"[]"), mint(header={"kid": "unknown"})):
        with pytest.raises(LogtoException) as caught:
            verify(token)
        told = f"{caught.value.__dict__}{''.join(traceback.format_exception(caught.value))}"
        assert not any(part in told for part in (token, token.split(".")[1], NONCE))


def test_reading_what_was_stored():
    """The claims of a stored token are those that were verified."""
    verified = verify(mint(claims(name="Zo\u00eb", custom_data={"a": [1]})))

    assert read_id_token(verified.raw) == verified.claims


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "x",
        "a.b.c",
        "..",
        None,
        7,
        mint().encode(),
        mint(b"[]"),
        mint(b"{}"),
        mint(claims(sub=...)),
        mint(claims(exp="soon")),
        mint(b'{"a":' + b"[" * 5000),
        f"x.{base64url(bytes([255]))}.x",
        "\ud800.\ud800.\ud800",
    ],
    ids=range(14),
)
def test_reading_what_was_not_stored(stored):
    """Anything else under the token's key is an error about the storage, which does not repeat it."""
    with pytest.raises(StorageError) as caught:
        read_id_token(stored)

    assert caught.value.code == "storage.unreadable"
    assert not stored or str(stored) not in str(caught.value) or len(str(stored)) < 3


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.text(max_size=60) | VALUES.map(lambda value: f"x.{base64url(json.dumps(value).encode())}.x"))
def test_reading_anything(stored):
    """Reading whatever a storage returns ends with claims or with an error about the storage."""
    try:
        read = read_id_token(stored)
    except StorageError:
        return
    assert isinstance(read, IdTokenClaims)


def test_one_key_set_for_many_verifications():
    """Verifying does not change the key set: it can be used again, after a refusal too."""
    keys = key_set(key())
    with pytest.raises(LogtoException):
        verify(mint(header={"kid": "unknown"}), keys)

    assert [verify(mint(), keys).claims.sub for _ in range(3)] == [claims()["sub"]] * 3
