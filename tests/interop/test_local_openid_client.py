"""The certified client `openid-client`, which knows nothing of Logto, on local Logto; it checks every signature."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from logto.server import LocalLogto
from tests.interop.conftest import HERE, LOGS, SHOPPING, STORE
from tests.interop.headless_sign_in import Visitor
from tests.interop.jwt_header import jwt_header
from tests.interop.program import Program, Refused

CALLBACK, HOME = "http://localhost:3000/callback", "http://localhost:3000/"
WANTED = {
    "redirect_uri": CALLBACK,
    "scope": "openid profile email offline_access read urn:logto:scope:organizations org:read",
    "resource": [SHOPPING, STORE, "urn:logto:resource:organizations"],
    "prompt": "consent",
}


@pytest.fixture
def start(logto) -> Iterator[Callable[..., Program]]:
    """Starts an application of local Logto's that authenticates in a given way."""
    with ExitStack() as running:

        def start(method: str, app: str = "app", server: LocalLogto = logto) -> Program:
            app_id, secret = server.seeded[f"{app}Id"], server.seeded.get(f"{app}Secret", "")
            command = ["node", HERE / "programs" / "openid_client.mjs", server.issuer, app_id, secret, method]
            return running.enter_context(Program(command, LOGS / "openid-client.log"))

        yield start


@pytest.fixture
def application(start) -> Program:
    """A confidential application."""
    return start("basic")


def sign_in(application: Program, visitor: Visitor, **parameters: object) -> dict:
    """Sign alice in, and return the tokens and the checked claims."""
    return application.ask("callback", visitor.sign_in(application.ask("signIn", {**WANTED, **parameters})))


@pytest.mark.parametrize("method", ["basic", "post"])
def test_sign_in(start, visitor, logto, method):
    """The client signs in with a secret in the header or in the form; state, nonce, `iss` and signature are right."""
    result = sign_in(start(method), visitor)

    assert result["claims"]["sub"] == logto.seeded["users"][0]["id"]
    assert result["tokens"]["token_type"].lower() == "bearer"
    assert "refresh_token" in result["tokens"]


def test_public_application(start, visitor):
    """The single-page application signs in without a secret, and refreshes by rotation."""
    application = start("none", app="spaApp")
    first = sign_in(application, visitor)["tokens"]["refresh_token"]

    assert application.ask("refresh")["refresh_token"] != first


def test_max_age(application, visitor):
    """A sign-in that asks for `max_age` brings `auth_time`, which the client checks."""
    url = application.ask("signIn", {**WANTED, "max_age": "600"})

    result = application.ask("callback", visitor.sign_in(url), {"maxAge": 600})

    assert isinstance(result["claims"]["auth_time"], int)


def test_pushed_request(application, visitor):
    """The client may push its parameters first, and sign in with a reference to them."""
    url = application.ask("signInPushed", WANTED)
    assert "redirect_uri" not in url

    assert application.ask("callback", visitor.sign_in(url))["claims"]["iss"].endswith("/oidc")


def test_user_info(application, visitor):
    """User info is what the client expects of it."""
    claims = sign_in(application, visitor)["claims"]

    user = application.ask("userInfo")

    assert (user["sub"], user["email"], user["email_verified"]) == (claims["sub"], "alice@example.com", True)


def test_refresh_for_a_resource(application, visitor):
    """A refresh with `resource` brings a JWT for it and another ID token."""
    before = sign_in(application, visitor)["tokens"]

    after = application.ask("refresh", {"resource": SHOPPING})

    assert after["access_token"].count(".") == 2
    assert "read" in after["scope"].split()
    assert after["id_token"] != before["id_token"]


def test_refresh_for_an_organization(application, visitor, logto):
    """A refresh with `organization_id` brings the organization's token."""
    sign_in(application, visitor)

    after = application.ask("refresh", {"organization_id": logto.seeded["organizations"][0]["id"]})

    assert after["access_token"].count(".") == 2
    assert after["scope"] == "org:read"


def test_introspection_and_revocation(application, visitor):
    """A token is active until it is revoked."""
    tokens = sign_in(application, visitor)["tokens"]
    assert application.ask("introspect", tokens["access_token"])["active"] is True

    application.ask("revoke", tokens["refresh_token"])

    assert application.ask("introspect", tokens["access_token"])["active"] is False
    with pytest.raises(Refused) as refused:
        application.ask("refresh")
    assert refused.value.error == "invalid_grant"


def test_client_credentials(start):
    """The machine-to-machine application gets a token of its own for a resource."""
    application = start("basic", app="m2mApp")

    tokens = application.ask("clientCredentials", {"resource": SHOPPING, "scope": "read"})

    assert tokens["scope"] == "read"
    assert "refresh_token" not in tokens


def test_client_credentials_within_an_organization(start, logto):
    """The machine gets an organization's token, and one for a resource within it; elsewhere it is refused."""
    application = start("post", app="m2mApp")
    acme, beta, _ = (organization["id"] for organization in logto.seeded["organizations"])

    assert application.ask("clientCredentials", {"organization_id": acme, "scope": "org:read"})["scope"] == "org:read"
    within = application.ask("clientCredentials", {"organization_id": acme, "resource": SHOPPING, "scope": "write"})
    assert within["scope"] == "write"
    with pytest.raises(Refused) as refused:
        application.ask("clientCredentials", {"organization_id": beta, "scope": "org:read"})
    assert refused.value.error == "access_denied"


def test_device_flow(start, visitor, logto):
    """A device without a browser signs in: the client takes our codes, polls, and checks the ID token."""
    application = start("none", app="deviceApp")
    device = application.ask("askForDevice", {"scope": "openid offline_access profile read", "resource": SHOPPING})
    assert "interval" not in device

    assert visitor.answer_device(device["verification_uri_complete"]).endswith("/device/success")
    result = application.ask("pollForDevice", device)

    assert result["claims"]["sub"] == logto.seeded["users"][0]["id"]
    assert application.ask("refresh", {"resource": SHOPPING})["scope"] == "read"
    with pytest.raises(Refused) as refused:
        application.ask("pollForDevice", device)
    assert refused.value.error == "invalid_grant"


def test_denied_device(start, visitor):
    """A device that is turned away is told so."""
    application = start("none", app="deviceApp")
    device = application.ask("askForDevice", {"scope": "openid"})

    assert visitor.answer_device(device["verification_uri_complete"], "deny").endswith("/device/denied")

    with pytest.raises(Refused) as refused:
        application.ask("pollForDevice", device)
    assert refused.value.error == "access_denied"


def test_token_exchange(start, logto):
    """A subject token becomes a token for a resource, once; the client takes the answer without issued_token_type."""
    application = start("basic", app="m2mApp")
    alice = logto.seeded["users"][0]["id"]
    parameters = {
        "subject_token": logto.create_subject_token(alice),
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "resource": SHOPPING,
        "scope": "read",
    }

    tokens = application.ask("exchangeToken", parameters)

    assert (tokens["scope"], tokens["access_token"].count(".")) == ("read", 2)
    with pytest.raises(Refused) as refused:
        application.ask("exchangeToken", parameters)
    assert refused.value.error == "invalid_grant"


def test_sign_out(application, visitor):
    """The sign-out with the ID token as a hint comes back with the client's `state`."""
    id_token = sign_in(application, visitor)["tokens"]["id_token"]
    parameters = {"id_token_hint": id_token, "post_logout_redirect_uri": HOME, "state": "home again"}

    arrived = visitor.sign_out(application.ask("signOut", parameters))

    assert arrived in {f"{HOME}?state=home+again", f"{HOME}?state=home%20again"}


def test_code_is_used_once(application, visitor):
    """The client is refused when it exchanges a code again."""
    callback = visitor.sign_in(application.ask("signIn", WANTED))
    application.ask("callback", callback)

    with pytest.raises(Refused) as refused:
        application.ask("callback", callback)

    assert refused.value.error == "invalid_grant"


def test_rotation_to_rsa(start, visitor):
    """After a rotation to an RSA key, which does not name its algorithm, the client accepts tokens signed with it."""
    with LocalLogto() as rotated:
        rotated.world.rotate_keys("RS256")

        id_token = sign_in(start("basic", server=rotated), visitor)["tokens"]["id_token"]

    assert jwt_header(id_token)["alg"] == "RS256"
