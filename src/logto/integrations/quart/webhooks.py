"""The route at which Logto's webhooks arrive."""

from __future__ import annotations

from quart import Blueprint, current_app, request
from quart.wrappers import Response

from ...client.webhooks import PATH, LogtoWebhooks
from ...protocol.webhook import MAX_BODY, SIGNATURE_HEADER

NAME = "logto_webhooks"


def webhook_blueprint(webhooks: LogtoWebhooks, path: str = PATH) -> Blueprint:
    """A blueprint that receives webhooks: `app.register_blueprint(webhook_blueprint(webhooks))`.

    Quart-WTF's CSRFProtect lets it pass. An exception of a handler is the application's, as one of a view.

    Args:
        webhooks: What is done with them; plain handlers are called in the event loop.
        path: Of the route.
    """
    routes = Blueprint(NAME, __name__)

    async def receive() -> Response:
        body = bytearray()
        async for part in request.body:
            body += part
            if len(body) > MAX_BODY:
                break  # one byte too many is enough to be refused
        signature = ",".join(request.headers.getlist(SIGNATURE_HEADER))  # of two, each reader could believe another
        answer = await webhooks.areceive(bytes(body), signature)
        return Response(None, answer.status, headers=dict(answer.headers))

    def exempt(_endpoint: str | None, _values: object) -> None:
        # Before any `before_request`, where CSRFProtect looks: whichever of the two came first.
        csrf = current_app.extensions.get("csrf")
        if csrf is not None:
            csrf.exempt(receive)

    routes.add_url_rule(path, view_func=receive, methods=["POST"])
    routes.url_value_preprocessor(exempt)
    return routes
