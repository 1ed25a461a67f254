"""The nightly report against local Logto and a shop of the test's own."""

import asyncio

import httpx2

from examples.machine.report import RESOURCE, report, shop
from logto import LogtoMachineClient
from logto.protocol.access_token import read_access_token

ADDRESS = "http://localhost:8000"


def test_the_report_is_made_in_the_programs_own_name(logto_server):
    """Its requests carry a token of the machine for the shopping API, and a refused one is replaced."""
    seeded = logto_server.local.seeded
    config = logto_server.config(app_id=seeded["m2mAppId"], app_secret=seeded["m2mAppSecret"])
    brought = []

    def api(request):
        brought.append(request.headers["authorization"].removeprefix("Bearer "))
        if len(brought) == 1:
            return httpx2.Response(401, headers={"www-authenticate": 'Bearer error="invalid_token"'})
        return httpx2.Response(200, json=[{"item": "pear", "count": 2}, {"item": "fig", "count": 1}] * 2)

    async def main():
        async with (
            LogtoMachineClient(config) as machine,
            shop(machine, ADDRESS, transport=httpx2.MockTransport(api)) as http,
        ):
            return await report(http)

    assert asyncio.run(main()) == ["    2 fig", "    4 pear"]
    claims = read_access_token(brought[1])
    assert (claims.aud, claims.sub, claims.scope) == (RESOURCE, seeded["m2mAppId"], "read")
    assert brought[0] != brought[1]
