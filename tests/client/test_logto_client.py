"""Both clients against local Logto, over real connections."""

import pytest

from logto.testing.plugin import REDIRECT_URI


@pytest.mark.anyio
async def test_the_guide_s_calls_on_local_logto(logto_server, logto_async_client):
    """Sign in, claims, user info, tokens for a resource and an organization, sign out; as the guide writes them."""
    client = logto_async_client
    resource = logto_server.resources[0]
    acme = logto_server.organizations["Acme"]

    async with client:
        url = await client.signIn(redirectUri=REDIRECT_URI, interactionMode="signUp")
        await client.handleSignInCallback(logto_server.sign_in(url, "alice"))
        assert client.isAuthenticated() is True
        assert (await client.getIdTokenClaims()).sub == logto_server.users["alice"].id
        assert (await client.fetchUserInfo()).custom_data == {"plan": "gold"}
        assert (await client.getAccessTokenClaims(resource)).aud == resource
        assert "read" in (await client.getAccessTokenClaims(resource)).scope.split()
        assert "org:write" in (await client.getOrganizationTokenClaims(acme)).scope.split()
        assert (await client.signOut(postLogoutRedirectUri="http://localhost:3000/")).startswith(logto_server.issuer)
        assert client.isAuthenticated() is False


def test_a_token_is_refreshed_once_when_the_hour_is_over(logto_server, alice):
    """After the token's hour, by the client's clock, one request brings a new one."""
    resource = logto_server.resources[0]
    first = alice.get_access_token(resource)
    before = logto_server.count("POST", "/oidc/token")
    logto_server.clock.advance(3600)
    assert alice.get_access_token(resource) == first

    context = alice._context  # noqa: SLF001 - the client's clock has no other way in once it is made
    now = context.now
    object.__setattr__(context, "now", lambda: now() + 3600)

    assert alice.get_access_token(resource) != first
    assert logto_server.count("POST", "/oidc/token") == before + 1
