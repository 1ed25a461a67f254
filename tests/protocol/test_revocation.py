"""Revoking a token."""

from logto.models.metadata import OidcProviderMetadata
from logto.protocol.revocation import revocation_request
from tests.flows.dialogue import REVOCATION, config, fields
from tests.flows.honest_provider import metadata

PROVIDER = OidcProviderMetadata(**metadata())
POOR = OidcProviderMetadata(**metadata(revocation_endpoint=...))


def test_a_revocation_is_authenticated_and_short():
    """The token and its kind in the form, the secret in the header, the time limit on the request."""
    request = revocation_request("rt-1", config=config(), metadata=PROVIDER, timeout=2.0)

    assert (request.url, request.timeout) == (REVOCATION, 2.0)
    assert fields(request) == {"token": "rt-1", "token_type_hint": "refresh_token"}
    assert request.headers["authorization"].startswith("Basic ")
    assert "rt-1" in request.confidential
    assert revocation_request("rt-1", config=config(), metadata=POOR, timeout=2.0) is None
