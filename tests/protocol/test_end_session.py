"""Where the browser goes to be signed out."""

import pytest

from logto.errors import ConfigurationError
from logto.models.metadata import OidcProviderMetadata
from logto.protocol.end_session import end_session_url
from tests.flows.dialogue import ISSUER
from tests.flows.honest_provider import metadata

PROVIDER = OidcProviderMetadata(**metadata())
POOR = OidcProviderMetadata(**metadata(end_session_endpoint=...))


def test_the_end_of_the_session_names_the_application_and_no_token():
    """`client_id` and the return address, encoded; no ID token that would end up in a history."""
    url = end_session_url(client_id="a b", post_logout_redirect_uri="https://me/?x=1&y", metadata=PROVIDER)

    assert url == f"{ISSUER}/session/end?client_id=a+b&post_logout_redirect_uri=https%3A%2F%2Fme%2F%3Fx%3D1%26y"
    assert end_session_url(client_id="a", metadata=PROVIDER) == f"{ISSUER}/session/end?client_id=a"
    with pytest.raises(ConfigurationError):
        end_session_url(client_id="a", metadata=POOR)
