"""How long an access token is handed out."""

import pytest

from logto.flows.token_cache import cached_token
from logto.models.token import TokenResponse
from tests.rejections.mint import CLIENT_ID, ISSUER, NOW, mint


def response(access_token="opaque", expires_in=None):
    """A token response."""
    return TokenResponse(access_token=access_token, token_type="Bearer", expires_in=expires_in)


@pytest.mark.parametrize(
    ("expires_in", "lives"), [(3600, 3540), (600, 540), (300, 270), (1, 0.9), (0, 0), (34_560_000, 34_559_940)]
)
def test_the_margin_is_a_minute_or_a_tenth(expires_in, lives):
    """A token is handed out until min(60 s, 10 %) before its end, and not at that moment."""
    token = cached_token(response(expires_in=expires_in), NOW)

    assert token.expires_at == NOW + lives
    assert token.is_live(NOW + lives - 0.01) is True
    assert token.is_live(NOW + lives) is False


def test_an_opaque_token_without_a_lifetime_is_kept_for_five_minutes():
    """Nobody said how long it lives: 300 s, less a tenth."""
    assert cached_token(response(), NOW).expires_at == NOW + 270


@pytest.mark.parametrize("skew", [-7200, 0, 7200])
def test_a_jwt_without_a_lifetime_says_its_own(skew):
    """Its length is exp - iat, whatever clock they were taken from."""
    issued = NOW + skew
    payload = {"iss": ISSUER, "sub": "a", "aud": "r", "client_id": CLIENT_ID, "jti": "1", "iat": issued}
    token = mint({**payload, "exp": issued + 600, "scope": ""}, header={"typ": "at+jwt"})

    assert cached_token(response(token), NOW).expires_at == NOW + 540
