"""What tests of applications have at hand: lifetimes, rotation, faults, and back-channel logout."""

import pytest

from logto import TransportError
from logto.errors import SessionEndedError, UnexpectedResponseError

RESOURCE = "https://shopping.your-app.com/api"


def test_the_sample_application_is_configured_unless_another_is_named(logto_server, alice):
    """`configure` changes what the next tokens are like; `configure_resource` those of one resource."""
    logto_server.configure(logto_server.second_config().app_id, accessTokenTtl=3)
    logto_server.configure(accessTokenTtl=9)
    claims = alice.get_access_token_claims(RESOURCE)
    assert claims.exp - claims.iat == 9
    logto_server.configure(accessTokenTtl=None)
    logto_server.configure_resource(logto_server.resources[1], accessTokenTtl=4)
    claims = alice.get_access_token_claims(logto_server.resources[1])
    assert claims.exp - claims.iat == 4


def test_strict_rotation_is_a_switch(logto_server, logto_client):
    """Every refresh replaces the token; a lost answer costs the session at once."""
    logto_server.rotate_strictly()
    logto_client.handle_sign_in_callback(logto_server.sign_in(logto_client.sign_in("http://localhost:3000/callback")))
    logto_client.get_access_token(RESOURCE)
    with logto_server.faults.drop_after_processing("/oidc/token", times=1), pytest.raises(TransportError):
        logto_client.get_access_token(logto_server.resources[1])
    with pytest.raises(SessionEndedError):
        logto_client.get_access_token(logto_server.resources[1])


def test_faults_are_at_hand(logto_server, alice):
    """A 503 is an error that ends nothing; the next try works."""
    with logto_server.faults.fail("/oidc/token", 503, times=1) as fault, pytest.raises(UnexpectedResponseError):
        alice.get_access_token(RESOURCE)
    assert fault.hits == 1
    assert alice.get_access_token(RESOURCE)
