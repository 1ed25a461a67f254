"""What a provider says of itself."""

import pytest
from pydantic import ValidationError

from logto import OidcProviderMetadata
from tests.flows.honest_provider import metadata


def test_what_is_not_said_has_the_specification_s_meaning():
    """Defaults of Discovery 3 and RFC 8414: RS256, client_secret_basic, no promise of `iss`."""
    minimal = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    found = OidcProviderMetadata(**dict.fromkeys(minimal, "https://x.example"))

    assert found.id_token_signing_alg_values_supported == ["RS256"]
    assert found.token_endpoint_auth_methods_supported == ["client_secret_basic"]
    assert found.authorization_response_iss_parameter_supported is False
    assert found.end_session_endpoint is None


def test_unknown_members_are_kept_and_readable():
    """Nothing the server says is dropped."""
    assert OidcProviderMetadata(**metadata(op_policy_uri="https://x.example")).op_policy_uri == "https://x.example"


@pytest.mark.parametrize("wrong", [{"issuer": 1}, {"jwks_uri": ["x"]}, {"scopes_supported": "openid"}])
def test_a_member_of_another_type_is_refused(wrong):
    """Types are taken strictly: a number is no address, a text no list."""
    with pytest.raises(ValidationError):
        OidcProviderMetadata(**metadata(**wrong))


def test_it_cannot_be_changed():
    """All users of a client share it."""
    with pytest.raises(ValidationError):
        OidcProviderMetadata(**metadata()).issuer = "x"
