"""Getting and refreshing access tokens at npm's oidc-provider, which gives a new refresh token each time."""

import pytest

from logto import NoRefreshTokenError, ResourceNotGrantedError
from tests.interop.application import sign_in
from tests.interop.conftest import SHOPPING, STORE

TOKEN_REQUEST = "POST /token"
NEARLY_EXPIRED = 280.0
"""Seconds: the provider's access tokens live 300, and are renewed a little earlier."""


def test_token_for_a_resource(application, browser):
    """A resource's token is a JWT for that resource, with those of the scopes that the resource knows."""
    sign_in(application, browser)

    claims = application.do("get_access_token_claims", SHOPPING)

    assert claims.sub == "alice"
    assert claims.aud == SHOPPING
    assert claims.client_id == "confidential"
    assert set(claims.scope.split()) == {"read", "write"}


def test_token_without_a_resource_is_opaque(application, browser):
    """The token for the provider's own endpoints comes with the sign-in and is no JWT."""
    sign_in(application, browser)

    assert "." not in application.do("get_access_token")


def test_each_refresh_token_is_used_once(application, browser):
    """Every refresh brings another refresh token, and the session lives on it."""
    sign_in(application, browser)
    first = application.do("get_refresh_token")
    application.do("get_access_token", SHOPPING)
    second = application.do("get_refresh_token")
    application.do("get_access_token", STORE)
    third = application.do("get_refresh_token")

    assert len({first, second, third}) == 3
    assert application.do("is_authenticated") is True


def test_token_is_kept_while_it_lives(application, browser, provider):
    """A token that was handed out is handed out again without a request, until shortly before it expires."""
    sign_in(application, browser)
    token = application.do("get_access_token", SHOPPING)
    before = provider.ask("requests").count(TOKEN_REQUEST)

    assert application.do("get_access_token", SHOPPING) == token
    assert provider.ask("requests").count(TOKEN_REQUEST) == before

    application.clock.ahead = NEARLY_EXPIRED
    assert application.do("get_access_token", SHOPPING) != token
    assert provider.ask("requests").count(TOKEN_REQUEST) == before + 1


def test_user_info_after_the_access_token_expired(application, browser):
    """User info is fetched with a refreshed token once the first one has expired."""
    sign_in(application, browser)
    expired = application.do("get_access_token")
    application.clock.ahead = NEARLY_EXPIRED

    assert application.do("fetch_user_info").sub == "alice"
    assert application.do("get_access_token") != expired


def test_twenty_at_once_are_one_request(application, browser, provider):
    """Twenty concurrent asks for one expired token make one token request, and all get the same token."""
    sign_in(application, browser)
    before = provider.ask("requests").count(TOKEN_REQUEST)

    tokens = application.together(20, "get_access_token", SHOPPING)

    assert len(tokens) == 20
    assert set(tokens) == {application.do("get_access_token", SHOPPING)}
    assert provider.ask("requests").count(TOKEN_REQUEST) == before + 1


def test_resource_that_was_not_asked_for(build, provider, browser):
    """A resource that the sign-in did not name is refused as such, and the session stays."""
    application = build(provider, "confidential", scopes=["read"], resources=[SHOPPING])
    sign_in(application, browser)

    with pytest.raises(ResourceNotGrantedError) as refused:
        application.do("get_access_token", STORE)

    assert refused.value.error == "invalid_target"
    assert application.do("is_authenticated") is True


def test_no_offline_access_no_refresh(build, provider, browser):
    """Without `offline_access` there is no refresh token, and asking for a resource says so."""
    application = build(
        provider, "confidential", scopes=["profile"], include_reserved_scopes=False, resources=[SHOPPING]
    )
    sign_in(application, browser)

    assert application.do("get_refresh_token") is None
    with pytest.raises(NoRefreshTokenError):
        application.do("get_access_token", SHOPPING)


def test_refreshed_id_token_survives_new_keys(application, browser, provider):
    """A refresh brings an ID token signed with keys that the client has not seen, and the user stays signed in."""
    sign_in(application, browser)
    before = application.do("get_id_token")
    provider.ask("signWithNewKeys")

    application.do("get_access_token", SHOPPING)

    assert application.do("get_id_token") != before
    assert application.do("get_id_token_claims").sub == "alice"
