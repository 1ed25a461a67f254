"""Access tokens as local Logto issues them, to people and to programs, verified as an API does."""

import pytest

from logto import (
    AccessTokenSyncVerifier,
    ApiSyncGuard,
    InsufficientScopeError,
    Introspection,
    InvalidTokenError,
    LogtoMachineSyncClient,
    LogtoSyncClient,
    MemoryStorage,
    TokenRequirement,
)
from logto.models.scopes import UserInfoScope
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer

CALLBACK = "http://localhost:3000/callback"
SCOPES = (*UserInfoScope, "read", "write", "org:read", "org:write")


@pytest.fixture(scope="module")
def server():
    """One local Logto for these tests."""
    with LocalLogto() as local:
        yield LogtoServer(local)


@pytest.fixture(scope="module")
def api(server):
    """The API's identifier."""
    return server.resources[0]


@pytest.fixture(scope="module")
def acme(server):
    """An organization's id."""
    return server.organizations["Acme"]


def signed_in(server):
    """A client with alice signed in."""
    client = LogtoSyncClient(server.config(scopes=SCOPES, resources=server.resources), MemoryStorage())
    client.handle_sign_in_callback(server.sign_in(client.sign_in(CALLBACK)))
    return client


@pytest.fixture(scope="module")
def alice(server):
    """A client with alice signed in, for all of them."""
    return signed_in(server)


@pytest.fixture
def verifier(server, api):
    """What the API verifies with, cold."""
    with AccessTokenSyncVerifier(server.endpoint, audience=api) as made:
        yield made


def test_a_person_s_token(verifier, alice, server, api):
    """It says who, through which application, and what they may do."""
    claims = verifier.verify(alice.get_access_token(api), scopes=["read"], any_scope=["write", "admin"])

    assert (claims.sub, claims.client_id) == (server.users["alice"].id, alice.config.app_id)
    assert (claims.scopes, claims.is_machine, claims.organization_id) == ({"read", "write"}, False, None)


def test_a_person_s_token_within_an_organization(verifier, alice, api, acme):
    """The organization is the token's, and another one is refused."""
    token = alice.get_access_token(api, acme)

    assert verifier.verify(token, organization_id=acme).organization_id == acme
    with pytest.raises(InsufficientScopeError):
        verifier.verify(token, organization_id="beta")


def test_an_organization_s_token(verifier, alice, server, acme):
    """It is for an API that takes organizations' tokens, and for no other."""
    token = alice.get_organization_token(acme)
    for audience, organizations in ((), True), (f"urn:logto:organization:{acme}", False):
        with AccessTokenSyncVerifier(server.endpoint, audience, organizations=organizations) as ours:
            assert ours.verify(token, scopes="org:read").organization_id == acme
    with pytest.raises(InvalidTokenError) as caught:
        verifier.verify(token)
    assert "organizations=True" in caught.value.hint


def test_a_program_s_token(verifier, server, api):
    """It says that nobody is behind it."""
    seeded = server.local.seeded
    config = server.config(app_id=seeded["m2mAppId"], app_secret=seeded["m2mAppSecret"])
    with LogtoMachineSyncClient(config) as machine:
        claims = verifier.verify(machine.get_access_token(api, scopes=["read"]))

    assert (claims.is_machine, claims.sub, claims.scopes) == (True, seeded["m2mAppId"], {"read"})


def test_other_tokens_of_the_same_person(verifier, alice, server):
    """ID token, refresh token, opaque token, and a token for another API open nothing."""
    others = [alice.get_id_token(), alice.get_refresh_token(), alice.get_access_token()]
    for token in (*others, alice.get_access_token(server.resources[1])):
        with pytest.raises(InvalidTokenError):
            verifier.verify(token)


def test_an_opaque_token_asked_about(alice, server, api):
    """Only with introspection, only of the applications named, and never a refresh token."""
    config = alice.config
    us = Introspection(config.app_id, config.app_secret)
    with AccessTokenSyncVerifier(server.endpoint, api, introspection=us) as ours:
        assert ours.verify(alice.get_access_token(), scopes=["profile"]).sub == server.users["alice"].id
        with pytest.raises(InvalidTokenError):
            ours.verify(alice.get_refresh_token())
        with pytest.raises(InvalidTokenError):
            ours.verify("x" * 43)


def test_a_guarded_api(verifier, alice, api):
    """From the header to the claims, and to a 403 that names the missing scope."""
    guard = ApiSyncGuard(verifier)
    header = f"Bearer {alice.get_access_token(api)}"

    assert guard.check([header], TokenRequirement(scopes="read")).scopes == {"read", "write"}
    with pytest.raises(InsufficientScopeError) as caught:
        guard.check([header], TokenRequirement(scopes="delete"))
    assert guard.answer(caught.value).status == 403


def test_keys_are_rotated(verifier, alice, server, api):
    """At the first try: to another key of the same kind, and to one of another kind; known tokens stay good meanwhile."""
    before = alice.get_access_token(api)
    assert verifier.verify(before)
    for algorithm in ("ES384", "RS256"):
        server.local.world.rotate_keys(algorithm)
        assert verifier.verify(signed_in(server).get_access_token(api)).sub == server.users["alice"].id
    with pytest.raises(InvalidTokenError):
        verifier.verify(before)  # two rotations later its key is published no more (LOGTO.md 3.1)
