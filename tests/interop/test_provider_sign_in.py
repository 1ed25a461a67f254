"""Signing in at npm's oidc-provider, the library beneath Logto's core."""

import pytest

from logto import AuthorizationDeniedError
from tests.interop.application import REDIRECT_URI, sign_in
from tests.interop.conftest import STORE
from tests.interop.jwt_header import jwt_header


def test_sign_in_tells_who_the_user_is(application, browser):
    """After a sign-in the user is authenticated, and the ID token's claims are those of the provider's account."""
    assert application.do("is_authenticated") is False

    sign_in(application, browser)

    assert application.do("is_authenticated") is True
    claims = application.do("get_id_token_claims")
    assert (claims.sub, claims.name, claims.email, claims.email_verified) == (
        "alice",
        "Alice Liddell",
        "alice@example.com",
        True,
    )
    assert "picture" in claims.model_fields_set
    assert claims.picture is None


def test_user_info_agrees_with_the_id_token(application, browser):
    """The provider's user info is about the user who signed in."""
    sign_in(application, browser)

    user = application.do("fetch_user_info")

    assert (user.sub, user.name, user.updated_at) == ("alice", "Alice Liddell", 1_795_349_723_963)


def test_claims_follow_the_scopes(build, provider, browser):
    """What no scope asks for is absent from both the ID token's claims and the user info."""
    application = build(provider, "confidential")
    sign_in(application, browser)

    assert "email" not in application.do("get_id_token_claims").model_fields_set
    assert "email" not in application.do("fetch_user_info").model_fields_set


def test_public_application(build, provider, browser):
    """An application without a secret signs in by PKCE alone."""
    application = build(provider, "public")

    sign_in(application, browser)

    assert application.do("fetch_user_info").sub == "alice"


@pytest.mark.parametrize(
    ("given", "app_id", "scheme"),
    [
        ("provider", "confidential", "Basic"),
        ("provider", "public", None),
        ("provider_of_posted_secrets", "confidential", None),
    ],
)
def test_client_authentication(build, request, browser, given, app_id, scheme):
    """A secret goes into the header, unless the provider takes it in the form only: at sign-in, refresh and sign-out."""
    provider = request.getfixturevalue(given)
    application = build(provider, app_id, resources=[STORE])

    sign_in(application, browser)
    application.do("get_access_token", STORE)
    application.do("sign_out")

    assert provider.ask("schemes")[-3:] == [scheme] * 3


@pytest.mark.parametrize("signing", ["RS256", "PS256", "ES256", "ES384", "EdDSA"])
def test_algorithms_of_id_tokens(build, provider, browser, signing):
    """An ID token is accepted in each of the algorithms that the provider signs with."""
    application = build(provider, f"signed-{signing}")

    sign_in(application, browser)

    assert jwt_header(application.do("get_id_token"))["alg"] == signing
    assert application.do("get_id_token_claims").sub == "alice"


def test_keys_exchanged_between_two_sign_ins(application, provider, browser):
    """A sign-in succeeds after the provider exchanged all of its keys, though the client remembers the old ones."""
    sign_in(application, browser)
    before = application.do("get_id_token")
    provider.ask("signWithNewKeys")

    sign_in(application, browser)

    assert jwt_header(application.do("get_id_token"))["kid"] != jwt_header(before)["kid"]
    assert application.do("is_authenticated") is True


def test_second_sign_in_asks_for_no_password(application, browser):
    """Whoever has a session at the provider signs in again without a password."""
    sign_in(application, browser)
    first = len(browser.shown)

    sign_in(application, browser)

    assert first == 2  # password and consent
    assert len(browser.shown) - first == 1  # consent


def test_forced_sign_in_and_age(application, browser):
    """With `prompt=login` and `max_age` the provider asks for the password again, and says when that was."""
    sign_in(application, browser)
    first = len(browser.shown)

    sign_in(application, browser, prompt="login consent", max_age=0)

    assert len(browser.shown) - first == 2
    assert isinstance(application.do("get_id_token_claims").auth_time, int)


def test_two_attempts_side_by_side(application, browser):
    """Two tabs that began to sign in both finish, in any order."""
    first, second = application.do("sign_in", REDIRECT_URI), application.do("sign_in", REDIRECT_URI)

    application.do("handle_sign_in_callback", browser.sign_in(second))
    application.do("handle_sign_in_callback", browser.sign_in(first))

    assert application.do("is_authenticated") is True


def test_user_who_says_no(application, browser):
    """A user who declines comes back with `access_denied`, and nobody is signed in."""
    callback = browser.sign_in(application.do("sign_in", REDIRECT_URI), decision="decline")

    with pytest.raises(AuthorizationDeniedError) as refused:
        application.do("handle_sign_in_callback", callback)

    assert refused.value.error == "access_denied"
    assert refused.value.error_description == "the user said no"
    assert application.do("is_authenticated") is False


def test_silent_sign_in_without_a_session(application, browser):
    """With `prompt=none` a stranger is sent back with `login_required`, without having seen a page."""
    callback = browser.sign_in(application.do("sign_in", REDIRECT_URI, prompt="none"))

    with pytest.raises(AuthorizationDeniedError) as refused:
        application.do("handle_sign_in_callback", callback)

    assert refused.value.error == "login_required"
    assert browser.shown == []
