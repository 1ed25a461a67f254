"""An API of ours, called with access tokens that npm's oidc-provider issued to certified clients."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from logto import AccessTokenSyncVerifier, AccessTokenVerifier, InsufficientScopeError, Introspection, InvalidTokenError
from tests.interop.browser import Browser
from tests.interop.clients import CALLBACK, HOME, client_of_the_provider
from tests.interop.conftest import SHOPPING, STORE
from tests.interop.either import COLOURS, Either, closed_at_the_end, loop_of
from tests.interop.jwt_header import jwt_header
from tests.interop.program import Program

OPAQUE = "https://opaque.your-app.com/api"
SIGNED = [f"https://signed.your-app.com/{name}" for name in ("ES384", "ES256", "ES512", "RS256", "PS256", "EdDSA")]
SIGNED += ["https://signed.your-app.com/Ed25519"]
INTROSPECTION = Introspection("confidential", "the secret of confidential: 100% & more")
VERIFIERS = {"awaiting": AccessTokenVerifier, "blocking": AccessTokenSyncVerifier}


@pytest.fixture(params=COLOURS)
def api(request: pytest.FixtureRequest, provider: Program) -> Iterator[Callable[..., Either]]:
    """Builds verifiers for an API; once of each colour."""
    with ExitStack() as open_until_the_end:
        portal = open_until_the_end.enter_context(loop_of(request.param))

        def build(audience: str, at: Program = provider, **settings: Any) -> Either:
            issuer = at.ask("issuer")
            verifier = VERIFIERS[request.param](issuer, audience, issuer=issuer, **settings)
            return open_until_the_end.enter_context(closed_at_the_end(verifier, portal))

        yield build


@pytest.fixture(scope="module")
def application(provider: Program) -> Iterator[Program]:
    """A confidential application that alice signed in to, with access to every API."""
    wanted = {
        "redirect_uri": CALLBACK,
        "scope": "openid offline_access read write",
        "prompt": "consent",
        "resource": [SHOPPING, STORE, OPAQUE],
    }
    with client_of_the_provider(provider, "confidential") as program, Browser() as browser:
        program.ask("callback", browser.sign_in(program.ask("signIn", wanted)))
        yield program


@pytest.fixture(scope="module")
def machine(provider: Program) -> Iterator[Program]:
    """A program that acts in its own name."""
    with client_of_the_provider(provider, "machine") as program:
        yield program


def refused(api: Either, token: str) -> InvalidTokenError:
    """Why the API refuses a token."""
    with pytest.raises(InvalidTokenError) as error:
        api.do("verify", token)
    return error.value


def test_a_person_s_token(api, application):
    """It is accepted, with who calls, through which application, and the scopes; more than these it does not allow."""
    token = application.ask("refresh", {"resource": SHOPPING})["access_token"]
    verifier = api(SHOPPING)

    claims = verifier.do("verify", token, scopes=["read"])

    assert (claims.sub, claims.client_id, claims.aud) == ("alice", "confidential", SHOPPING)
    assert (claims.scopes, claims.is_machine) == ({"read", "write"}, False)
    with pytest.raises(InsufficientScopeError):
        verifier.do("verify", token, scopes=["read", "delete"])


@pytest.mark.parametrize("audience", SIGNED)
def test_every_algorithm(api, machine, audience):
    """A machine's token is accepted, whatever key the provider signs that API's tokens with."""
    token = machine.ask("clientCredentials", {"resource": audience, "scope": "read"})["access_token"]

    claims = api(audience).do("verify", token, scopes=["read"])

    assert jwt_header(token)["alg"] == audience.rpartition("/")[2]
    assert (claims.sub, claims.client_id, claims.is_machine) == ("machine", "machine", True)


def test_a_token_without_scopes(api, machine):
    """A token that allows nothing is a good token all the same."""
    token = machine.ask("clientCredentials", {"resource": SHOPPING})["access_token"]

    assert api(SHOPPING).do("verify", token).scopes == frozenset()


def test_new_keys(api, provider_of_posted_secrets):
    """A token that is signed with new keys is accepted at the first try, and one of the keys that are gone no more."""
    wanted = {"resource": SHOPPING, "scope": "read"}
    verifier = api(SHOPPING, at=provider_of_posted_secrets)
    with client_of_the_provider(provider_of_posted_secrets, "machine", "post") as machine:
        before = machine.ask("clientCredentials", wanted)["access_token"]
        verifier.do("verify", before)
        provider_of_posted_secrets.ask("signWithNewKeys")
        after = machine.ask("clientCredentials", wanted)["access_token"]

    assert verifier.do("verify", after).client_id == "machine"
    assert jwt_header(after)["kid"] != jwt_header(before)["kid"]
    assert refused(verifier, before).code == "token.key_not_found"


def test_a_token_for_another_api(api, application):
    """What opens the store does not open the shop."""
    token = application.ask("refresh", {"resource": STORE})["access_token"]

    assert refused(api(SHOPPING), token).claim == "aud"


def test_an_id_token(api, application):
    """It is no access token, not even where the API calls itself by the application's id."""
    id_token = application.ask("refresh", {"resource": SHOPPING})["id_token"]

    assert refused(api(SHOPPING), id_token).claim == "typ"
    assert refused(api("urn:confidential"), id_token).claim == "typ"


def test_a_logout_token(api, provider):
    """What tells an application that somebody has signed out opens nothing."""
    wanted = {"redirect_uri": CALLBACK, "scope": "openid"}
    with client_of_the_provider(provider, "notified") as application, Browser() as browser:
        tokens = application.ask("callback", browser.sign_in(application.ask("signIn", wanted)))["tokens"]
        url = application.ask("signOut", {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": HOME})
        assert browser.sign_out(url) == HOME
    token = provider.ask("logoutTokens")[-1]

    assert jwt_header(token)["typ"] == "logout+jwt"
    assert refused(api(SHOPPING), token).claim == "typ"


def test_an_opaque_token(api, application):
    """It is refused, unless the API asks the provider about it: then it says whose it is, and for which API."""
    token = application.ask("refresh", {"resource": OPAQUE})["access_token"]

    claims = api(OPAQUE, introspection=INTROSPECTION).do("verify", token, scopes=["read", "write"])

    assert "." not in token
    assert (claims.sub, claims.client_id, claims.aud) == ("alice", "confidential", OPAQUE)
    assert refused(api(OPAQUE), token).code == "token.opaque"
    assert refused(api(SHOPPING, introspection=INTROSPECTION), token).claim == "aud"


def test_an_opaque_token_of_a_machine(api, machine):
    """The provider names nobody as its owner, and so it is refused: who omits a person would look like a machine.

    Logto issues no such tokens: it gives machines JWTs only (LOGTO.md 3.10).
    """
    token = machine.ask("clientCredentials", {"resource": OPAQUE, "scope": "read"})["access_token"]

    assert refused(api(OPAQUE, introspection=INTROSPECTION), token).claim == "sub"


def test_an_opaque_token_without_an_audience(api, application):
    """The token for the provider's own user info counts only if the API names the application that it was issued to."""
    token = application.ask("refresh")["access_token"]
    others = Introspection(INTROSPECTION.app_id, INTROSPECTION.app_secret, client_ids=("machine",))

    assert api(SHOPPING, introspection=INTROSPECTION).do("verify", token).client_id == "confidential"
    assert refused(api(SHOPPING, introspection=others), token).claim == "client_id"


def test_tokens_that_the_provider_disowns(api, application, machine):
    """A revoked token, a refresh token and one that never was are refused."""
    wanted = {"resource": OPAQUE, "scope": "read"}
    revoked = machine.ask("clientCredentials", wanted)["access_token"]
    machine.ask("revoke", revoked)
    refresh_token = application.ask("refresh")["refresh_token"]
    verifier = api(OPAQUE, introspection=INTROSPECTION)

    assert refused(verifier, revoked).code == "token.inactive"
    assert refused(verifier, refresh_token).claim == "token_type"
    assert refused(verifier, "neverIssued").code == "token.inactive"
