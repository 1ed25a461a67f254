"""How the application proves who it is."""

from base64 import b64decode

import pytest

from logto.errors import ConfigurationError
from logto.models.metadata import OidcProviderMetadata
from logto.protocol.client_auth import authenticated_form
from tests.flows.dialogue import config, fields
from tests.flows.honest_provider import metadata
from tests.rejections.mint import CLIENT_ID


def request(methods, **settings):
    """A form in the application's name, at a provider that offers these methods."""
    offered = OidcProviderMetadata(**metadata(token_endpoint_auth_methods_supported=methods))
    return authenticated_form("https://a/token", {"a": "b"}, config=config(**settings), metadata=offered)


def test_basic_is_preferred_and_never_sent_beside_the_form():
    """One method a request (RFC 6749, 2.3); both halves form-encoded, so that a colon cannot mislead."""
    asked = request(["client_secret_post", "client_secret_basic"], app_secret="a:b c%é")

    scheme, _, pair = asked.headers["authorization"].partition(" ")
    assert (scheme, b64decode(pair).decode()) == ("Basic", f"{CLIENT_ID}:a%3Ab+c%25%C3%A9")
    assert fields(asked) == {"a": "b"}


def test_post_is_used_where_basic_is_not_offered():
    """Id and secret are in the form, and no header is."""
    asked = request(["client_secret_post"], app_secret="s")

    assert fields(asked) == {"a": "b", "client_id": CLIENT_ID, "client_secret": "s"}
    assert "authorization" not in asked.headers


@pytest.mark.parametrize("methods", [["none"], ["client_secret_basic"], []])
def test_a_public_client_names_itself_only(methods):
    """Without a secret, the id is in the form, whatever is offered."""
    asked = request(methods, app_secret=None)

    assert fields(asked) == {"a": "b", "client_id": CLIENT_ID}
    assert "authorization" not in asked.headers


def test_a_provider_without_a_usable_method_is_a_configuration_error():
    """private_key_jwt alone cannot be served; the hint names the setting."""
    with pytest.raises(ConfigurationError) as caught:
        request(["private_key_jwt"], app_secret="s")

    assert "`app_secret`" in caught.value.hint


@pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_post"]])
def test_the_secret_is_confidential_and_in_no_repr(methods):
    """The request knows what no message may repeat."""
    asked = request(methods, app_secret="hush hush")

    assert "hush hush" in asked.confidential
    assert "hush" not in repr(asked)
