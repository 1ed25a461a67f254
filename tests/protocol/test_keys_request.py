"""Where the provider's keys come from."""

import pytest

from logto.errors import UnexpectedResponseError
from logto.models.metadata import OidcProviderMetadata
from logto.protocol.http import HttpResponse
from logto.protocol.keys_request import keys_request, read_keys
from tests.flows.dialogue import JWKS
from tests.flows.honest_provider import KEYS, metadata

PROVIDER = OidcProviderMetadata(**metadata())


def test_keys_are_asked_for_where_the_metadata_says():
    """A GET of `jwks_uri`; the answer's content type does not matter."""
    request = keys_request(PROVIDER)

    assert (request.method, request.url) == ("GET", JWKS)
    assert "key-1" in repr(read_keys(request, HttpResponse(200, {}, KEYS.body)))


@pytest.mark.parametrize(
    "response", [HttpResponse(200, {}, b"<html>"), HttpResponse(200, {}, b"{}"), HttpResponse(404, {}, KEYS.body)]
)
def test_what_is_no_key_set_is_refused(response):
    """HTML, an object without keys, and a good body with a bad status."""
    with pytest.raises(UnexpectedResponseError) as caught:
        read_keys(keys_request(PROVIDER), response)

    assert caught.value.url == JWKS
