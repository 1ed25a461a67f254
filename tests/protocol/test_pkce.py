"""The secrets of one sign-in."""

import base64
import hashlib

import pytest

from logto.protocol.base64url import encode_base64url
from logto.protocol.pkce import SignInSecrets, derive_secrets

SEED = encode_base64url(bytes(range(32)))
WHOSE = {"issuer": "https://a/oidc", "client_id": "app", "redirect_uri": "https://me/cb"}


def test_one_seed_gives_three_independent_secrets_each_time():
    """State, nonce and verifier are 43 characters each, all different, and the same again."""
    one = derive_secrets(SEED, **WHOSE)

    assert one == derive_secrets(SEED, **WHOSE)
    assert len({one.state, one.nonce, one.code_verifier, SEED}) == 4
    assert {len(secret) for secret in (one.state, one.nonce, one.code_verifier)} == {43}


@pytest.mark.parametrize("name", WHOSE)
def test_another_configuration_derives_other_secrets(name):
    """A seed is bound to issuer, application and redirect URI: all three secrets change with each."""
    one, other = derive_secrets(SEED, **WHOSE), derive_secrets(SEED, **{**WHOSE, name: f"{WHOSE[name]}x"})

    assert len({one.state, one.nonce, one.code_verifier, other.state, other.nonce, other.code_verifier}) == 6


def test_the_challenge_is_s256_of_the_verifier():
    """RFC 7636, appendix B: its verifier has its challenge."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert SignInSecrets("s", "n", verifier).code_challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    ours = derive_secrets(SEED, **WHOSE)
    digest = hashlib.sha256(ours.code_verifier.encode()).digest()
    assert ours.code_challenge == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.mark.parametrize("seed", ["", "x", SEED[:-1], f"{SEED}A", f"{SEED}=", "é" * 43])
def test_what_is_no_seed_is_refused(seed):
    """Too short, too long, padded, of another alphabet."""
    with pytest.raises(ValueError, match=r"not a seed|not base64url"):
        derive_secrets(seed, **WHOSE)


def test_no_secret_is_in_the_repr():
    """None of the three is shown."""
    assert repr(derive_secrets(SEED, **WHOSE)) == "SignInSecrets()"
