"""Token exchange against local Logto: impersonation, personal access tokens, an actor."""

import pytest

from logto import LogtoSyncClient, MemoryStorage, NotAMemberError, ResourceNotGrantedError, TokenRequestError
from logto.protocol.access_token import read_access_token
from logto.server.seed_file import check
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.client.machine_seed import APP_ID, ORGANIZATION, RESOURCE, SECRET, SEED, WEB_APP_ID, WEB_SECRET
from tests.client.test_machine import COLOURS, Program

BASE = "http://localhost:3000/callback"


@pytest.fixture(scope="module")
def server():
    """A local Logto with an application that may exchange tokens."""
    with LocalLogto(seed=check(SEED)) as local:
        yield LogtoServer(local)


@pytest.fixture(scope="module")
def alice(server):
    """Her id."""
    return server.users["alice"].id


@pytest.fixture(params=COLOURS)
def program(request, server):
    """A program that may exchange tokens."""
    return Program(request.param, server.config(app_id=APP_ID, app_secret=SECRET))


def refused(program, *arguments, **kwargs):
    """The error that an exchange ends with."""
    with pytest.raises(TokenRequestError) as caught:
        program.do("exchange_token", *arguments, **kwargs)
    return caught.value


def test_a_program_acts_in_a_users_name_once(program, server, alice):
    """The new token is the user's, for the resource, with the user's scopes; the subject token is good once."""
    subject = server.create_subject_token(alice)
    tokens = program.do("exchange_token", subject, resource=RESOURCE, scopes=["read", "write"])
    claims = read_access_token(tokens.access_token)

    assert (claims.sub, claims.aud, claims.client_id, claims.scope) == (alice, RESOURCE, APP_ID, "read")
    assert (tokens.refresh_token, tokens.id_token, tokens.expires_in) == (None, None, 3600)
    assert refused(program, subject, resource=RESOURCE).code == "token_request.subject_refused"


def test_a_personal_access_token_is_exchanged_again_and_again(program, server, alice):
    """Until it is deleted; for a resource, an organization, or neither."""
    token = server.create_personal_access_token(alice, f"for {program.colour}")
    resource = program.do("exchange_token", token, resource=RESOURCE, scopes="read")
    organization = program.do("exchange_token", token, organization_id=ORGANIZATION, scopes="org:read")
    opaque = program.do("exchange_token", token)

    assert read_access_token(resource.access_token).sub == alice
    assert read_access_token(organization.access_token).aud == f"urn:logto:organization:{ORGANIZATION}"
    assert organization.scope == "org:read"
    assert "." not in opaque.access_token


def test_an_actor_is_named_in_the_token(program, server, alice):
    """Who acts stands in `act`, beside the user in whose name."""
    config = server.config(app_id=WEB_APP_ID, app_secret=WEB_SECRET)
    with LogtoSyncClient(config, MemoryStorage()) as client:
        client.handle_sign_in_callback(server.sign_in(client.sign_in(BASE), "alice"))
        actor = client.get_access_token()
    subject = server.create_subject_token(alice)
    tokens = program.do("exchange_token", subject, actor_token=actor, resource=RESOURCE)

    assert read_access_token(tokens.access_token).act == {"sub": alice}


def test_a_users_access_token_of_another_application_is_exchanged(program, server, alice):
    """What a web application was given becomes a token for another API."""
    config = server.config(app_id=WEB_APP_ID, app_secret=WEB_SECRET)
    with LogtoSyncClient(config, MemoryStorage()) as client:
        client.handle_sign_in_callback(server.sign_in(client.sign_in(BASE), "alice"))
        tokens = program.do("exchange_token", client.get_access_token(), resource=RESOURCE, scopes=["read"])

    assert read_access_token(tokens.access_token).sub == alice


def test_what_is_refused_is_typed(program, server, alice):
    """A foreign organization, an unknown resource, a token that is none, an application that may not."""
    token = server.create_personal_access_token(alice, f"refused {program.colour}")
    other = Program(program.colour, server.config(app_id=WEB_APP_ID, app_secret=WEB_SECRET))

    assert isinstance(refused(program, token, organization_id="elsewhere"), NotAMemberError)
    assert isinstance(refused(program, token, resource="https://nobody.example"), ResourceNotGrantedError)
    assert refused(program, "pat_nobody").code == "token_request.subject_refused"
    assert refused(other, token).code == "token_request.grant_not_allowed"
