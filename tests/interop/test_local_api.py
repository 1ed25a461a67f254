"""An API of ours and APIs of others, called with access tokens that local Logto issued to others' clients."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import jwt
import pytest
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

from logto import AccessTokenSyncVerifier, InvalidTokenError
from logto.server import LocalLogto
from tests.interop.clients import CALLBACK, openid_client
from tests.interop.conftest import HERE, LOGS, SHOPPING, STORE
from tests.interop.headless_sign_in import Visitor
from tests.interop.program import Program, Refused

SCOPES = ["read", "shopping:read", "org:read", "invite:member", "urn:logto:scope:organizations"]
WITHIN = "urn:logto:organization:"


@pytest.fixture(scope="module")
def node(logto: LocalLogto) -> Iterator[Program]:
    """An application on Logto's own SDK for Node, in which alice is signed in."""
    config = {name: logto.seeded[name] for name in ("endpoint", "appId", "appSecret")}
    config |= {"scopes": SCOPES, "resources": [SHOPPING, STORE]}
    command = ["node", HERE / "programs" / "logto_node.mjs", json.dumps(config)]
    with Program(command, LOGS / "logto-node.log") as program, Visitor() as visitor:
        program.ask("handleSignInCallback", visitor.sign_in(program.ask("signIn", CALLBACK)))
        yield program


@pytest.fixture(scope="module")
def machine(logto: LocalLogto) -> Iterator[Program]:
    """A machine-to-machine application on openid-client."""
    seeded = logto.seeded
    with openid_client(logto.issuer, seeded["m2mAppId"], seeded["m2mAppSecret"]) as program:
        yield program


@pytest.fixture(scope="module")
def others(logto: LocalLogto) -> Iterator[Program]:
    """An API on oauth4webapi, which verifies by RFC 9068."""
    with Program(["node", HERE / "programs" / "oauth4webapi.mjs", logto.issuer], LOGS / "oauth4webapi.log") as program:
        yield program


@pytest.fixture
def api(logto: LocalLogto) -> Iterator[Callable[..., AccessTokenSyncVerifier]]:
    """Builds verifiers of ours."""
    with ExitStack() as open_until_the_end:

        def build(audience: str | list[str] = SHOPPING, **settings: Any) -> AccessTokenSyncVerifier:
            return open_until_the_end.enter_context(AccessTokenSyncVerifier(logto.endpoint, audience, **settings))

        yield build


@pytest.fixture
def acme(logto: LocalLogto) -> str:
    """The organization in which alice has the most to say."""
    return logto.seeded["organizations"][0]["id"]


def test_the_sdk_s_token_for_a_resource(api, node, logto):
    """Our verifier takes it, and reads the user, the application and the scopes."""
    token = node.ask("getAccessToken", SHOPPING)

    claims = api().verify(token, scopes=["read", "shopping:read"])

    assert (claims.sub, claims.client_id) == (logto.seeded["users"][0]["id"], logto.seeded["appId"])
    assert (claims.organization_id, claims.is_machine) == (None, False)


def test_the_sdk_s_organization_token(api, node, acme):
    """Our verifier takes it where organizations are welcome, or this one is named."""
    token = node.ask("getOrganizationToken", acme)

    assert api([], organizations=True).verify(token, scopes=["org:read"]).organization_id == acme
    assert api(WITHIN + acme).verify(token, organization_id=acme).scopes == {"org:read", "invite:member"}
    with pytest.raises(InvalidTokenError):
        api().verify(token)


def test_the_sdk_s_token_for_a_resource_within_an_organization(api, node, acme):
    """Our verifier takes it as the resource's, and knows the organization."""
    claims = api().verify(node.ask("getAccessToken", SHOPPING, acme), organization_id=acme)

    assert (claims.aud, claims.organization_id) == (SHOPPING, acme)


def test_what_else_the_sdk_holds(api, node):
    """A token for another API, the opaque one and the refresh token open nothing."""
    for token in (node.ask("getAccessToken", STORE), node.ask("getAccessToken"), node.ask("getRefreshToken")):
        with pytest.raises(InvalidTokenError):
            api().verify(token)


def test_a_machine_s_tokens(api, machine, logto, acme):
    """Our verifier takes openid-client's: for a resource, for an organization, for a resource within one."""
    ask = [
        ({"resource": SHOPPING, "scope": "read"}, SHOPPING, None, {"read"}),
        ({"organization_id": acme, "scope": "org:read"}, WITHIN + acme, acme, {"org:read"}),
        ({"resource": SHOPPING, "organization_id": acme, "scope": "write"}, SHOPPING, acme, {"write"}),
        ({"resource": SHOPPING}, SHOPPING, None, set()),
    ]
    for wanted, audience, organization, scopes in ask:
        claims = api(audience).verify(machine.ask("clientCredentials", wanted)["access_token"])

        assert (claims.organization_id, claims.scopes) == (organization, scopes)
        assert (claims.sub, claims.is_machine) == (logto.seeded["m2mAppId"], True)


def test_an_exchanged_token(api, machine, logto):
    """Our verifier takes a token that openid-client got in alice's name."""
    alice = logto.seeded["users"][0]["id"]
    tokens = machine.ask(
        "exchangeToken",
        {
            "subject_token": logto.create_subject_token(alice),
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "resource": SHOPPING,
            "scope": "read",
        },
    )

    claims = api().verify(tokens["access_token"], scopes=["read"])

    assert (claims.sub, claims.client_id, claims.is_machine) == (alice, logto.seeded["m2mAppId"], False)


def test_an_rfc_9068_validator(others, node, machine, acme):
    """oauth4webapi takes local Logto's tokens, of people, organizations and machines, and those only where they belong."""
    person, organization = node.ask("getAccessToken", SHOPPING), node.ask("getOrganizationToken", acme)
    program = machine.ask("clientCredentials", {"resource": SHOPPING, "scope": "read"})["access_token"]

    for token, audience in [(person, SHOPPING), (organization, WITHIN + acme), (program, SHOPPING)]:
        claims = others.ask("verify", token, audience)
        assert claims["aud"] == audience
        assert claims["jti"]
    with pytest.raises(Refused):
        others.ask("verify", person, STORE)


def test_python_s_libraries(node, logto):
    """PyJWT and joserfc verify local Logto's tokens with its published keys."""
    token = node.ask("getAccessToken", SHOPPING)
    address = f"{logto.issuer}/jwks"
    key = jwt.PyJWKClient(address).get_signing_key_from_jwt(token)
    published = KeySet.import_key_set(httpx2.get(address, trust_env=False).json())

    by_pyjwt = jwt.decode(
        token,
        key,
        algorithms=["ES384"],
        audience=SHOPPING,
        issuer=logto.issuer,
        options={"require": ["exp", "iat", "sub", "jti"]},
    )
    by_joserfc = joserfc_jwt.decode(token, published, algorithms=["ES384"])

    assert by_pyjwt == by_joserfc.claims
    assert by_joserfc.header["typ"] == "at+jwt"


def test_tokens_signed_with_rsa():
    """After a rotation to an RSA key, which names no algorithm, tokens of it are taken, and so are the former ones."""
    with LocalLogto() as rotated:
        seeded = rotated.seeded
        verifier = AccessTokenSyncVerifier(rotated.endpoint, SHOPPING)
        with openid_client(rotated.issuer, seeded["m2mAppId"], seeded["m2mAppSecret"]) as machine, verifier:
            before = machine.ask("clientCredentials", {"resource": SHOPPING, "scope": "read"})["access_token"]
            verifier.verify(before)
            rotated.world.rotate_keys("RS256")
            after = machine.ask("clientCredentials", {"resource": SHOPPING, "scope": "read"})["access_token"]

            assert verifier.verify(after).scopes == verifier.verify(before).scopes == {"read"}
        assert jwt.get_unverified_header(after)["alg"] == "RS256"
