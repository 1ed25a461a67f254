"""What tests of applications have at hand: lifetimes, rotation, faults, and back-channel logout."""

import httpx2
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


def test_tokens_about_a_user_can_be_made(logto_server):
    """A subject token and a personal access token of a sample user are exchanged for tokens about that user."""
    seeded, alice = logto_server.local.seeded, logto_server.users["alice"].id
    personal = logto_server.create_personal_access_token(alice, "laptop", logto_server.clock.now() + 60)
    kinds = {
        "urn:ietf:params:oauth:token-type:access_token": logto_server.create_subject_token(alice, {"ticket": 7}),
        "urn:logto:token-type:personal_access_token": personal,
    }
    for kind, token in kinds.items():
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": token,
            "subject_token_type": kind,
            "scope": "openid",
        }
        basic = (seeded["m2mAppId"], seeded["m2mAppSecret"])
        opaque = httpx2.post(f"{logto_server.issuer}/token", data=form, auth=basic).json()["access_token"]
        headers = {"Authorization": f"Bearer {opaque}"}
        assert httpx2.get(f"{logto_server.issuer}/me", headers=headers).json() == {"sub": alice}
