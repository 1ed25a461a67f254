"""The route at which Logto's webhooks arrive."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...client.webhooks import PATH, LogtoWebhooks
from ...protocol.webhook import MAX_BODY, SIGNATURE_HEADER
from .body import read_body


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
        signature = ",".join(request.headers.getlist(SIGNATURE_HEADER))  # of two, each reader could believe another
        answer = await webhooks.areceive(body, signature)
        return Response(status_code=answer.status, headers=dict(answer.headers))

    return Route(path, receive, methods=["POST"], name="logto_webhooks")
