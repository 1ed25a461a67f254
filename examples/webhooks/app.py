"""A list of Logto's users that keeps itself up to date: Logto tells each change by webhook.

Set LOGTO_WEBHOOK_KEY to the webhook's signing key; then: uvicorn examples.webhooks.app:app --port 3020, and enter
http://localhost:3020/webhooks/logto in Logto's Console, for the events User.Created, User.Data.Updated and User.Deleted.
"""

import os

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from logto import LogtoWebhooks, WebhookEvent
from logto.integrations.starlette import webhook_route

webhooks = LogtoWebhooks(os.environ["LOGTO_WEBHOOK_KEY"])
people: dict[str, str] = {}  # in your application, a table


@webhooks.on("User.Created", "User.Data.Updated")
async def keep(event: WebhookEvent) -> None:
    """Somebody is new, or has another name."""
    people[event.data["id"]] = event.data["name"] or event.data["username"]


@webhooks.on("User.Deleted")
async def forget(event: WebhookEvent) -> None:
    """Somebody has left; the id is in the path of the call that deleted them."""
    people.pop(event.params["userId"], None)


async def listed(_request):
    """Everybody, by name."""
    return JSONResponse(sorted(people.values()))


app = Starlette(routes=[Route("/people", listed), webhook_route(webhooks)])
