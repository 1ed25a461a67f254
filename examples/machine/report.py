"""A nightly report: a program that signs in as itself and calls the shop's API.

    LOGTO_ENDPOINT=… LOGTO_APP_ID=… LOGTO_APP_SECRET=… SHOPPING_API=http://localhost:8000 \
        python -m examples.machine.report

The application is a machine-to-machine one, with a role that has the permission `read` of the shopping API.
"""

import asyncio
import os

import httpx2

from logto import LogtoAuth, LogtoConfig, LogtoException, LogtoMachineClient

RESOURCE = "https://shopping.your-app.com/api"


def shop(machine, address, **settings):
    """An HTTP client whose requests carry the program's token, to this address only."""
    auth = LogtoAuth(machine, resource=RESOURCE, scopes=["read"], origins=[address])
    return httpx2.AsyncClient(base_url=address, auth=auth, **settings)


async def report(api):
    """The report's lines: what was ordered how often."""
    answer = await api.get("/orders")
    answer.raise_for_status()
    counts = {}
    for order in answer.json():
        counts[order["item"]] = counts.get(order["item"], 0) + order["count"]
    return [f"{count:>5} {item}" for item, count in sorted(counts.items())]


async def main():
    """Print the report."""
    async with LogtoMachineClient(LogtoConfig.from_env()) as machine, shop(machine, os.environ["SHOPPING_API"]) as api:
        print("\n".join(await report(api)))


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except LogtoException as error:
        raise SystemExit(f"report: {error}") from None
