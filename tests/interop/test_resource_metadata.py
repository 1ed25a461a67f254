"""An API of ours, found by a client of others' that knows nothing but its address (RFC 9728)."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from logto.integrations.starlette import LogtoApi
from logto.server import LocalLogto
from logto.server.http_server import HttpServer
from tests.interop.clients import openid_client
from tests.interop.conftest import HERE, LOGS
from tests.interop.program import Program, Refused
from tests.server.manager import Manager


@contextmanager
def served(app: Starlette, listening: socket.socket) -> Iterator[None]:
    """An application, on a socket that is open already."""
    server = HttpServer(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    server.ready.wait(10)
    try:
        yield
    finally:
        server.ask_to_stop()
        thread.join(10)


@pytest.fixture(scope="module")
def address(logto: LocalLogto) -> Iterator[str]:
    """The address of an API, which is its identifier too: local Logto has a resource of that name."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/shop/v1"
        allow_machine(logto, address)
        api = LogtoApi(logto.endpoint, address, scopes=["shop:read", "shop:write"], realm="the shop")

        @api.requires(scopes=["shop:read"])
        async def orders(request: Request) -> JSONResponse:
            return JSONResponse({"caller": request.user.claims.sub})

        with served(Starlette(routes=[Route("/shop/v1", orders), *api.routes]), listening):
            yield address


def allow_machine(logto: LocalLogto, address: str) -> None:
    """Registers the API, and gives the sample machine a role with one of its scopes."""
    manager = Manager(logto)
    resource = manager.call(201, "POST", "/resources", {"name": "Shop", "indicator": address})
    scope = manager.call(201, "POST", f"/resources/{resource['id']}/scopes", {"name": "shop:read", "description": ""})
    role = manager.role("shop reader", type="MachineToMachine", scopeIds=[scope["id"]])
    manager.call(201, "POST", f"/applications/{logto.seeded['m2mAppId']}/roles", {"roleIds": [role["id"]]})
    manager.close()


@pytest.fixture(scope="module")
def client(logto: LocalLogto) -> Iterator[Program]:
    """A client on oauth4webapi."""
    with Program(["node", HERE / "programs" / "oauth4webapi.mjs", logto.issuer], LOGS / "oauth4webapi.log") as program:
        yield program


def test_the_challenge_leads_to_the_api_s_description(client, address, logto):
    """A refused client reads in the challenge where the description is, and there who issues tokens, and for what."""
    refused = client.ask("call", address, "nothing")
    (challenge,) = refused["challenges"]

    described = client.ask("describeAt", challenge["parameters"]["resource_metadata"], address)

    assert (refused["status"], challenge["scheme"], challenge["parameters"]["error"]) == (
        401,
        "bearer",
        "invalid_token",
    )
    assert described["resource"] == address
    assert described["authorization_servers"] == [logto.issuer]
    assert (described["scopes_supported"], described["resource_name"]) == (["shop:read", "shop:write"], "the shop")


def test_the_description_stands_at_the_well_known_address(client, address):
    """A client that was told only the API's identifier finds the description too, and it is nobody else's."""
    assert client.ask("describe", address)["resource"] == address
    with pytest.raises(Refused):
        client.ask("describe", address.removesuffix("/shop/v1"))


@pytest.fixture
def token(client, address, logto):
    """Gets the machine a token with some scopes, from where the API's description leads to."""
    described = client.ask("describe", address)
    (issuer,) = described["authorization_servers"]
    with openid_client(issuer, logto.seeded["m2mAppId"], logto.seeded["m2mAppSecret"]) as machine:

        def token(*scopes: str) -> str:
            wanted = {"resource": described["resource"], "scope": " ".join(scopes)}
            return machine.ask("clientCredentials", wanted)["access_token"]

        yield token


def test_a_token_from_there_opens_the_api(client, address, token, logto):
    """With a token of the server that the description names, for the resource that it names, the call is answered."""
    answer = client.ask("call", address, token("shop:read", "shop:write"))

    assert answer == {"status": 200, "body": {"caller": logto.seeded["m2mAppId"]}}


def test_a_token_without_the_scope_says_which_is_wanting(client, address, token):
    """The challenge to a token that allows too little names the scope to ask for."""
    refused = client.ask("call", address, token("shop:write"))

    (challenge,) = refused["challenges"]
    assert refused["status"] == 403
    assert (challenge["parameters"]["error"], challenge["parameters"]["scope"]) == ("insufficient_scope", "shop:read")
