"""What npm's oidc-provider refuses, and what our client makes of it."""

import httpx2
import pytest

from logto import (
    AuthorizationDeniedError,
    ClientAuthenticationError,
    ExpiredTokenError,
    SessionEndedError,
    SignInSessionNotFoundError,
    TokenRequestError,
)
from tests.interop.application import REDIRECT_URI, sign_in
from tests.interop.conftest import SHOPPING


def test_wrong_secret(build, provider, browser):
    """With a wrong secret the sign-in fails as the application's fault, and the secret is not in the message."""
    application = build(provider, "confidential", app_secret="a wrong secret")
    callback = browser.sign_in(application.do("sign_in", REDIRECT_URI))

    with pytest.raises(ClientAuthenticationError) as refused:
        application.do("handle_sign_in_callback", callback)

    assert (refused.value.error, refused.value.status) == ("invalid_client", 401)
    assert "a wrong secret" not in f"{refused.value} {refused.value!r}"
    assert application.do("is_authenticated") is False


def test_secret_of_a_public_application(build, provider, browser):
    """A secret that a public application does not have is refused as wrong."""
    application = build(provider, "public", app_secret="there is none")
    callback = browser.sign_in(application.do("sign_in", REDIRECT_URI))

    with pytest.raises(ClientAuthenticationError):
        application.do("handle_sign_in_callback", callback)


def test_missing_secret(build, provider, browser):
    """A confidential application that leaves out its secret is refused."""
    application = build(provider, "confidential", app_secret=None)
    callback = browser.sign_in(application.do("sign_in", REDIRECT_URI))

    with pytest.raises(ClientAuthenticationError):
        application.do("handle_sign_in_callback", callback)


@pytest.mark.parametrize("redirect_uri", ["http://localhost:3000/other", "http://localhost:3001/callback"])
def test_unregistered_redirect_uri(application, browser, redirect_uri):
    """The provider shows a page about the redirect URI and sends nobody there."""
    page = browser.open(application.do("sign_in", redirect_uri))

    assert page.status == 400
    assert "redirect_uri" in page.text


def test_unknown_application(build, provider, browser):
    """The provider shows a page about the application that it does not know."""
    page = browser.open(build(provider, "nobody").do("sign_in", REDIRECT_URI))

    assert page.status == 400
    assert "invalid_client" in page.text


def test_expired_code(application, browser, provider):
    """A code that has expired is refused with a hint, and a fresh attempt succeeds."""
    callback = browser.sign_in(application.do("sign_in", REDIRECT_URI))
    provider.ask("expireCodes")

    with pytest.raises(TokenRequestError) as refused:
        application.do("handle_sign_in_callback", callback)

    assert refused.value.error == "invalid_grant"
    assert "expired" in refused.value.hint
    assert application.do("is_authenticated") is False
    sign_in(application, browser)
    assert application.do("is_authenticated") is True


def test_code_of_another_application(build, provider, browser):
    """A code given to one application is worth nothing to another."""
    ours, theirs = build(provider, "confidential"), build(provider, "public")
    code = httpx2.URL(browser.sign_in(theirs.do("sign_in", REDIRECT_URI))).params["code"]
    callback = httpx2.URL(browser.sign_in(ours.do("sign_in", REDIRECT_URI)))

    with pytest.raises(TokenRequestError) as refused:
        ours.do("handle_sign_in_callback", str(callback.copy_set_param("code", code)))

    assert refused.value.error == "invalid_grant"
    assert ours.do("is_authenticated") is False


def test_callback_that_comes_twice_at_once(application, browser, provider):
    """A double click exchanges the code once, and the user is signed in."""
    callback = browser.sign_in(application.do("sign_in", REDIRECT_URI))
    before = provider.ask("requests").count("POST /token")

    assert application.together(2, "handle_sign_in_callback", callback) == [None, None]

    assert provider.ask("requests").count("POST /token") == before + 1
    assert application.do("is_authenticated") is True


def test_callback_that_comes_again(application, browser, provider):
    """A callback that was handled is refused without asking the provider, and the session stays."""
    callback = browser.sign_in(application.do("sign_in", REDIRECT_URI))
    application.do("handle_sign_in_callback", callback)
    before = provider.ask("requests").count("POST /token")

    with pytest.raises(SignInSessionNotFoundError) as refused:
        application.do("handle_sign_in_callback", callback)

    assert refused.value.code == "sign_in_session.already_used"
    assert provider.ask("requests").count("POST /token") == before
    assert application.do("fetch_user_info").sub == "alice"


def test_code_that_two_servers_exchange(build, provider, browser):
    """A code exchanged twice, by servers that share no memory, makes the provider take back all that it gave."""
    first = build(provider, "confidential", resources=[SHOPPING])
    second = build(provider, "confidential", resources=[SHOPPING])
    callback = browser.sign_in(first.do("sign_in", REDIRECT_URI))
    second.storage.set("signInSession", first.storage.get("signInSession"))
    first.do("handle_sign_in_callback", callback)

    with pytest.raises(TokenRequestError) as refused:
        second.do("handle_sign_in_callback", callback)
    assert refused.value.error == "invalid_grant"
    assert second.do("is_authenticated") is False

    with pytest.raises(SessionEndedError):
        first.do("get_access_token", SHOPPING)
    assert first.do("is_authenticated") is False


def test_unknown_resource(build, provider, browser):
    """A resource that the provider does not know is refused when the user is sent to sign in."""
    application = build(provider, "confidential", resources=["https://nobody.example/api"])

    callback = browser.sign_in(application.do("sign_in", REDIRECT_URI))

    with pytest.raises(AuthorizationDeniedError) as refused:
        application.do("handle_sign_in_callback", callback)
    assert refused.value.error == "invalid_target"


@pytest.mark.parametrize("ahead", [3700.0, -3700.0])
def test_clock_an_hour_off(application, browser, ahead):
    """With a clock an hour ahead or behind the provider's the sign-in fails, and the hint is about the clock."""
    application.clock.ahead = ahead
    callback = browser.sign_in(application.do("sign_in", REDIRECT_URI))

    with pytest.raises(ExpiredTokenError) as refused:
        application.do("handle_sign_in_callback", callback)

    assert "clock" in refused.value.hint
    assert application.do("is_authenticated") is False
