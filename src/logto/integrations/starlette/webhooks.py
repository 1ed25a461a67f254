"""The route at which Logto's webhooks arrive."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...client.webhooks import LogtoWebhooks
from ...protocol.webhook import MAX_BODY
from .body import read_body

PATH = "/webhooks/logto"


def webhook_route(webhooks: LogtoWebhooks, path: str = PATH) -> Route:
    """A route that receives webhooks: add it to an application's routes, and its URL to Logto's Console.

    In FastAPI: `app.router.routes.append(webhook_route(webhooks))`. The API's schema does not show it.

    Args:
        webhooks: What is done with them.
        path: Of the route.
    """

    async def receive(request: Request) -> Response:
        body = await read_body(request, MAX_BODY)
        if body is None:
            return Response(status_code=413, headers={"Cache-Control": "no-store", "Connection": "close"})
        answer = await webhooks.areceive(body, request.headers.get("logto-signature-sha-256"))
        return Response(status_code=answer.status, headers=dict(answer.headers))

    return Route(path, receive, methods=["POST"], name="logto_webhooks")
