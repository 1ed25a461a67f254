"""Both clients of the Management API behind one blocking call."""

import asyncio
from itertools import count

from logto import LogtoManagementClient, LogtoManagementSyncClient
from logto.client.api_operation import AsyncListing, Listing

COLOURS = ("blocking", "awaiting")

_numbers = count(1)


class Tenant:
    """A tenant and its Management API.

    Args:
        colour: One of `COLOURS`.
        server: The local Logto.
        settings: Of the client, instead of the usual ones.
    """

    def __init__(self, colour, server, **settings):
        self.colour = colour
        self.server = server
        kind = {"blocking": LogtoManagementSyncClient, "awaiting": LogtoManagementClient}[colour]
        self.management = kind(**{**credentials(server), **settings})
        self._runner = asyncio.Runner()

    def do(self, made):
        """The result of a call, or all of a list."""
        if isinstance(made, Listing):
            return list(made)
        if isinstance(made, AsyncListing):
            return self._runner.run(_everything(made))
        return self._runner.run(_result(made)) if asyncio.iscoroutine(made) else made

    def user(self, **members):
        """A new user."""
        return self.do(self.management.users.create(**{"username": name("user"), **members}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.do(self.management.close())
        self._runner.close()


def credentials(server):
    """What a program needs to manage a local Logto."""
    seeded = server.local.seeded
    return {
        "endpoint": server.endpoint,
        "app_id": seeded["managementAppId"],
        "app_secret": seeded["managementAppSecret"],
    }


def name(kind):
    """A name that nobody has yet."""
    return f"{kind}_{next(_numbers)}"


async def _everything(listing):
    return [item async for item in listing]


async def _result(awaitable):
    return await awaitable
