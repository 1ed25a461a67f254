"""Signing out at npm's oidc-provider."""

import httpx2
import pytest

from logto import NotAuthenticatedError
from tests.interop.application import HOME, sign_in
from tests.interop.conftest import SHOPPING


def refresh(provider, refresh_token: str) -> httpx2.Response:
    """What the provider says to somebody who kept a refresh token of the public application."""
    fields = {"grant_type": "refresh_token", "client_id": "public", "refresh_token": refresh_token}
    return httpx2.post(f"{provider.ask('issuer')}/token", data=fields)


def test_sign_out_from_end_to_end(application, browser):
    """After a sign-out the session is empty, the browser is at home, and the provider asks for the password again."""
    sign_in(application, browser)

    arrived = browser.sign_out(application.do("sign_out", HOME))

    assert arrived == HOME
    assert application.do("is_authenticated") is False
    with pytest.raises(NotAuthenticatedError):
        application.do("get_id_token_claims")
    before = len(browser.shown)
    sign_in(application, browser)
    assert len(browser.shown) - before == 2  # password and consent


def test_sign_out_revokes_the_refresh_token(build, provider, browser):
    """The refresh token works until the sign-out, and not after it."""
    application = build(provider, "public", resources=[SHOPPING])
    sign_in(application, browser)
    assert refresh(provider, application.do("get_refresh_token")).status_code == 200
    sign_in(application, browser)
    kept = application.do("get_refresh_token")

    application.do("sign_out", HOME)

    assert provider.ask("requests")[-1] == "POST /token/revocation"
    assert refresh(provider, kept).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("given", ["provider", "provider_of_posted_secrets"])
def test_revocation_is_authenticated(build, request, browser, given):
    """The newest refresh token of a confidential application is revoked, in either way to authenticate."""
    provider = request.getfixturevalue(given)
    application = build(provider, "confidential", resources=[SHOPPING])
    sign_in(application, browser)
    application.do("get_access_token", SHOPPING)
    newest = application.do("get_refresh_token")

    application.do("sign_out")

    assert provider.ask("revoked")[-1] == newest


def test_sign_out_without_an_address(application, browser):
    """Without an address to go to, the sign-out ends on the provider's own page."""
    sign_in(application, browser)

    arrived = browser.sign_out(application.do("sign_out"))

    assert arrived.endswith("/session/end/success")


def test_unregistered_address(application, browser):
    """The provider refuses to send the browser to an address that is not registered; our session is gone all the same."""
    sign_in(application, browser)

    page = browser.open(application.do("sign_out", "http://localhost:3000/other"))

    assert page.status == 400
    assert "post_logout_redirect_uri" in page.text
    assert application.do("is_authenticated") is False
